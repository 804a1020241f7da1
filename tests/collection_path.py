# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make this checkout importable as ``ansible_collections.blueking.job``, wherever it lies."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent


def make_collection_path() -> str:
    """Return a new folder, for ``sys.path`` and ``ANSIBLE_COLLECTIONS_PATH``, that goes away with this process.

    It holds ``ansible_collections/blueking/job``, a link to the checkout.
    """
    folder = tempfile.mkdtemp(prefix="blueking-job-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    link = Path(folder, "ansible_collections", "blueking", "job")
    link.parent.mkdir(parents=True)
    link.symlink_to(CHECKOUT, target_is_directory=True)
    return folder
