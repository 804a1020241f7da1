# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""BlueKing Job and its gateways, simulated on a real socket. See README.md."""

from __future__ import annotations

from .gateway import faults
from .gateway.faults import Fault, Faults
from .job.clock import Clock, WallClock
from .job.crons import Cron, CronHost, CronVariable
from .job.launch import File, Launch
from .job.library import Account, DangerousRule, Script, ScriptVersion
from .job.plans import ApprovalStep, FileStep, Outcome, Plan, ScriptStep, Targets, Variable
from .job.repository import Upload
from .job.rolling import Rolling
from .job.world import PUBLIC, AccessToken, App, Business, Container, Host, Module, Scope, Set, User, World
from .job.worlds import appendix_world, default_world, large_world, release_world
from .server import Received, Simulator

__all__ = [
    "PUBLIC",
    "AccessToken",
    "Account",
    "App",
    "ApprovalStep",
    "Business",
    "Clock",
    "Container",
    "Cron",
    "CronHost",
    "CronVariable",
    "DangerousRule",
    "Fault",
    "Faults",
    "File",
    "FileStep",
    "Host",
    "Launch",
    "Module",
    "Outcome",
    "Plan",
    "Received",
    "Rolling",
    "Scope",
    "Script",
    "ScriptStep",
    "ScriptVersion",
    "Set",
    "Simulator",
    "Targets",
    "Upload",
    "User",
    "Variable",
    "WallClock",
    "World",
    "appendix_world",
    "default_world",
    "faults",
    "large_world",
    "release_world",
]
