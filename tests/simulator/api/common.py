# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the v2 and v3 APIs have in common: how an API is registered, and parts of requests and responses."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Callable, Mapping, Sequence

from ..job.clock import SHANGHAI
from ..job.messages import INTERNAL_ERROR, INVALID_CLOUD, INVALID_IP, JobError, invalid
from ..job.targets import IPV4
from ..job.world import Container, collated
from .jackson import Fields, integer, is_blank, long, text

if TYPE_CHECKING:
    from ..job.clock import Clock
    from ..job.job import Caller, Job
    from ..job.plans import Targets
    from ..job.world import Host, Scope, World
    from .jackson import Schema

_INVALID_PARAMETERS = 1241002
_MISSING_OR_INVALID = 1241007

# Final statuses, as the server counts them since 3.5 (§5.1).
_FINISHED = frozenset({3, 4, 5, 6, 8, 9, 11, 13, 14})

_BASE64 = str.maketrans("-_", "+/")
_LETTER = re.compile(r"\\?.", re.DOTALL)
_NOT_BASE64 = re.compile("[^A-Za-z0-9+/]")

#: What every request has: the scope (§4.1), and paging whether the API has pages or not.
_COMMON: Schema = {
    "bk_scope_type": text,
    "bk_scope_id": text,
    "bk_biz_id": long,
    "bk_supplier_account": text,
    "start": integer,
    "length": integer,
}

#: A host in requests: of `ip_list`.
IP: Schema = {
    "bk_host_id": long,
    "bk_cloud_id": long,
    "bk_cloud_name": text,
    "ip": text,
    "ipv6": text,
    "bk_agent_id": text,
    "alive": integer,
}


TOPO_NODE: Schema = {"id": long, "node_type": text}


def _valid(_fields: Fields, _world: World) -> None:
    """Most requests have no constraints beside those of the scope."""


@dataclass(frozen=True)
class Api:
    """One API: `fields` of its request beside the common ones, and `validate` for their constraints (§4.4).

    The API gateway accepts `method` only; `mandatory` are the query parameters its GET requires (§3.2). `service` is
    the part of Job that has the API. An API that is not `scoped` works without a business; one that is not
    `on_gateway` is reachable through ESB only, one that is not `on_esb` through the API gateway only.
    """

    handle: Callable[[Job, Caller, Fields], object]
    fields: Mapping[str, Callable[[Any], Any]]
    method: str = "POST"
    mandatory: tuple[str, ...] = ()
    validate: Callable[[Fields, World], None] = _valid
    service: str = "execute"
    scoped: bool = True
    on_gateway: bool = True
    on_esb: bool = True

    def read(self, raw: Mapping[str, Any]) -> Fields:
        return Fields({**_COMMON, **self.fields}, raw)


def positive(fields: Fields, name: str) -> int:
    """A required id of a query (§6.4)."""
    value = fields.number(name)
    if value is None or value <= 0:
        raise JobError(_MISSING_OR_INVALID, name)
    return value


def operation_numbers(fields: Fields, *names: str) -> list[int]:
    """The required numbers of an operation; the error does not name the invalid one (§6.9)."""
    values = [fields.number(name) for name in names]
    if any(value is None or value <= 0 for value in values):
        raise JobError(_INVALID_PARAMETERS)
    return [value for value in values if value is not None]


def identified(entries: Sequence[Fields | None], what: str) -> list[Fields]:
    """The variables of a launch; each needs a positive id or a name. A null element is a null pointer (§6.1)."""
    found = []
    for entry in entries:
        if entry is None:
            raise JobError(INTERNAL_ERROR)
        if (entry.number("id") or 0) <= 0 and is_blank(entry.text("name")):
            raise JobError(1241005, what)
        found.append(entry)
    return found


def require_ips(hosts: Sequence[Fields | None]) -> None:
    """Job trims each `ip` of a launch before it uses any: a missing one is a null pointer, even if nothing needs it."""
    if any(host is None or host.text("ip") is None for host in hosts):
        raise JobError(INTERNAL_ERROR)


def existing(fields: Fields, name: str) -> list[Fields]:
    """The objects of a list whose null elements are a null pointer."""
    items = fields.objects(name)
    if None in items:
        raise JobError(INTERNAL_ERROR)
    return [item for item in items if item is not None]


def nodes(server: Fields) -> tuple[tuple[str | None, int], ...]:
    """The topology nodes of a target: type and id, which Job needs as a primitive."""
    found = [(item.text("node_type"), item.number("id")) for item in existing(server, "topo_node_list")]
    if any(node_id is None for _type, node_id in found):
        raise JobError(INTERNAL_ERROR)
    return tuple((node_type, node_id) for node_type, node_id in found if node_id is not None)


def decoded(text: str) -> bytes:
    """As the decoder of Apache Commons, which skips what is no base64 and knows both alphabets."""
    digits = _NOT_BASE64.sub("", text.translate(_BASE64))
    # A single digit is less than a byte.
    digits = digits[:-1] if len(digits) % 4 == 1 else digits
    return base64.b64decode(digits + "=" * (-len(digits) % 4))


def decoded_text(text: str | None) -> str | None:
    return decoded(text).decode("utf-8", "replace") if text else None


def decoded_length(text: str | None) -> int:
    """The length as Job computes it without decoding (`Base64Util.calcOriginBytesLength`)."""
    end = (text or "")[-2:]
    return len(text or "") * 3 // 4 - (len(end) - len(end.rstrip("=")))


def like(pattern: str, value: str) -> bool:
    """SQL's LIKE %pattern%, in which wildcards of the pattern count unless a backslash is before them."""
    parts = {"%": ".*", "_": "."}
    letters = _LETTER.findall(collated(pattern))
    expression = "".join(parts.get(letter) or re.escape(letter[-1]) for letter in letters)
    return re.search(expression, collated(value), re.DOTALL) is not None


def paging(fields: Fields) -> tuple[int, int]:
    """Start and length as most lists of Job correct them (`EsbJobReq.adjustPageParam`)."""
    start, length = fields.number("start") or 0, fields.number("length") or 0
    return max(start, 0), min(length, 1000) if length > 0 else 20


def default_name(what: str, clock: Clock) -> str:
    """The name of a quick job without one: yyyyMMddHHmmssSSS at its end."""
    moment = datetime.fromtimestamp(clock.now(), SHANGHAI)
    return f"{what}_{moment:%Y%m%d%H%M%S}{moment.microsecond // 1000:03}"


def scope_keys(scope: Scope) -> dict[str, Any]:
    return {"bk_biz_id": int(scope.id), "bk_scope_type": scope.type, "bk_scope_id": scope.id}


def finished(world: World, status: int) -> bool:
    return status not in (1, 2) if world.old_finished else status in _FINISHED


def validate_ip(item: Fields) -> None:
    """The constraints of a cloud area and its IPv4 address (§4.4)."""
    cloud, ip = item.number("bk_cloud_id"), item.text("ip")
    if cloud is None or cloud < 0:
        raise invalid(INVALID_CLOUD)
    if ip is None or not IPV4.fullmatch(ip):
        raise invalid(INVALID_IP)


def require_host(host: Host) -> None:
    """Job's v2 and v3 responses need a host: for a container, there is a null pointer (§6.4)."""
    if isinstance(host, Container):
        raise JobError(INTERNAL_ERROR)


def host_keys(host: Host) -> dict[str, Any]:
    """A host in responses, mostly nulls (A.2)."""
    return {
        "bk_host_id": host.id,
        "bk_cloud_id": host.cloud,
        "bk_cloud_name": None,
        "ip": host.ip,
        "ipv6": None,
        "bk_agent_id": None,
        "alive": None,
    }


def named_hosts(world: World, targets: Targets) -> list[Host]:
    """The hosts of CMDB that targets name by id or address."""
    ids, addresses = set(targets.host_ids), set(targets.ips)
    return [host for host in world.hosts if host.id in ids or (host.cloud, host.ip) in addresses]
