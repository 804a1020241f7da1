# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pieces of work that are measured in a process of their own: ``python -m benchmarks.work NAME < values.json``."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import sys
import tempfile
import typing as t
from pathlib import Path

import requests

from .modules import Seconds, Values, print_result, timed

BATCH = 500  # hosts in one call
# Files are written to memory where there is such a place: disks have moods.
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
ANY_SERVERS = {"target_servers": {"type": "list", "elements": "dict"}}


def module(values: Values) -> Seconds:
    """The seconds of a module, from its first line to its whole result."""
    # This is about the work, so what it imports is here before.
    importlib.import_module(f"ansible_collections.blueking.job.plugins.modules.{values['name']}")
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        if values["options"].get("log_dest"):
            values["options"]["log_dest"] = folder
        with (Path(folder) / "printed").open("w", encoding="utf-8") as printed:
            return timed(lambda: print_result(values["name"], values["options"], printed))


def local(values: Values) -> Seconds:
    """The seconds of a module as its action plugin runs it on a local connection, from its options to its result."""
    package = "ansible_collections.blueking.job.plugins.module_utils._task."
    described = importlib.import_module(f"ansible_collections.blueking.job.plugins.modules.{values['name']}").MODULE
    arguments, runner = (importlib.import_module(package + name) for name in ("arguments", "runner"))
    importlib.import_module("ansible_collections.blueking.job.plugins.module_utils._api.v3")
    options = values["options"]

    def work() -> None:
        params, problem = arguments.validate(described.options, arguments.plain(options))
        result = runner.execute(described, params, check_mode=False, diff_mode=False, environ=os.environ)
        if problem or result.get("failed"):
            raise RuntimeError(problem or result["msg"])

    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        if options.get("log_dest"):
            options["log_dest"] = folder
        return timed(work)


def validation(values: Values) -> Seconds:
    """The seconds of ansible-core's part of it: validating the options."""
    from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

    return timed(lambda: ArgumentSpecValidator(ANY_SERVERS).validate(values["options"]))


def ansible(values: Values) -> Seconds:
    """The seconds of a module that takes its options and returns them, as every module does."""
    from ansible.module_utils.basic import AnsibleModule
    from ansible.module_utils.testing import patch_module_args

    def work() -> None:
        with contextlib.suppress(SystemExit):
            AnsibleModule(argument_spec=ANY_SERVERS).exit_json()

    with patch_module_args(values["options"]), contextlib.redirect_stdout(io.StringIO()):
        return timed(work)


def dumps(values: Values) -> Seconds:
    """The seconds of writing a body as JSON."""
    return timed(lambda: json.dumps(values["body"]))


def bare_logs(values: Values) -> Seconds:
    """The seconds of the calls that reading all logs needs, by hand: written to files, or printed as JSON."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        return timed(lambda: json.dumps(list(_read_logs(values, Path(folder) if values["writes"] else None))))


def _read_logs(values: Values, folder: Path | None) -> t.Iterator[Values]:
    session = requests.Session()

    def call(api: str, **params: t.Any) -> Values:
        url = f"{values['url']}/api/c/compapi/v2/jobv3/{api}/"
        return t.cast("Values", session.post(url, json={**values["common"], **params}).json()["data"])

    call("get_job_instance_status")
    status = call("get_job_instance_status", return_ip_result=True)
    for step in status["step_instance_list"]:
        ids = [host["bk_host_id"] for host in step["step_ip_result_list"]]
        for first in range(0, len(ids), BATCH):
            params = {"step_instance_id": step["step_instance_id"], "host_id_list": ids[first : first + BATCH]}
            for log in call("batch_get_job_instance_ip_log", **params)["script_task_logs"]:
                if folder:
                    (folder / f"{log['bk_host_id']}.log").write_text(log["log_content"], encoding="utf-8")
                else:
                    yield log
    call("get_job_instance_global_var_value")


def inventory(values: Values) -> Seconds:
    """The seconds of reading an inventory from CMDB, with the names of its hosts and groups."""
    utils = "ansible_collections.blueking.job.plugins.module_utils."
    names = ("_api.cmdb", "_cmdb.hosts", "_cmdb.options", "_cmdb.read", "_options.connection", "_task.arguments")
    cmdb, hosts, own, reading, connection, arguments = (importlib.import_module(utils + name) for name in names)
    client = importlib.import_module(f"{utils}bk_job_execute").Client
    secrets = importlib.import_module(f"{utils}_model.secrets").Secrets()
    given = {**values["options"], "api_version": "v3"}
    given["bk_biz_ids"] = [given.pop("bk_biz_id")]

    def work() -> None:
        params, problem = arguments.validate(own.OPTIONS, given)
        if problem:
            raise RuntimeError(problem)
        selection = own.selection_from(params)
        gateway = connection.cmdb_gateway_from(params, os.environ)
        with client(gateway, connection.credentials_from(params), secrets=secrets) as session:
            found = reading.read(cmdb.Cmdb(lambda: session, gateway.kind, secrets), selection)
        hosts.hosts_of(found, selection, str)

    return timed(work)


def bare_inventory(values: Values) -> Seconds:
    """The seconds of the same requests by hand."""
    session = requests.Session()
    url = f"{values['url']}/api/c/compapi/v2/cc/list_biz_hosts_topo/"

    def page(body: Values) -> t.Any:
        return session.post(url, json={**values["credentials"], **body}).json()["data"]["info"]

    return timed(lambda: [page(body) for body in values["pages"]])


def main() -> None:
    """Print the seconds, and the peak of memory in MiB; getrusage may return that of the parent process."""
    seconds = WORK[sys.argv[1]](json.load(sys.stdin))
    status = Path("/proc/self/status").read_text(encoding="utf-8").split()
    sys.stdout.write(json.dumps([*seconds, int(status[status.index("VmHWM:") + 1]) / 1024]) + "\n")


WORK: dict[str, t.Callable[[Values], Seconds]] = {
    "module": module,
    "bare_logs": bare_logs,
    "local": local,
    "validation": validation,
    "ansible": ansible,
    "dumps": dumps,
    "inventory": inventory,
    "bare_inventory": bare_inventory,
}

if __name__ == "__main__":
    main()
