# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What both dialects of Job's API share; ``_dialect_v2`` and ``_dialect_v3`` say how each names and shapes things.

Only the files called so know the API's field names (contract §6, §11): neutral model in, calls out; answers in,
neutral model out.
"""

from __future__ import annotations

import contextlib
import typing as t
from abc import ABC, abstractmethod

from .._model.errors import UnclearError
from .._model.ids import Defect, positive
from .._model.instance import (
    Address,
    HostKey,
    HostLog,
    Instance,
    Launch,
    Launched,
    Operation,
    PastInstance,
    Query,
    Scope,
    Targets,
    TopoNode,
    VariableValue,
)
from .requests import MASK, Call

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from .._model.plan import Plan

    # The hosts of each step, by its id.
    Wanted = Mapping[int, Sequence[HostKey]]


class LogCall(t.NamedTuple):
    """A call for logs, what reads them from its ``data``, and the calls, host by host, that can take its place."""

    call: Call
    read: Callable[[t.Any], Iterator[HostLog]]
    singly: Callable[[], Iterator[LogCall]] | None = None


class Dialect(ABC):
    """A version of the API: a subclass of names and shapes."""

    system: str
    launch_api: str
    plan_id: str
    variables: str
    targets: str
    callback_url: str
    output_lists: tuple[str, str]

    def launch(self, scope: Scope, launch: Launch, *, masked: bool = False) -> Call:
        """The call that launches a plan (§6.1); ``masked``, with secret values hidden, it is fit to be shown."""
        params: dict[str, t.Any] = {self.plan_id: launch.plan_id}
        if launch.variables:
            params[self.variables] = [self._variable(variable, masked) for variable in launch.variables]
        if launch.callback_url:
            params[self.callback_url] = launch.callback_url
        if not launch.start:
            params.update(self._unstarted())
        return self.write(scope, self.launch_api, **params)

    def launched(self, data: t.Any) -> Launched:
        """The instance a launch created, from the ``data`` of its answer."""
        fields = data if isinstance(data, dict) else {}
        try:
            instance_id = positive(fields.get("job_instance_id"))
        except Defect:
            raise UnclearError("Job accepted the launch without naming the instance", kind="protocol") from None
        name = fields.get("job_instance_name")
        return Launched(instance_id, name if isinstance(name, str) else None)

    @abstractmethod
    def plan(self, scope: Scope, plan_id: int) -> Call:
        """The call for a plan in full (§6.3)."""

    @abstractmethod
    def read_plan(self, data: t.Any) -> Plan:
        """The plan with its variables and steps, from the ``data`` of the answer."""

    @abstractmethod
    def plans(self, scope: Scope, name: str | None, template_id: int | None, start: int, length: int) -> Call:
        """The call for a page of the plans whose names contain ``name`` (§6.2)."""

    @abstractmethod
    def read_plans(self, data: t.Any) -> tuple[Plan, ...]:
        """The page, from the ``data`` of the answer."""

    @abstractmethod
    def instance(self, scope: Scope, instance_id: int, *, hosts: bool) -> Call:
        """The call for the state of an instance (§6.4), with the results of its ``hosts`` where that is a choice."""

    @abstractmethod
    def read_instance(self, data: t.Any, instance_id: int) -> Instance:
        """The state of the instance asked for, from the ``data`` of the answer."""

    def operate(self, scope: Scope, operation: Operation) -> Call:
        """The call that does something to an instance (§6.9) or to a step of it (§6.10); its answer tells nothing."""
        params: dict[str, t.Any] = {"job_instance_id": operation.instance_id}
        if operation.step_id is not None:
            params["step_instance_id"] = operation.step_id
        api = "operate_job_instance" if operation.step_id is None else "operate_step_instance"
        return self.write(scope, api, **params, operation_code=operation.code)

    @abstractmethod
    def logs(self, scope: Scope, instance_id: int, wanted: Wanted, most: Callable[[], int]) -> Iterator[LogCall]:
        """The calls for the logs of the ``wanted`` hosts, where there is a choice for no more at a time than ``most``.

        Answers may tell of more hosts than those, and leave out hosts without a log.
        """

    def output(self, scope: Scope, instance_id: int) -> Call:
        """The call for the values of the variables after each script step (§6.7)."""
        return self.read(scope, "get_job_instance_global_var_value", job_instance_id=instance_id)

    def read_output(self, data: t.Any) -> dict[str, str]:
        """The values after the last script step; they add up from step to step, and lists may be null (§6.7)."""
        steps, values = self.output_lists
        with shape_of("get_job_instance_global_var_value"):
            told = [step[values] for step in data.get(steps) or () if step.get(values)]
            return {str(row["name"]): str(row.get("value") or "") for row in told[-1]} if told else {}

    @abstractmethod
    def history(self, scope: Scope, query: Query, start: int, length: int) -> Call:
        """The call for a page of the history of instances (§6.8); raises :class:`InputError` where there is none."""

    @abstractmethod
    def read_history(self, data: t.Any) -> tuple[PastInstance, ...]:
        """The page, from the ``data`` of the answer."""

    def read(self, scope: Scope, api: str, *, gateway_method: str = "GET", **params: t.Any) -> Call:
        """A call that changes nothing."""
        return Call(self.system, api, {**_scope(scope), **params}, gateway_method=gateway_method)

    def write(self, scope: Scope, api: str, **params: t.Any) -> Call:
        """A call that changes something."""
        return Call(self.system, api, {**_scope(scope), **params}, writes=True)

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

    def _unstarted(self) -> dict[str, t.Any]:
        return {"start_task": False}

    def _targets(self, targets: Targets, origin: str) -> dict[str, t.Any]:
        server: dict[str, t.Any] = {}
        if targets.addresses:
            server["ip_list"] = [{"bk_cloud_id": area, "ip": ip} for area, ip in targets.addresses]
        if targets.topo_nodes:
            server["topo_node_list"] = [{"id": id_, "node_type": type_} for id_, type_ in targets.topo_nodes]
        return server


@contextlib.contextmanager
def shape_of(api: str) -> Iterator[None]:
    """Whatever is read inside and is not there makes the answer one that can't be understood."""
    try:
        yield
    except (ArithmeticError, AttributeError, KeyError, OSError, TypeError, ValueError) as error:
        reason = f"{type(error).__name__}: {error}"
        message = f"the answer of {api} has an unknown shape ({reason})"
        raise UnclearError(message, kind="protocol", transient=True) from None


def code_of(row: Mapping[str, t.Any], key: str = "status") -> int:
    """The status in a row of the API, or another number, which all decisions hang on."""
    code = row[key]
    if not isinstance(code, int):
        raise TypeError(f"{key} {code!r}")
    return code


def name_of(row: Mapping[str, t.Any]) -> str:
    """The name of a step, or what stands in for one."""
    return str(row.get("name") or f"step {row['step_instance_id']}")


def targets_of(
    hosts: Sequence[Mapping[str, t.Any]] | None,
    groups: Sequence[str] | None,
    nodes: Sequence[Mapping[str, t.Any]] | None,
    node_type: str = "node_type",
) -> Targets:
    """The targets that a plan has for a default.

    One host with IPv6 alone has all of them named by id: a launch can't have both ids and addresses (§6.1).
    """
    keys = [host_key(row) for row in hosts or ()]
    by_id = not all(key.ip for key in keys)
    return Targets(
        tuple(key.bk_host_id for key in keys if by_id and key.bk_host_id),
        tuple(Address(key.bk_cloud_id or 0, key.ip) for key in keys if key.ip and not (by_id and key.bk_host_id)),
        tuple(map(str, groups or ())),
        tuple(TopoNode(row["id"], row[node_type]) for row in nodes or ()),
    )


def host_key(row: Mapping[str, t.Any]) -> HostKey:
    """The host that a row of the API is about; hosts with IPv6 alone have an id and no address."""
    return HostKey(row.get("bk_host_id"), row.get("bk_cloud_id"), row.get("ip") or None)


def _scope(scope: Scope) -> dict[str, t.Any]:
    """The scope on the wire: for a business the triplet that servers old and new understand (§4.1)."""
    pair: dict[str, t.Any] = {"bk_scope_type": scope.type, "bk_scope_id": str(scope.id)}
    return {**pair, "bk_biz_id": scope.id} if scope.type == "biz" else pair
