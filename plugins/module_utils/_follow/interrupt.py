# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Interruptions of a task: Ctrl-C, and the SIGTERM that newer ansible-core hands on to the modules it runs."""

from __future__ import annotations

import contextlib
import signal
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterator

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupted(BaseException):
    """The task is to end now; the message names the signal."""


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Make a signal that would end the process raise :class:`Interrupted` inside, once.

    Whoever catches it has work to do that a second Ctrl-C must not cut short, so all further ones are ignored until
    the process ends. SIGKILL can't be caught; AWX cancels jobs with it.
    """

    def interrupt(number: int, _frame: object) -> t.NoReturn:
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise Interrupted(signal.Signals(number).name)

    before = [(each, signal.signal(each, interrupt)) for each in SIGNALS]
    interrupted = False
    try:
        yield
    except Interrupted:
        interrupted = True
        raise
    finally:
        if not interrupted:
            for each, handler in before:
                signal.signal(each, handler)
