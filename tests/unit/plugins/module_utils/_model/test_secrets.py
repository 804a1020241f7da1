# Copyright: (c) 2026, blueking.job contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rule for secrets: every spelling that it names is masked, in linear time, and nothing else is."""

from __future__ import annotations

import html
import json
import re
import subprocess
import time
import typing as t
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.blueking.job.plugins.module_utils._model.bash import associative_array, index_array
from ansible_collections.blueking.job.plugins.module_utils._model.secrets import MASK, Secrets, texts_of

# What some spelling writes in a way of its own, beside any character. N is kept for the text around a secret, and
# asterisks for the mask.
SPECIAL = [
    *"\"'\\/<>&+% \t\n\r$`!#;()[]{}|?~^=@,.:-_aZ09",
    "é",
    "密",
    "😀",
    "\u2028",
    "\x7f",
    "\\n",
    "&amp;",
    "%2F",
    "\\\\",
]
ANY = st.characters(exclude_categories=["Cs"], exclude_characters="N*\0")
# Blanks are no secrets: masking each of them would hide nothing and make texts unreadable.
TEXTS = st.lists(st.one_of(st.sampled_from(SPECIAL), ANY), min_size=1, max_size=8).map("".join).filter(str.strip)
# The same on every run: nothing random, nothing timed, nothing left behind.
steady = settings(derandomize=True, deadline=None, database=None, max_examples=80)


def in_json(text: str, *, ensure_ascii: bool = True) -> str:
    return json.dumps(text, ensure_ascii=ensure_ascii)[1:-1]


def in_upper_case(escaped: t.Callable[[str], str], text: str) -> str:
    """JSON with the digits of its escapes in upper case."""
    return "".join(re.sub(r"(?<=\\u).{4}", lambda found: found[0].upper(), escaped(char)) for char in text)


def in_lower_case(text: str) -> str:
    """Percent-encoded with its digits in lower case."""
    return re.sub(r"%[0-9A-F]{2}", lambda found: found[0].lower(), text)


def as_go(text: str) -> str:
    """JSON as Go and Gson write it."""
    return re.sub(r"[<>&'=]", lambda found: f"\\u{ord(found[0]):04x}", in_json(text, ensure_ascii=False))


SPELLINGS: dict[str, t.Callable[[str], str]] = {
    "as it is": str,
    "JSON, ASCII": in_json,
    "JSON, ASCII, upper case": lambda text: in_upper_case(in_json, text),
    "JSON, Unicode": lambda text: in_json(text, ensure_ascii=False),
    "JSON of PHP": lambda text: in_json(text).replace("/", "\\/"),
    "JSON of Go": as_go,
    "JSON of Go, upper case": lambda text: in_upper_case(as_go, text),
    "JSON in JSON": lambda text: in_json(in_json(text)),
    "JSON in JSON, Unicode": lambda text: in_json(in_json(text, ensure_ascii=False), ensure_ascii=False),
    "JSON of Go in JSON": lambda text: in_json(as_go(text)),
    "percent": quote,
    "percent, all": lambda text: quote(text, safe=""),
    "percent, lower case": lambda text: in_lower_case(quote(text, safe="")),
    "form": quote_plus,
    "form, lower case": lambda text: in_lower_case(quote_plus(text)),
    "percent, twice": lambda text: quote(quote(text, safe=""), safe=""),
    "percent, twice, lower case": lambda text: in_lower_case(quote(quote(text, safe=""), safe="")),
    "HTML": html.escape,
    "HTML, numbers": lambda text: re.sub(r"[<>&'\"]", lambda found: f"&#{ord(found[0])};", text),
    "bash, single quotes": lambda text: text.replace("'", "'\\''"),
    "bash, double quotes": lambda text: re.sub(r'([\\"$`])', r"\\\1", text),
}


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
@steady
@given(secret=TEXTS)
def test_every_spelling_is_masked(spelling: t.Callable[[str], str], secret: str) -> None:
    assert Secrets([secret]).scrub(f"NN{spelling(secret)}NN") == f"NN{MASK}NN"


# What `printf %q` writes as octal numbers or letters of its own is not part of the rule.
PRINTABLE = st.lists(
    st.one_of(
        st.sampled_from([*SPECIAL[:-7], "\\n", "\\\\"]), st.characters(codec="ascii", categories=["L", "N", "P"])
    ),
    min_size=1,
    max_size=8,
).map(lambda parts: "".join(parts).replace("N", "n").replace("*", "").replace("\x7f", "") or "x")


@settings(steady, max_examples=30)
@given(secrets=st.lists(PRINTABLE, min_size=1, max_size=20))
def test_what_bash_quotes_is_masked(secrets: list[str]) -> None:
    """``printf %q`` and ``set -x`` show a variable like this."""
    done = subprocess.run(
        ["bash", "--norc", "--noprofile", "-c", 'printf "%q\\0" "$@"', "bash", *secrets],
        env={"LC_ALL": "C.UTF-8"},
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    for secret, quoted in zip(secrets, done.stdout.split("\0")):
        inside = quoted[2:-1] if quoted.startswith("$'") else quoted
        assert Secrets([secret]).scrub(f"NN{inside}NN") == f"NN{MASK}NN", secret


LINES = st.lists(TEXTS.map(lambda text: "".join(text.split()) + "line"), min_size=2, max_size=5)


@steady
@given(lines=LINES, indent=st.sampled_from(["", "  ", "\t"]), end=st.sampled_from(["\n", "\r\n", "\r"]))
def test_a_secret_of_several_lines_is_masked_line_by_line(lines: list[str], indent: str, end: str) -> None:
    """Keys and certificates are shown indented, or by programs that end lines in another way."""
    secrets = Secrets(["\n".join(lines)])
    shown = end.join(f"{indent}{line}" for line in lines)
    assert secrets.scrub(shown).replace(MASK, "").strip() == ""
    assert secrets.scrub(f"N {lines[-1]} N") == f"N {MASK} N"


def test_short_lines_of_a_secret_are_not_searched_for() -> None:
    secrets = Secrets(["{\n  token-of-alice\n}"])
    assert secrets.scrub("if {\n token-of-alice }") == f"if {{\n {MASK} }}"


@pytest.mark.parametrize(
    "array", [index_array(["first one", "it's two"]), associative_array({"k": "first one", "l": "it's two"})]
)
def test_the_items_of_an_array_are_secrets(array: str) -> None:
    secrets = Secrets([array])
    assert secrets.scrub(array) == MASK
    assert secrets.scrub("N first one N it's two N") == f"N {MASK} N {MASK} N"


@steady
@given(secret=TEXTS, text=TEXTS)
def test_text_without_a_secret_is_left_as_it_is(secret: str, text: str) -> None:
    # Secrets that can't occur: no text has the first character of their lines.
    assert Secrets(["\n".join(f"N{line}" for line in secret.splitlines())]).scrub(text) == text


@steady
@given(secrets=st.lists(TEXTS, min_size=1, max_size=4))
def test_a_secret_within_another_one_uncovers_nothing(secrets: list[str]) -> None:
    whole = "".join(secrets)
    assert Secrets([*secrets, whole]).scrub(f"NN{whole}NN") == f"NN{MASK}NN"


def test_numbers_and_booleans_are_secrets_as_the_strings_that_job_gets() -> None:
    assert list(texts_of({"a": [True, 5, None, {"b": 1.5}], "c": "x"})) == ["true", "5", "1.5", "x"]
    secrets = Secrets({"pin": 4711})
    assert secrets.scrub({"pin": 4711, "4711": ["pin 4711", 47110, True]}) == {
        "pin": MASK,
        MASK: [f"pin {MASK}", 47110, True],
    }


def test_half_of_a_character_costs_no_result() -> None:
    assert Secrets(["a\ud83d"]).scrub("N a\ud83d N") == f"N {MASK} N"


@pytest.mark.parametrize("blank", ["", " ", "\n\t", "\u3000"])
def test_blanks_are_no_secrets(blank: str) -> None:
    secrets = Secrets([blank])
    assert (secrets.values, secrets.scrub(f"a{blank}b c")) == (set(), f"a{blank}b c")


def test_secrets_can_be_added() -> None:
    secrets = Secrets()
    assert secrets.scrub("first second") == "first second"
    secrets.add(["first"])
    secrets.add({"x": "second", "y": ""})
    assert (secrets.scrub("first second"), secrets.values) == (f"{MASK} {MASK}", {"first", "second"})


HOSTILE: dict[str, t.Callable[[int], str]] = {
    "backslashes": lambda size: "\\" * size,
    "backslashes and quotes": lambda size: "\\\\'" * (size // 3),
    "escapes": lambda size: "\\u005c" * (size // 6),
    "percents": lambda size: "%2525" * (size // 5),
    "entities": lambda size: "&#" + "0" * size,
    "beginnings of the secret": lambda size: "a\\\\" * (size // 3),
}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("secret", ["a\\b'c\"d/e", "\\\\\\\\", "'''''' <x>", "a\\\\" * 20 + "b", "&&&&%%%%"])
def test_hostile_text_is_scrubbed_in_linear_time(hostile: t.Callable[[int], str], secret: str) -> None:
    """Eight times as long a text takes eight times as long; it would be 64 times if it was quadratic."""

    def least(text: str) -> float:
        taken = []
        for _round in range(3):
            began = time.process_time()
            secrets.scrub(text)
            taken.append(time.process_time() - began)
        return min(taken)

    secrets = Secrets([secret])
    size = 8_000
    assert least(hostile(8 * size)) <= 24 * max(least(hostile(size)), 0.0005)
