# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The two dialects of Job's API. Only this file knows how v2 and v3 name and shape things (contract §6, §11)."""

from __future__ import annotations

import typing as t

from ._errors import InputError, UnclearError
from ._gateway import MASK, Call
from ._model import Launch, Launched, Scope, Targets, VariableValue
from ._targets import Defect, positive


class Dialect:
    """Neutral model in, calls out; answers in, neutral model out. Each version is a subclass of names and shapes."""

    system: str
    launch_api: str
    plan_id: str
    variables: str
    targets: str
    callback_url: str

    def launch(self, scope: Scope, launch: Launch, *, masked: bool = False) -> Call:
        """The call that launches a plan (§6.1); ``masked``, with secret values hidden, it is fit to be shown."""
        params: dict[str, t.Any] = {**_scope(scope), self.plan_id: launch.plan_id}
        if launch.variables:
            params[self.variables] = [self._variable(variable, masked) for variable in launch.variables]
        if launch.callback_url:
            params[self.callback_url] = launch.callback_url
        return Call(self.system, self.launch_api, params, writes=True)

    @staticmethod
    def launched(data: t.Any) -> Launched:
        """The instance a launch created, from the ``data`` of its answer."""
        fields = data if isinstance(data, dict) else {}
        try:
            instance_id = positive(fields.get("job_instance_id"))
        except Defect:
            raise UnclearError("Job accepted the launch without naming the instance", kind="protocol") from None
        name = fields.get("job_instance_name")
        return Launched(instance_id, name if isinstance(name, str) else None)

    def _variable(self, variable: VariableValue, masked: bool) -> dict[str, t.Any]:
        entry: dict[str, t.Any] = {}
        if variable.id is not None:
            entry["id"] = variable.id
        if variable.name is not None:
            entry["name"] = variable.name
        if isinstance(variable.value, Targets):
            entry[self.targets] = self._targets(variable.value, variable.origin)
        else:
            entry["value"] = MASK if masked and variable.secret else variable.value
        return entry

    def _targets(self, targets: Targets, origin: str) -> dict[str, t.Any]:
        server: dict[str, t.Any] = {}
        if targets.addresses:
            server["ip_list"] = [{"bk_cloud_id": area, "ip": ip} for area, ip in targets.addresses]
        if targets.topo_nodes:
            server["topo_node_list"] = [{"id": id_, "node_type": type_} for id_, type_ in targets.topo_nodes]
        return server


class V2(Dialect):
    """API v2, on an ESB only: ``execute_job`` and its family."""

    system = "job"
    launch_api = "execute_job"
    plan_id = "bk_job_id"
    variables = "global_vars"
    targets = "target_server"
    callback_url = "bk_callback_url"

    def _targets(self, targets: Targets, origin: str) -> dict[str, t.Any]:
        if targets.host_ids:
            raise InputError(
                f"{origin}: host_id_list needs api_version v3, since v2 of the API cannot address hosts by id"
            )
        server = super()._targets(targets, origin)
        if targets.dynamic_groups:
            server["dynamic_group_id_list"] = list(targets.dynamic_groups)
        return server


class V3(Dialect):
    """API v3, on an ESB and on the API gateway: ``execute_job_plan`` and its family."""

    system = "jobv3"
    launch_api = "execute_job_plan"
    plan_id = "job_plan_id"
    variables = "global_var_list"
    targets = "server"
    callback_url = "callback_url"

    def _targets(self, targets: Targets, origin: str) -> dict[str, t.Any]:
        server = super()._targets(targets, origin)
        if targets.host_ids:
            server["host_id_list"] = list(targets.host_ids)
        if targets.dynamic_groups:
            server["dynamic_group_list"] = [{"id": group} for group in targets.dynamic_groups]
        return server


DIALECTS: dict[str, Dialect] = {"v2": V2(), "v3": V3()}


def _scope(scope: Scope) -> dict[str, t.Any]:
    """The scope on the wire: for a business the triplet that servers old and new understand (§4.1)."""
    pair: dict[str, t.Any] = {"bk_scope_type": scope.type, "bk_scope_id": str(scope.id)}
    return {**pair, "bk_biz_id": scope.id} if scope.type == "biz" else pair
