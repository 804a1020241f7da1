# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a credential makes of its type, as in ``awx/main/models/credential.py`` of AWX."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from pathlib import Path


def inject(credential_type: dict[str, t.Any], inputs: dict[str, str], folder: Path) -> dict[str, str]:
    """The environment of a job with a credential; its files are written to ``folder``. Blank fields are undefined."""
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    jinja = ImmutableSandboxedEnvironment()
    values: dict[str, t.Any] = {name: value for name, value in inputs.items() if value}
    paths = {}
    for label, template in credential_type["injectors"]["file"].items():
        path = folder / label
        path.write_text(jinja.from_string(template).render(values), encoding="utf-8")
        paths[label.partition(".")[2]] = str(path)
    values["tower"] = {"filename": paths}
    environment = credential_type["injectors"]["env"].items()
    return {name: jinja.from_string(template).render(values) for name, template in environment}
