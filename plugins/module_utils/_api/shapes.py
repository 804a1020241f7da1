# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What both versions of the API share: the value that describes an API, and the reading of JSON.

Only ``v2`` and ``v3`` know the names of fields (contract §6, §11): values of the model in, parameters out; ``data`` of
a response in, values of the model out.
"""

from __future__ import annotations

import contextlib
import typing as t
from dataclasses import dataclass

from .._model.errors import JobError, UnclearError
from .._model.ids import Defect, positive
from .._model.instance import HostKey
from .._model.language import foreign, say
from .._model.launch import Address, Launched, Targets, TopoNode
from .._model.secrets import MASK
from .call import LARGE, SMALL

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from .._model.instance import HostLog, Instance
    from .._model.launch import Scope, VariableValue
    from .._model.plan import Plan
    from .._model.quick import DangerousLine, Upload
    from .._model.secrets import Secrets

    Params = dict[str, t.Any]
    Row = Mapping[str, t.Any]
    # The hosts of each step, by its id.
    Wanted = Mapping[int, Sequence[HostKey]]

Result = t.TypeVar("Result")


@dataclass(frozen=True)
class Api(t.Generic[Result]):
    """An API in one version: its name, how its parameters are built and how its ``data`` is read.

    ``build`` takes values of the model, and raises :class:`InputError` for what the version does not support. ``read``
    takes ``data`` and the same values, and raises :class:`UnclearError` where it can't be understood. ``system`` is the
    one of the version, if None.
    """

    name: str
    build: Callable[..., Params]
    read: Callable[..., Result]
    writes: bool = False
    gateway_method: str = "GET"
    limit: int = LARGE
    system: str | None = None

    def reader(self, args: tuple[t.Any, ...], secrets: Secrets) -> Callable[[t.Any], Result]:
        """``read`` with its arguments, and with the secrets masked in what it raises."""

        def read(data: t.Any) -> Result:
            try:
                return self.read(data, *args)
            except JobError as error:  # it may quote what the server sent
                error.message = secrets.scrub(error.message)
                raise

        return read


class Page(t.NamedTuple):
    """Rows of a list, and how many there are in all, where the server says so."""

    rows: tuple[t.Any, ...]
    total: int | None = None

    def is_last(self, length: int, seen: int) -> bool:
        """Whether nothing follows after ``seen`` rows, of which this page has at most ``length``."""
        if not self.rows:
            return True
        return len(self.rows) < length if self.total is None else seen >= self.total


class Batch(t.NamedTuple):
    """Logs that one call returns: the API with its arguments, and the calls for single hosts that can replace it."""

    api: Api[tuple[HostLog, ...]]
    args: tuple[t.Any, ...]
    singly: Callable[[], Iterator[Batch]] | None = None


@dataclass(frozen=True)
class Version:
    """A version of the API: one :class:`Api` per thing that can be done.

    ``logs`` yields the calls for the logs of the wanted hosts of an instance, each for no more hosts than the function
    it is given returns at that moment. ``tags_in_logs`` says that tags are returned with logs only. ``confirmers`` is
    None if the version has no such API; of the gateways, only the API gateway has it (contract §6.5).
    """

    system: str
    launch: Api[Launched]
    plan: Api[Plan]
    plans: Api[Page]
    instance: Api[Instance]
    operate_instance: Api[None]
    operate_step: Api[None]
    output: Api[dict[str, str]]
    history: Api[Page]
    logs: Callable[[int, Wanted, Callable[[], int]], Iterator[Batch]]
    tags_in_logs: bool = False
    confirmers: Api[tuple[str, ...]] | None = None


@dataclass(frozen=True)
class QuickVersion:
    """The APIs of quick jobs in one version; None for what it does not have."""

    run_script: Api[Launched]
    transfer: Api[Launched]
    push: Api[Launched]
    accounts: Api[Page]
    upload: Api[dict[str, Upload]] | None = None
    scripts: Api[Page] | None = None
    check_script: Api[tuple[DangerousLine, ...]] | None = None


def operate_instance(instance_id: int, code: int) -> Params:
    """The parameters of an operation on an instance (contract §6.9)."""
    return {"job_instance_id": instance_id, "operation_code": code}


def operate_step(instance_id: int, step_id: int, code: int) -> Params:
    """The parameters of an operation on a step (contract §6.10)."""
    return {"job_instance_id": instance_id, "step_instance_id": step_id, "operation_code": code}


def read_operated(data: t.Any, instance_id: int, *_arguments: int) -> None:
    """The ``data`` of an operation, which says no more than what it was about."""
    if isinstance(data, dict):
        with shape_of(say("the operation")):
            same_id(data, "job_instance_id", instance_id)


OPERATE_INSTANCE: Api[None] = Api("operate_job_instance", operate_instance, read_operated, writes=True, limit=SMALL)
OPERATE_STEP: Api[None] = Api("operate_step_instance", operate_step, read_operated, writes=True, limit=SMALL)


def of_instance(instance_id: int) -> Params:
    """The parameters of a call that only names an instance."""
    return {"job_instance_id": instance_id}


@contextlib.contextmanager
def shape_of(api: str) -> Iterator[None]:
    """Turn whatever goes wrong while ``data`` is read into an :class:`UnclearError` that a retry may help."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError, RecursionError) as error:
        name = type(error).__name__
        message, plain = (
            say("unexpected response format from {api} ({reason})", api=api, reason=reason)
            for reason in (f"{name}: {foreign(error)}", name)
        )
        unclear = UnclearError(message, kind="protocol", transient=True)
        unclear.plain = plain
        raise unclear from None


def page_of(data: Row, read: Callable[[Row], t.Any], start: int, *, shrinks: bool = False) -> Page:
    """A page of a list, from its row ``start`` on, with what ``read`` makes of its rows; Job sends null for none.

    A page without the rows that its total says there are must not pass for the end of the list, and even less for an
    empty one. Where a list only informs, it may have shrunk since its first page was read (``shrinks``).
    """
    rows = tuple(map(read, data["data"] or ()))
    total = whole_or_none(data, "total")
    if not rows and total is not None and start < total and not (start and shrinks):
        raise ValueError(say("no rows from {start} on, of {total} in all", start=start, total=total))
    return Page(rows, total)


def id_of(row: Row, key: str) -> int:
    """The id in a row, from a number or digits; whatever else a server sends must not get into a path or a request."""
    try:
        return positive(row[key])
    except Defect:
        raise TypeError(f"{key} {row[key]!r}") from None


def code_of(row: Row, key: str = "status") -> int:
    """The status or another number in a row that decisions depend on."""
    code = row[key]
    if not isinstance(code, int) or isinstance(code, bool):
        raise TypeError(f"{key} {code!r}")
    return code


def number_or_none(row: Row, key: str) -> float | None:
    """A time or duration that is only shown; None for anything else, beyond 64 bits, infinity and NaN included."""
    value = row.get(key)
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 2**63 else None


def whole_or_none(row: Row, key: str) -> int | None:
    """An id, a code or a count that is only shown; None for anything else, and beyond 64 bits."""
    value = row.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63 else None


def shown_code(row: Row, key: str = "status") -> int:
    """A status or type that is only shown; a code that Job does not have for anything else."""
    code = whole_or_none(row, key)
    return -1 if code is None else code


def text_or_none(row: Row, key: str) -> str | None:
    """A string that is only shown; None for anything else."""
    value = row.get(key)
    return value if isinstance(value, str) else None


def row_or_none(row: Row, key: str) -> Row | None:
    """A dictionary that is only shown; None for anything else."""
    value = row.get(key)
    return value if isinstance(value, dict) else None


def rows_or_none(row: Row, key: str) -> list[Row] | None:
    """A list of dictionaries that is only shown; None for anything else."""
    value = row.get(key)
    return value if isinstance(value, list) and all(isinstance(item, dict) for item in value) else None


def text_of(row: Row, key: str) -> str:
    """A string in a row that decisions depend on."""
    text = row[key]
    if not isinstance(text, str):
        raise TypeError(f"{key} {text!r}")
    return text


def flag_or_none(row: Row, key: str) -> bool | None:
    """A boolean that is only shown; None for anything else."""
    value = row.get(key)
    return value if isinstance(value, bool) else None


def same_id(row: Row, key: str, requested: int) -> None:
    """Check the id in a response, if it has one, since a cache or proxy may mix responses up."""
    value = row.get(key)
    if value is not None and str(value) != str(requested):
        raise ValueError(
            say("{key} is {value!r}, {requested} was requested", key=key, value=value, requested=requested)
        )


def name_of(row: Row) -> str:
    """The name of a step, or a replacement."""
    return text_or_none(row, "name") or f"step {row['step_instance_id']}"


def host_key(row: Row) -> HostKey:
    """The host that a row is about; hosts with IPv6 only have an id and no address."""
    return HostKey(whole_or_none(row, "bk_host_id"), whole_or_none(row, "bk_cloud_id"), text_or_none(row, "ip") or None)


def targets_of(
    hosts: Sequence[Row] | None, groups: Sequence[t.Any], nodes: Sequence[Row] | None, node_type: str = "node_type"
) -> Targets:
    """The targets that a plan has as a default, without those that can't be understood: they are only shown.

    If one host has IPv6 only, all of them are named by id: a launch can't have both ids and addresses (contract §6.1).
    """
    keys = [host_key(row) for row in hosts or ()]
    by_id = not all(key.ip for key in keys)
    return Targets(
        tuple(key.bk_host_id for key in keys if by_id and key.bk_host_id),
        tuple(
            Address(bk_cloud_id=key.bk_cloud_id or 0, ip=key.ip)
            for key in keys
            if key.ip and not (by_id and key.bk_host_id)
        ),
        tuple(str(group) for group in groups if isinstance(group, (str, int))),
        tuple(
            TopoNode(id_, type_)
            for row in nodes or ()
            if (id_ := whole_or_none(row, "id")) and (type_ := text_or_none(row, node_type))
        ),
    )


def variable_entries(
    variables: Sequence[VariableValue], masked: bool, targets: str, server: Callable[[Targets, str], Params]
) -> list[Params]:
    """The variables of a launch; ``targets`` is the field for servers; ``masked``, secret values are hidden."""
    entries = []
    for variable in variables:
        entry: Params = {"id": variable.id, "name": variable.name}
        if isinstance(variable.value, Targets):
            entry[targets] = server(variable.value, variable.origin)
        else:
            entry["value"] = MASK if masked and variable.secret else variable.value
        entries.append({key: value for key, value in entry.items() if value is not None})
    return entries


def addresses_and_nodes(targets: Targets) -> Params:
    """The part of targets that both versions write alike."""
    server: Params = {}
    if targets.addresses:
        server["ip_list"] = list(targets.addresses)
    if targets.topo_nodes:
        server["topo_node_list"] = [{"id": id_, "node_type": type_} for id_, type_ in targets.topo_nodes]
    return server


def scope_params(scope: Scope) -> Params:
    """The scope; for a business the triplet that old and new servers understand (contract §4.1)."""
    pair: Params = {"bk_scope_type": scope.type, "bk_scope_id": str(scope.id)}
    return {**pair, "bk_biz_id": scope.id} if scope.type == "biz" else pair


def read_launched(data: t.Any, *_launch: t.Any) -> Launched:
    """The instance that a launch created, in either version (contract §6.1)."""
    fields = data if isinstance(data, dict) else {}
    try:
        return Launched(
            positive(fields.get("job_instance_id")),
            text_or_none(fields, "job_instance_name"),
            whole_or_none(fields, "step_instance_id"),
        )
    except Defect:
        raise UnclearError(say("Job accepted the launch without returning an instance id"), kind="protocol") from None


def read_output(data: t.Any, instance_id: int, steps: str, values: str) -> dict[str, str]:
    """The values after the last script step; they add up from step to step, and lists may be null (contract §6.7)."""
    with shape_of("get_job_instance_global_var_value"):
        same_id(data, "job_instance_id", instance_id)
        filled = [step[values] for step in data.get(steps) or () if step.get(values)]
        return {str(row["name"]): str(row.get("value") or "") for row in filled[-1]} if filled else {}
