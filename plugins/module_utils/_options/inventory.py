# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts of the Ansible inventory, found again among the hosts of Job: the filter ``job_targets`` names them."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Row = dict[str, t.Any]


def key_of(bk_host_id: t.Any, bk_cloud_id: t.Any, ip: t.Any) -> str:
    """How ``inventory_hostnames`` names a host: by its id, else by ``area:ip``."""
    return str(bk_host_id) if bk_host_id else f"{bk_cloud_id}:{ip}"


def name_hosts(result: Mapping[str, t.Any], target_servers: Iterable[Mapping[str, t.Any]]) -> None:
    """Note in the rows of a result which host of the inventory each is, where ``target_servers`` say so."""
    names: dict[str, str] = {}
    for entry in target_servers:
        names.update(entry.get("inventory_hostnames") or {})
    if names:
        for key in ("failed_hosts", "logs"):
            _name_rows(result.get(key) or (), names)


def _name_rows(rows: Sequence[Row], names: Mapping[str, str]) -> None:
    for row in rows:
        area, ip = row["bk_cloud_id"], row["ip"]
        row["inventory_hostname"] = names.get(key_of(row["bk_host_id"], area, ip)) or names.get(key_of(None, area, ip))
