# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How hosts of Job are found in the Ansible inventory: ``inventory_hostnames`` of the filter ``job_targets``."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def key_of(bk_host_id: t.Any, bk_cloud_id: t.Any, ip: t.Any) -> str:
    """The key of a host in ``inventory_hostnames``: its id, else ``area:ip``."""
    return str(bk_host_id) if bk_host_id else f"{bk_cloud_id}:{ip}"


def name_hosts(rows: Iterable[dict[str, t.Any]], entries: Iterable[Mapping[str, t.Any]]) -> None:
    """Fill in ``inventory_hostname`` of rows about a host, where the target servers (``entries``) have its name."""
    names: dict[str, str] = {}
    for entry in entries:
        names.update(entry.get("inventory_hostnames") or {})
    for row in rows if names else ():
        area, ip = row["bk_cloud_id"], row["ip"]
        row["inventory_hostname"] = names.get(key_of(row["bk_host_id"], area, ip)) or names.get(key_of(None, area, ip))
