"""What holds for every text: reading never raises, and formatting is stable and loses nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spec_samples import TOURS, content, findings, spec_of
from spec_strategies import SPECS

from specc.diag.diagnostic import Diagnostic
from specc.diag.source import Source
from specc.lang.format import WIDTH, format_spec
from specc.lang.problems import SHOWN

TOKEN = re.compile(r'"[^"]*"|[A-Za-z_][\w.]*|[\d._%]+(?:e-\d+)?|[-<>=*/]+|#[^\n]*|\n|\S')


def check(text: str) -> tuple[Diagnostic, ...]:
    """Read a text, and hold what every diagnostic promises."""
    spec, found = findings(text)
    places = [d.primary.span for d in found if d.primary is not None]
    assert len(places) == len(found) <= SHOWN
    assert [p.start for p in places] == sorted(p.start for p in places)
    for diagnostic in found:
        assert re.fullmatch("E010[1-9]", diagnostic.code)
        for edit in (e for h in diagnostic.helps for e in h.edits):
            assert 0 <= edit.span.start <= edit.span.end <= len(text)
            assert edit.text != edit.span.text
    for place in places:
        assert 0 <= place.start <= place.end <= len(text)
    for statement in spec.statements:
        assert statement.span.text.startswith(statement.word_span.text)
    return found


@pytest.mark.parametrize("text", TOURS)
def test_a_token_more_or_less_never_raises(text: str) -> None:
    for match in TOKEN.finditer(text):
        before, token, after = text[: match.start()], match[0], text[match.end() :]
        check(before + after)
        check(f"{before}{token}{token}{after}")
        check(f"{before}{token} {token}{after}")


@pytest.mark.parametrize("text", TOURS)
def test_a_bracket_more_or_less_is_always_found(text: str) -> None:
    for match in re.finditer(r"[(){}]", re.sub("#[^\n]*", lambda m: "x" * len(m[0]), text)):
        assert check(text[: match.start()] + text[match.end() :])
        assert check(text[: match.start()] + match[0] + text[match.start() :])


@pytest.mark.parametrize("text", TOURS)
def test_half_a_file_never_raises(text: str) -> None:
    for end in range(len(text)):
        check(text[:end])


@given(st.lists(st.sampled_from([*TOKEN.findall("".join(TOURS)), *"\n[];:"])))
@settings(deadline=None)
def test_tokens_in_any_order_never_raise(tokens: list[str]) -> None:
    check(" ".join(tokens))


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_bytes_never_raise(data: bytes) -> None:
    check(data.decode("utf-8", "surrogateescape"))
    check(data.decode("utf-8", "replace"))
    check(data.decode("latin-1"))


@given(st.text(max_size=200))
@settings(deadline=None)
def test_text_never_raises(text: str) -> None:
    check(text)


@given(st.text(alphabet="ab1. \n(){}[]=,->#\"'/*in;:%+", max_size=120))
@settings(deadline=None, max_examples=300)
def test_punctuation_never_raises(text: str) -> None:
    check(text)


@given(SPECS)
@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow])
def test_formatting_is_stable_and_loses_nothing(text: str) -> None:
    spec = spec_of(text)
    once = format_spec(spec)
    again = spec_of(once)
    assert content(again) == content(spec)
    assert format_spec(again) == once
    assert sorted(re.findall(r"# ?\w+", once)) == sorted(re.findall(r"# ?\w+", text))


@given(SPECS)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_form_is_canonical(text: str) -> None:
    once = format_spec(spec_of(text))
    assert "\t" not in re.sub('"[^"]*"|#[^\n]*', "", once)
    assert "\n\n\n" not in once
    assert "{\n\n" not in once
    assert "\n\n}" not in re.sub("\n +}", "\n}", once)
    assert once == "" or once.endswith("\n")
    assert not once.endswith("\n\n")
    assert not re.search("[ \t]\n", once)
    for line in once.split("\n"):
        # What is longer could not be broken: it has no comma with something behind it.
        bare = line.partition("  #")[0]
        assert len(bare) <= WIDTH or ", " not in bare[:WIDTH].strip() or '"' in bare


@given(SPECS, st.data())
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_character_less_never_raises(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, max(len(text) - 1, 0)))
    check(text[:at] + text[at + 1 :])


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000,
        "{" * 5000,
        "a {\n" * 5000,
        ")" * 5000,
        "a f(\n" * 2000,
        "a " + "-" * 20000 + "1",
        "a " + "2 ** " * 5000 + "1",
        "a 1" + " + 1" * 5000,
        "a " + "(1 + " * 60 + "1" + ")" * 60 + " + 1" * 60,
        "a " + ("(" * 40 + "1" + ")" * 40 + " + ") * 200 + "1",
        "a " + "b then " * 5000 + "b",
        "a 1" + ", 1" * 20000,
        "a = 1\n" * 5000,
        "a:b;" * 5000,
        "$ " * 20000,
        "\x00" * 20000,
        "a [" * 3000,
        "a 1,\n" * 3000,
        '"' * 5001,
        "'" * 5001,
        "/*" * 5000,
        "9" * 100000,
        "a " + "1_" * 50000,
        "x" * 100000,
        "a." * 50000,
        "#" * 100000,
        "\n" * 100000,
        " " * 100000,
    ],
    ids=lambda text: text[:12],
)
def test_hostile_texts_end(text: str) -> None:
    check(text)
    spec, _ = findings(text)
    hash(spec.statements[:1])


def test_a_deep_but_legal_text_is_read_and_formatted() -> None:
    blocks = "a {\n" * 32 + "b " + "(1 + " * 31 + "1" + ")" * 31 + "\n" + "}\n" * 32
    assert content(spec_of(format_spec(spec_of(blocks)))) == content(spec_of(blocks))


def test_reading_twice_gives_equal_trees() -> None:
    source = Source("model.dl", TOURS[0])
    assert content(spec_of(source.text)) == content(spec_of(source.text))
