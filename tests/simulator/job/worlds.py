# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ready-made worlds: for most tests, for the transcripts of Appendix A, and for the examples in the documentation."""

from __future__ import annotations

from .library import (
    DATABASE,
    DISABLED,
    DRAFT,
    MYSQL,
    OFFLINE,
    PYTHON,
    SHELL,
    WINDOWS,
    Account,
    DangerousRule,
    Script,
    ScriptVersion,
)
from .plans import (
    ASSOCIATIVE_ARRAY,
    CIPHER,
    HOSTS,
    INDEX_ARRAY,
    NAMESPACE,
    ApprovalStep,
    FileStep,
    Outcome,
    Plan,
    ScriptStep,
    Targets,
    Variable,
)
from .world import PUBLIC, AccessToken, App, Business, Host, Module, Scope, Set, User, World

ONE, TWO, ALL = Scope("biz", "1"), Scope("biz", "2"), Scope("biz_set", "8000001")


def default_world() -> World:
    """Business 1 with plans 100-102, business 2 with plan 103, and the set of both with plan 104."""
    return World(
        apps=[
            App("demo", "s3cr3t-demo", trusted=True),
            App("nowl", "s3cr3t-nowl"),
            App("noperm", "s3cr3t-noperm", trusted=True, apis=frozenset()),
        ],
        users=[
            User("admin"),
            User("alice"),
            User("stranger", scopes=(TWO,)),
            User("blind", denied={"view_job_plan"}),
        ],
        tokens={"token-of-alice": "alice"},
        access_tokens={"access-of-alice": AccessToken("demo", "alice"), "access-of-app": AccessToken("demo")},
        businesses=[
            Business(
                ONE,
                "BlueKing",
                groups={"blo8gojho0skft7pr5q0": (101, 102), "blo8gojho0sabc7priuy": ()},
                group_names={"blo8gojho0skft7pr5q0": "canary", "blo8gojho0sabc7priuy": "retired"},
                set_groups={"blo8gojho0ssets7pr1a": (11,)},
                sets=(
                    Set(11, "web", (Module(1000, "nginx", (102, 103)), Module(1001, "static files", (103, 203)))),
                    Set(12, "db", (Module(1002, "mysql", (104, 105)),)),
                    Set(13, "empty"),
                ),
            ),
            Business(
                TWO,
                "Elsewhere",
                groups={"blo8gojho0selsewhere": (901,)},
                sets=(Set(21, "web", (Module(2000, "nginx", (901,)),)),),
            ),
            Business(ALL, "All", members=(1, 2)),
        ],
        hosts=[
            Host(101, "10.0.0.1", biz=1),
            Host(102, "10.0.0.2", biz=1, name="web-2", more_ips=("192.168.0.2",)),
            Host(103, "10.0.0.3", biz=1, name="web-3"),
            Host(203, "10.0.0.3", biz=1, cloud=2, name="web-3"),
            Host(104, "10.0.0.4", biz=1, agent="missing", name="db-4", os="2"),
            Host(105, "10.0.0.5", biz=1, agent="abnormal", name="db-5", attributes={"bk_state": "offline"}),
            Host(106, None, biz=1, ipv6="fd00::6", os=None),
            Host(901, "10.0.0.9", biz=2, name="web-9"),
        ],
        plans=[_test_plan(), _approved_plan(), _failing_plan(), _foreign_plan(), _set_plan()],
        accounts=[*_accounts(), Account(901, "root", TWO), Account(801, "root", ALL)],
        scripts=_scripts(),
        dangerous_rules=[
            DangerousRule(r"rm\s+-rf\s+/(\s|$)", "Removes everything"),
            DangerousRule("reboot", "Restarts the host", intercepts=False),
        ],
    )


def _accounts() -> list[Account]:
    """The accounts of business 1."""
    return [
        Account(1, "root", ONE),
        Account(2, "app", ONE, name="application"),
        Account(3, "Administrator", ONE, type=WINDOWS),
        Account(4, "orders", ONE, category=DATABASE, type=MYSQL),
    ]


def _scripts() -> list[Script]:
    """`clean` has versions in several states, `report` an online one, `later` a draft only; `shared` is public."""
    return [
        Script(
            "0123456789abcdef0123456789abcdef",
            "clean",
            ONE,
            SHELL,
            [
                ScriptVersion(1003, "1.3", "echo draft\n", DRAFT),
                ScriptVersion(1002, "1.2", "#!/bin/bash\necho clean $1\n"),
                ScriptVersion(1001, "1.1", "echo old\n", OFFLINE),
                ScriptVersion(1000, "1.0", "echo banned\n", DISABLED),
            ],
        ),
        Script(
            "fedcba9876543210fedcba9876543210",
            "report",
            ONE,
            PYTHON,
            [ScriptVersion(1010, "v1", "import sys\nprint(sys.argv[1:])\n")],
        ),
        Script("00000000000000000000000000000bad", "later", ONE, SHELL, [ScriptVersion(1020, "0.1", "true\n", DRAFT)]),
        Script("0000000000000000000000000000e15e", "clean", TWO, SHELL, [ScriptVersion(1900, "1.0", "echo two\n")]),
        Script("000000000000000000000000000000a1", "shared", PUBLIC, SHELL, [ScriptVersion(1800, "1", "echo all\n")]),
    ]


def _hosts(variable_id: int, *host_ids: int) -> Variable:
    return Variable(variable_id, "hosts", HOSTS, hosts=Targets(host_ids=host_ids), required=True)


def _test_plan() -> Plan:
    return Plan(
        100,
        "Test",
        ONE,
        steps=[
            ScriptStep(1, "run", script="echo $param_name\n"),
            FileStep(2, "copy", source=Targets(host_ids=(103,))),
        ],
        variables=[
            _hosts(436, 101),
            Variable(437, "param_name", value="old", changeable=True),
            Variable(438, "password", CIPHER, value="pl4n-s3cr3t"),
            Variable(439, "region", NAMESPACE, value="north"),
            Variable(440, "labels", ASSOCIATIVE_ARRAY, value='([tier]="web")'),
            Variable(441, "ports", INDEX_ARRAY, value="(80 443)"),
        ],
    )


def _approved_plan() -> Plan:
    return Plan(
        101,
        "Release with approval",
        ONE,
        steps=[
            ScriptStep(1, "prepare"),
            ApprovalStep(2, "approve", users=("admin",), message="Release now?"),
            ScriptStep(3, "release"),
        ],
        variables=[_hosts(451, 101, 102), Variable(452, "version", value="1.0.0", changeable=True)],
    )


def _failing_plan() -> Plan:
    """Host 102 fails the first attempt; a retry succeeds."""
    failure = Outcome(
        status=104, exit_code=1, tag="disk full", seconds=4.0, log="a < b && c\nno space left on device\n"
    )
    return Plan(
        102,
        "Fails on the second host",
        ONE,
        steps=[ScriptStep(1, "run", outcomes={102: (failure, Outcome())}), ScriptStep(2, "after")],
        variables=[_hosts(461, 101, 102)],
    )


def _foreign_plan() -> Plan:
    return Plan(103, "Of another business", TWO, steps=[ScriptStep(1, "run")], variables=[_hosts(471, 901)])


def _set_plan() -> Plan:
    return Plan(104, "Across businesses", ALL, steps=[ScriptStep(1, "run")], variables=[_hosts(481, 101, 901)])


def large_world(hosts: int) -> World:
    """Business 1 with so many hosts, from id 1 on, in sets of a thousand."""
    world = default_world()
    world.hosts = [
        Host(number, f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", biz=1, name=f"host-{number}")
        for number in range(1, hosts + 1)
    ]
    world.businesses = [
        Business(
            ONE,
            "BlueKing",
            sets=tuple(
                Set(first, f"set {first}", (Module(first, "app", tuple(range(first, min(first + 1000, hosts + 1)))),))
                for first in range(1, hosts + 1, 1000)
            ),
        )
    ]
    return world


def appendix_world() -> World:
    """The scenario of Appendix A; plan 200 is plan 100 with the outcome of A.2."""
    succeeded = Outcome(seconds=2.7, log="a < b && c\n")
    failed = Outcome(status=104, exit_code=1, tag="disk full", seconds=3.9, log="no space left\n")
    return World(
        apps=[App("demo", "s3cr3t", trusted=True)],
        users=[User("admin")],
        tokens={"token-of-admin": "admin"},
        businesses=[Business(TWO, "BlueKing")],
        hosts=[Host(101, "10.0.0.1", biz=2), Host(102, "10.0.0.2", biz=2), Host(103, "10.0.0.3", biz=2)],
        plans=[
            _deploy_plan(100, ScriptStep(1, "run", outcome=succeeded)),
            _deploy_plan(200, ScriptStep(1, "run", outcomes={101: (succeeded,), 102: (failed,)})),
        ],
    )


def _deploy_plan(plan_id: int, first: ScriptStep) -> Plan:
    return Plan(
        plan_id,
        "deploy",
        TWO,
        steps=[
            first,
            ApprovalStep(2, "approve", users=("admin",)),
            FileStep(3, "copy", source=Targets(host_ids=(103,))),
        ],
        variables=[
            _hosts(436, 101),
            Variable(437, "version", changeable=True),
            Variable(438, "pwd", CIPHER, value="s3cr3t-pwd"),
        ],
    )


def release_world() -> World:
    """Plans that release a web tier, as in the examples of the documentation; the disk of host 102 is full."""
    full = Outcome(status=104, exit_code=1, tag="disk full", seconds=4.0, log="no space left on device\n")
    done = Outcome(log="<SOPS_VAR>free_mb:5120</SOPS_VAR>\n")
    return World(
        apps=[App("my-app", "s3cr3t-app", trusted=True)],
        users=[User("admin"), User("alice", denied={"launch_job_plan"})],
        businesses=[
            Business(
                ONE,
                "BlueKing",
                groups={"blo8gojho0skft7pr5q0": (102,)},
                group_names={"blo8gojho0skft7pr5q0": "canary"},
                sets=(
                    Set(11, "web", (Module(1000, "nginx", (101, 103)), Module(1001, "static files", (102,)))),
                    Set(12, "branch", (Module(1002, "nginx", (201, 202)),)),
                ),
            )
        ],
        accounts=_accounts(),
        scripts=_scripts(),
        dangerous_rules=[DangerousRule(r"rm\s+-rf\s+/(\s|$)", "Removes everything")],
        hosts=[
            Host(101, "10.0.0.1", biz=1, name="web-1"),
            Host(102, "10.0.0.2", biz=1, name="web-2"),
            Host(103, "10.0.0.3", biz=1, name="web-3"),
            Host(201, "10.0.0.1", biz=1, cloud=2, name="branch-1"),
            Host(202, "10.0.0.2", biz=1, cloud=2, name="branch-2"),
        ],
        plans=[
            Plan(
                100,
                "Release the web tier",
                ONE,
                steps=[ScriptStep(1, "deploy", script="deploy $version\n", outcome=done, outcomes={102: (full, done)})],
                variables=[
                    _hosts(436, 101, 103),
                    Variable(437, "version", value="1.2.2", required=True, description="The version to deploy"),
                    Variable(438, "password", CIPHER, value="pl4n-s3cr3t"),
                    Variable(439, "ports", INDEX_ARRAY, value="(80)"),
                    Variable(440, "labels", ASSOCIATIVE_ARRAY, value="()"),
                ],
            ),
            Plan(
                101,
                "Release with approval",
                ONE,
                steps=[
                    ScriptStep(1, "clean", script="rm -rf /tmp/release\n"),
                    ApprovalStep(2, "approve", users=("admin",)),
                    ScriptStep(3, "deploy"),
                ],
                variables=[_hosts(451, 101, 102), Variable(452, "version", required=True)],
            ),
            Plan(
                102,
                "Distribute the packages",
                ONE,
                steps=[FileStep(1, "copy", source=Targets(host_ids=(103,)))],
                variables=[_hosts(461, 101, 102)],
            ),
        ],
    )
