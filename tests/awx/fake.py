# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""As much of AWX's API as setting it up needs, on a real socket: things that are listed, created, changed and linked.

It has AWX's own rules (``awx/api/serializers.py``, ``awx/main/fields.py``) where breaking them would go unnoticed.
"""

from __future__ import annotations

import json
import threading
import typing as t

from werkzeug.exceptions import BadRequest, HTTPException, NotFound, Unauthorized
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

Item = dict[str, t.Any]

USERNAME, PASSWORD, TOKEN = "admin", "s3cr3t-of-awx", "t0ken-of-awx"
# What AWX fills in where nothing is given, as far as anybody asks for it.
DEFAULTS: dict[str, Item] = {
    "inventories": {"kind": "", "host_filter": None},
    "projects": {"scm_revision": "", "allow_override": False},
}


class FakeAwx:
    """A server of its own on 127.0.0.1, from entering the ``with`` to leaving it.

    ``items`` holds what there is, by kind and id, secrets as they came; ``writes`` counts the requests that change it.
    """

    def __init__(self) -> None:
        self.items: dict[str, dict[int, Item]] = {"organizations": {}}
        self.writes = 0
        self._create("organizations", {"name": "Default"})
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
        who = request.authorization
        if who is None or (who.token != TOKEN and (who.username, who.password) != (USERNAME, PASSWORD)):
            raise Unauthorized
        if kind == "tokens":
            return (204, None) if rest else (201, {"id": 1, "token": TOKEN})
        data = None if request.method == "GET" else request.get_json()
        self.writes += data is not None
        if not rest:
            return (200, self._found(kind, request)) if data is None else (201, self._create(kind, data))
        item = self.items.get(kind, {}).get(int(rest[0]))
        if item is None:
            raise NotFound
        if rest[1:] == ["survey_spec"]:
            return self._survey(item, data)
        if rest[1:]:
            return self._links(item, rest[1], data)
        if data is not None:
            self._check(kind, {**item, **data})
            item.update(data)
        return 200, self._shown(kind, item)

    def _found(self, kind: str, request: Request) -> Item:
        wanted = request.args.to_dict()
        found = [
            self._shown(kind, item)
            for item in self.items.get(kind, {}).values()
            if all(str(item.get(name)) == value for name, value in wanted.items())
        ]
        return {"count": len(found), "next": None, "results": found}

    def _create(self, kind: str, data: Item) -> Item:
        self._check(kind, data)
        id_ = 1 + sum(map(len, self.items.values()))
        url = f"/api/v2/{kind}/{id_}/"
        related = {"survey_spec": f"{url}survey_spec/"}
        item = {**DEFAULTS.get(kind, {}), **data, "id": id_, "url": url, "related": related, "summary_fields": {}}
        self.items.setdefault(kind, {})[id_] = item
        return self._shown(kind, item)

    def _check(self, kind: str, item: Item) -> None:
        """Raise for what AWX would not take."""
        if kind == "credentials":
            fields = {field["id"]: field for field in self._type(item)["inputs"]["fields"]}
            for name, value in item["inputs"].items():
                choices = fields.get(name, {}).get("choices", [value])
                if name not in fields or not isinstance(value, str) or value not in choices:
                    raise BadRequest(f"inputs.{name} does not fit the credential type")
        # Playbooks of collections are no files of the project.
        if kind == "job_templates" and not self.items["projects"][item["project"]]["allow_override"]:
            raise BadRequest("Playbook not found for project.")

    def _type(self, credential: Item) -> Item:
        return self.items["credential_types"][credential["credential_type"]]

    def _shown(self, kind: str, item: Item) -> Item:
        """An item as the API shows it: never a secret."""
        if kind != "credentials":
            return item
        secret = {field["id"] for field in self._type(item)["inputs"]["fields"] if field.get("secret")}
        inputs = {name: "$encrypted$" if name in secret else value for name, value in item["inputs"].items()}
        return {**item, "inputs": inputs}

    def _survey(self, template: Item, data: Item | None) -> tuple[int, Item]:
        if data is None:
            return 200, template.get("survey_spec", {})
        for question in data["spec"]:
            if not {"type", "question_name", "variable", "required"} <= set(question):
                raise BadRequest("a survey question lacks something")
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
