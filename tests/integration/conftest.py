# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from tests.collection_path import make_collection_path


@pytest.fixture(scope="session")
def collections() -> str:
    """The folder that Ansible finds the collection in."""
    return make_collection_path()
