# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the guardian shows on the standard error of the play; tests/integration has the rest."""

from __future__ import annotations

import os

from ansible_collections.blueking.job.plugins.module_utils._follow.guardian import Guardian
from ansible_collections.blueking.job.plugins.module_utils._model.secrets import Secrets


def test_a_line_is_shown_without_secrets_and_with_its_id() -> None:
    reader, writer = os.pipe()
    guardian = Guardian(Secrets(["hunter2", "1"]), error=writer)
    guardian.show("Plan 100 (hunter2) was launched as instance 10001")
    guardian.close()
    with os.fdopen(reader) as file:
        assert file.read() == "Plan 100 (******) was launched as instance 10001\n"
