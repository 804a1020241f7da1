# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The versions of what a task runs with."""

from __future__ import annotations

import platform
import ssl
from importlib.metadata import PackageNotFoundError, version

from ansible.module_utils.ansible_release import __version__ as ansible_version

from ..bk_job_execute import VERSION


def versions() -> dict[str, str]:
    """The version of each part, by its name."""
    return {
        "blueking.job": VERSION,
        "ansible-core": ansible_version,
        "Python": platform.python_version(),
        "requests": _of_package("requests"),
        "urllib3": _of_package("urllib3"),
        "TLS": " ".join(ssl.OPENSSL_VERSION.split()[:2]),
    }


def _of_package(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:  # its files were copied here without their metadata
        return "unknown"
