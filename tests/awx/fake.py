# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""As much of AWX's API as setting it up and starting jobs needs, on a real socket.

It has the rules of AWX 24.6.2.dev0 where breaking them would go unnoticed. Those that say "Seen" were seen on a real
AWX of that version; the others were read in its source (``awx/api/serializers.py``, ``awx/main/access.py``).
"""

from __future__ import annotations

import json
import threading
import typing as t

from werkzeug.exceptions import BadRequest, Forbidden, HTTPException, NotFound, Unauthorized
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from tests.awx import launching

Item = dict[str, t.Any]

# The users: a system administrator, an administrator of the organization Default, and one who may only execute.
ADMIN, ORGANIZATION_ADMIN, EXECUTOR = "admin", "olivia", "eve"
PASSWORD, TOKEN = "s3cr3t-of-awx", "t0ken-of-awx"
PUBLIC = "https://github.com/blueking-community/ansible-collection-job"
# Values of AWX where nothing is given, as far as they matter.
DEFAULTS: dict[str, Item] = {
    "execution_environments": {"organization": None},
    "inventories": {"kind": "", "host_filter": None},
    "projects": {"scm_revision": "", "allow_override": False, "status": "never updated"},
    "job_templates": {"job_slice_count": 1, **dict.fromkeys(launching.PROMPTS.values(), False)},
}


class FakeAwx:
    """A server of its own on 127.0.0.1, from entering the ``with`` to leaving it.

    ``items`` holds what there is, by kind and id, secrets as they came; ``writes`` counts the requests that change it;
    ``unreachable`` are repositories that it can't fetch; ``tokens`` are those that were created and not removed.
    """

    def __init__(self) -> None:
        self.items: dict[str, dict[int, Item]] = {"organizations": {}}
        self.writes = 0
        self.unreachable: set[str] = set()
        self.tokens: dict[str, str] = {}
        self._create("organizations", {"name": "Default"})
        self._create("organizations", {"name": "Other"})
        self._server = make_server("127.0.0.1", 0, self._serve, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.port}"

    def __enter__(self) -> FakeAwx:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def only(self, kind: str) -> Item:
        """The one item of a kind."""
        [item] = self.items[kind].values()
        return item

    def template(self, playbook: str) -> Item:
        """The job template of a playbook of the collection."""
        [item] = [
            item for item in self.items["job_templates"].values() if item["playbook"] == f"blueking.job.{playbook}"
        ]
        return item

    def jobs(self, template: Item, data: Item, artifacts: Item | None = None) -> list[Item]:
        """The jobs of a launch that was accepted, one for each slice, with all that their runs depend on.

        The ``artifacts`` are those of the earlier nodes of a workflow.
        """
        accepted = launching.launch(template, self.items["projects"][template["project"]], data).accepted
        inventory = accepted.get("inventory", template["inventory"])
        hosts = [host["name"] for host in self.items["hosts"].values() if host["inventory"] == inventory]
        slices = launching.slices_of(template, accepted, hosts)
        workflow_job = {"id": self._next_id(), "name": template["name"]} if len(slices) > 1 else None
        jobs = []
        for number, members in enumerate(slices, 1):
            job = {**template, **accepted, "id": self._next_id() + number, "hosts": members}
            job["credentials"] = accepted.get("credentials", template["_credentials"])
            variables = launching.variables_of(template, accepted, artifacts or {})
            job["extra_vars"] = {**variables, **launching.meta_variables(job, workflow_job)}
            jobs.append(job)
        return jobs

    def _serve(self, environ: t.Any, start_response: t.Any) -> t.Iterable[bytes]:
        try:
            status, answer = self._answer(Request(environ))
        except HTTPException as error:
            status, answer = error.code or 500, {"detail": error.description}
        response = Response(json.dumps(answer), status, content_type="application/json")
        response.headers["X-API-Product-Name"] = "AWX"
        response.headers["X-API-Product-Version"] = "24.6.1"
        return response(environ, start_response)

    def _answer(self, request: Request) -> tuple[int, t.Any]:
        kind, *rest = request.path.removeprefix("/api/v2/").strip("/").split("/")
        user = self._user(request)
        if kind == "tokens":
            return self._token(request, user, rest)
        if kind == "me":
            return 200, {"count": 1, "next": None, "results": [{"username": user, "is_superuser": user == ADMIN}]}
        data = None if request.method == "GET" else request.get_json()
        if not rest and data is None:
            return 200, self._found(kind, request, user)
        if rest[1:] == ["launch"] and data is not None:
            return self._launch(self._item(kind, rest[0]), data)
        self.writes += data is not None
        if not rest:
            self._allow(user, kind, t.cast("Item", data))
            return 201, self._create(kind, t.cast("Item", data))
        item = self._item(kind, rest[0])
        if data is not None:
            self._allow(user, kind, item, changes=data)
        if rest[1:] == ["survey_spec"]:
            return self._survey(item, data)
        if rest[1:] == ["update"]:
            return 202, self._fetch(item)
        if rest[1:]:
            return self._links(item, rest[1], data)
        if data is not None:
            self._check(kind, {**item, **data}, item)
            item.update(data)
        return 200, self._shown(kind, item, user)

    def _item(self, kind: str, id_: str) -> Item:
        item = self.items.get(kind, {}).get(int(id_))
        if item is None:
            raise NotFound
        return item

    def _next_id(self) -> int:
        return 1 + sum(map(len, self.items.values()))

    def _user(self, request: Request) -> str:
        who = request.authorization
        if who and (user := self.tokens.get(who.token or "")):
            return user
        if who and who.password == PASSWORD and who.username in (ADMIN, ORGANIZATION_ADMIN, EXECUTOR):
            return who.username
        raise Unauthorized

    def _token(self, request: Request, user: str, rest: list[str]) -> tuple[int, t.Any]:
        if rest:
            del self.tokens[f"{TOKEN}-{rest[0]}"]
            return 204, None
        number = 1 + max((int(token.rpartition("-")[2]) for token in self.tokens), default=0)
        self.tokens[f"{TOKEN}-{number}"] = user
        url = f"/api/v2/tokens/{number}/"
        return 201, {"id": number, "token": f"{TOKEN}-{number}", "url": url, "type": "o_auth2_access_token", "name": ""}

    def _allow(self, user: str, kind: str, item: Item, changes: Item | None = None) -> None:
        """Raise unless the user may create or change this; read in ``awx/main/access.py``."""
        if user == ADMIN:
            return
        if user == EXECUTOR or kind == "credential_types":
            raise Forbidden
        # Seen: an administrator of an organization gets 403 for an execution environment of no organization.
        if self._organization_of(kind, item) != "Default" or (changes or {}).get("organization", 1) is None:
            raise Forbidden

    def _organization_of(self, kind: str, item: Item) -> str | None:
        """The name of the organization that an item belongs to, perhaps by way of another item."""
        for above, name in (("inventories", "inventory"), ("projects", "project")):
            if kind in ("hosts", "inventory_sources", "job_templates") and name in item:
                item = self.items[above][item[name]]
        id_ = item.get("organization")
        return None if id_ is None else str(self.items["organizations"][id_]["name"])

    def _found(self, kind: str, request: Request, user: str) -> Item:
        either = {(name[4:], value) for name, value in request.args.items(multi=True) if name.startswith("or__")}
        wanted = {name: value for name, value in request.args.items() if not name.startswith("or__")}
        found = [
            self._shown(kind, item, user)
            for item in self.items.get(kind, {}).values()
            if all(self._matches(kind, item, name, value) for name, value in wanted.items())
            and (not either or any(str(item.get(name)) == value for name, value in either))
        ]
        return {"count": len(found), "next": None, "results": found}

    def _matches(self, kind: str, item: Item, name: str, value: str) -> bool:
        """Whether an item passes a filter."""
        field, _underscores, lookup = name.partition("__")
        if (kind, field) == ("job_templates", "organization"):
            item = self.items["projects"][item["project"]]
        if (field, lookup) == ("credential_type", "name"):
            return bool(self._type(item)["name"] == value)
        found = str(item.get(field))
        return found.startswith(value) if lookup == "startswith" else found == value

    def _create(self, kind: str, data: Item) -> Item:
        self._check(kind, data)
        id_ = self._next_id()
        url = f"/api/v2/{kind}/{id_}/"
        related = {"survey_spec": f"{url}survey_spec/", "update": f"{url}update/"}
        item = {**DEFAULTS.get(kind, {}), **data, "id": id_, "url": url, "related": related, "summary_fields": {}}
        self.items.setdefault(kind, {})[id_] = item
        if kind != "projects":
            return self._shown(kind, item)
        return {**item, "summary_fields": {"current_update": {"id": self._fetch(item)["id"]}}}

    def _check(self, kind: str, item: Item, before: Item | None = None) -> None:
        """Raise for what AWX would not take."""
        if kind == "credentials":
            fields = {field["id"]: field for field in self._type(item)["inputs"]["fields"]}
            for name, value in item["inputs"].items():
                choices = fields.get(name, {}).get("choices", [value])
                if name not in fields or not isinstance(value, str) or value not in choices:
                    raise BadRequest(f"inputs.{name} does not fit the credential type")
        # Seen: 403, as a system administrator too, and awx.awx shows no reason. The reason was read in
        # ``CredentialTypeSerializer.validate``.
        if kind == "credential_types" and before and item["inputs"] != before["inputs"] and self._in_use(before):
            raise Forbidden("Modifications to inputs are not allowed for credential types that are in use")
        if kind == "execution_environments" and before and item["organization"] not in (None, before["organization"]):
            raise BadRequest("Cannot change the organization of an execution environment")
        # Seen: playbooks of collections are not among the files of a project.
        if kind == "job_templates" and not self.items["projects"][item["project"]]["allow_override"]:
            raise BadRequest("Playbook not found for project.")
        if kind == "inventory_sources" and item.get("source") == "scm":
            # Read in ``awx/main/models/inventory.py``.
            if self._type(self.items["credentials"][item["credential"]])["kind"] in ("scm", "ssh", "insights", "vault"):
                raise BadRequest("Credentials of this type are disallowed for scm inventory sources.")
            if not item.get("source_project"):
                raise BadRequest("Project required for scm type sources.")
        others = [other for other in self.items.get(kind, {}).values() if other is not before]
        if kind == "job_templates" and item["name"] in [other["name"] for other in others]:
            raise BadRequest("JobTemplate with this (name, organization) combination already exists.")

    def _in_use(self, credential_type: Item) -> bool:
        credentials = self.items.get("credentials", {}).values()
        return credential_type["id"] in [credential["credential_type"] for credential in credentials]

    def _type(self, credential: Item) -> Item:
        return self.items["credential_types"][credential["credential_type"]]

    def _shown(self, kind: str, item: Item, user: str = ADMIN) -> Item:
        """An item as the API shows it: never a secret."""
        if kind == "organizations":
            may = user == ADMIN or (user == ORGANIZATION_ADMIN and item["name"] == "Default")
            return {**item, "summary_fields": {"user_capabilities": {"edit": may, "delete": may}}}
        if kind != "credentials":
            return item
        secret = {field["id"] for field in self._type(item)["inputs"]["fields"] if field.get("secret")}
        inputs = {name: "$encrypted$" if name in secret else value for name, value in item["inputs"].items()}
        return {**item, "inputs": inputs}

    def _fetch(self, project: Item) -> Item:
        """Fetch the repository of a project, which has finished when the response arrives.

        Seen: a project whose first fetch failed stays failed until somebody starts another one.
        """
        failed = project["scm_url"] in self.unreachable
        project["status"] = "failed" if failed else "successful"
        project["scm_revision"] = project["scm_revision"] if failed else "4f2a"
        ended = {"status": project["status"], "failed": failed, "finished": "2026-01-01T00:00:00Z", "elapsed": 1.0}
        return self._create(
            "project_updates", {**ended, "name": project["name"], "scm_revision": project["scm_revision"]}
        )

    def _launch(self, template: Item, data: Item) -> tuple[int, Item]:
        """Every user of this fake may execute every template."""
        result = launching.launch(template, self.items["projects"][template["project"]], data)
        if result.errors:
            return 400, result.errors
        return 201, {"job": self._next_id(), "ignored_fields": result.ignored}

    def _survey(self, template: Item, data: Item | None) -> tuple[int, Item]:
        if data is None:
            return 200, template.get("survey_spec", {})
        for question in data["spec"]:
            if not {"type", "question_name", "variable", "required"} <= set(question):
                raise BadRequest("a survey question lacks something")
            if "default" in question and not launching.is_of(question["default"], question["type"]):
                raise BadRequest("Default value expected to be of the type of the question.")
            if question.get("default", "") not in ("", *question.get("choices", [question.get("default", "")])):
                raise BadRequest("Default choice must be answered from the choices listed.")
        template["survey_spec"] = data
        return 200, {}

    def _links(self, item: Item, name: str, data: Item | None) -> tuple[int, t.Any]:
        links = item.setdefault(f"_{name}", [])
        if data is None:
            return 200, {"count": len(links), "next": None, "results": [{"id": id_} for id_ in links]}
        links.append(data["id"])
        return 204, None
