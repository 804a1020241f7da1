# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run checks with nox, three at a time, and say at the end how many tests ran and what was left out.

The arguments are those of nox: ``make test`` gives none, ``make test-matrix`` gives ``--tags matrix``.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter

from tests.collection_path import CHECKOUT

# Where noxfile.py has the sessions leave their counts and notes.
RESULTS = CHECKOUT / "tests" / "output" / "checks"
SIDE_BY_SIDE = "3"  # some checks use one core, and playbooks that wait use none
LEFT_OUT = "make test leaves out the older versions of ansible-core and what seldom changes: make test-matrix"


def counts_in(suite: ET.Element) -> Counter[str]:
    """Return the numbers of tests that passed, failed and were skipped in what ``pytest --junitxml`` wrote."""
    number = {name: int(suite.attrib[name]) for name in ("tests", "failures", "errors", "skipped")}
    failed = number["failures"] + number["errors"]
    return Counter(passed=number["tests"] - failed - number["skipped"], failed=failed, skipped=number["skipped"])


def sentence(counts: Counter[str]) -> str:
    """Return the numbers in the form of pytest's own last line."""
    return ", ".join(f"{counts[name]} {name}" for name in ("passed", "failed", "skipped"))


def main() -> int:
    """Return the exit code of nox."""
    arguments = sys.argv[1:]
    shutil.rmtree(RESULTS, ignore_errors=True)
    code = subprocess.run(
        [sys.executable, "-m", "nox", "--parallel", SIDE_BY_SIDE, *arguments], cwd=CHECKOUT, check=False
    )
    total: Counter[str] = Counter()
    for path in sorted(RESULTS.glob("*.xml")):
        [suite] = ET.parse(path).getroot()
        counts = counts_in(suite)
        total += counts
        print(f"{path.stem}: {sentence(counts)}")
        for reason, number in Counter(skip.get("message") for skip in suite.iter("skipped")).items():
            print(f"{path.stem}: {number} skipped: {reason}")
    for path in sorted(RESULTS.glob("*.txt")):
        print(f"{path.stem}: {path.read_text(encoding='utf-8').strip()}")
    if not arguments:
        print(LEFT_OUT)
    if code.returncode:
        print("At least one check failed. The list of nox above says which.")
    print(sentence(total))
    return code.returncode


if __name__ == "__main__":
    sys.exit(main())
