"""A comparison as it is shown: whole, safe to look at whatever somebody called a table, and offline."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from scripts import structure
from scripts.comparison import ALIKE, DIFFERENT, ONLY_A, ONLY_B, Comparison, compare
from scripts.comparison_html import html
from scripts.comparison_text import code, markdown, text
from scripts.console import keep_secret
from scripts.settings import ROOT
from scripts.structure import Structure
from tests.support.html import NEVER, check_anchors, check_fetches_nothing, read
from tests.support.schemas import BASE, load

# -------------------------------------------------------------------- what is shown


_HOSTILE = """
create table "<script>alert(1)</script>" (
  "a|b`c``d" integer, "\u05e9\u05dc\u05d5\u05dd" text default '</code></td>', "x\u202ey\x1b[31m" text
);
create table "new
line" (a integer);
create table "&amp; ""quoted"" 'x' %s {0}" ("*bold* _it_ [a](b)" integer check ("*bold* _it_ [a](b)" > 0));
create function "f<b>"() returns text language plpgsql as $$
begin
  return '</style></script><script src="https://example.org/x.js"></script><img src=x onerror=alert(1)>';
end
$$;
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """A comparison with names that somebody chose with malice, each kind of state among them."""
    folder = tmp_path_factory.mktemp("hostile")
    a = load(folder / "a.sql", _HOSTILE + 'create table "only `a`|" (a integer); create table same (a integer);')
    b = load(
        folder / "b.sql",
        _HOSTILE.replace("integer", "bigint").replace("</style>", "</style>\n")
        + "create table only_b (a text); create table same (a integer);",
    )
    return compare(a, b)


def test_html_is_well_formed_and_no_name_becomes_an_element(hostile: Comparison) -> None:
    document = html(hostile)
    reader = read(document)
    assert not reader.tags & NEVER
    assert reader.attributes <= {
        "lang",
        "charset",
        "http-equiv",
        "content",
        "name",
        "class",
        "id",
        "href",
        "aria-label",
        "aria-hidden",
        "scope",
        "type",
        "colspan",
    }
    shown = reader.text
    for name in (
        "<script>alert(1)</script>",
        "\u05e9\u05dc\u05d5\u05dd",
        "x\\u202ey\\x1b[31m",
        "new\\nline",
        "&amp; \"quoted\" 'x' %s {0}",
        "f<b>()",
    ):
        assert name in shown, name
    assert "\x1b" not in document
    assert "\u202e" not in document


def test_html_fetches_nothing(hostile: Comparison, tmp_path: Path) -> None:
    whole = load(tmp_path / "x.sql", BASE)
    for comparison in (hostile, compare(whole, whole)):
        document = html(comparison)
        check_fetches_nothing(document)
    assert "http://" not in document
    assert "https://" not in document


def test_every_anchor_of_the_html_has_one_target(hostile: Comparison) -> None:
    check_anchors(html(hostile))
    assert {"table-same", "table-only_b", "summary"} <= set(read(html(hostile)).ids)


def test_differences_are_marked_by_more_than_colour(hostile: Comparison) -> None:
    document = html(hostile)
    for state, letter in ((DIFFERENT, "≠"), (ONLY_A, "A"), (ONLY_B, "B"), (ALIKE, "=")):
        assert f'<span aria-hidden="true">{letter}</span><span class="unseen">{state}</span>' in document
    style = (ROOT / "scripts" / "html" / "comparison.css").read_text()
    assert {"double", "dashed", "solid"} <= set(re.findall(r"border-left-style: (\w+)", style))
    assert "prefers-color-scheme: dark" in style
    assert "@media print" in style


def test_markdown_has_whole_rows_and_no_name_becomes_markup(hostile: Comparison) -> None:
    document = markdown(hostile)
    prose = re.sub(r"(?s)^(`{3,})diff\n.*?^\1$", "", document, flags=re.MULTILINE)
    bare = re.sub(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", "", prose)
    assert "<script" not in bare
    assert "*bold*" not in bare
    assert "\x1b" not in document
    for line in bare.splitlines():
        if line.startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", line)) in {6, 7}, line
    assert "new\\nline" in document


@pytest.mark.parametrize(
    ("name", "span"),
    [("a", "`a`"), ("a|b", "`a\\|b`"), ("`a", "`` `a ``"), ("a``b`c", "```a``b`c```"), (" a", "`  a `"), ("", ""), ("  ", "`[  ]`")],
)
def test_any_name_is_one_span_of_code(name: str, span: str) -> None:
    assert code(name) == span


def test_a_terminal_gets_nothing_that_it_obeys(hostile: Comparison) -> None:
    shown = text(hostile, 120)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202e]", shown)
    assert "x\\u202ey\\x1b[31m" in shown
    assert max(len(line) for line in shown.splitlines() if line.startswith(("≠", "A ", "B "))) <= 130


def test_a_secret_in_a_body_or_a_name_is_masked_in_every_form_and_the_frame_stays_whole() -> None:
    keep_secret("table-sec", "differ in")
    item = structure.Item("function", None, "f(table-sec)", {"body": "select 'table-sec'", "result": "differ in"})
    comparison = compare(Structure("table-sec", (item,)), Structure("b", (replace(item, facts={"body": "select 'table-sec' || 1"}),)))
    for shown in (text(comparison, 160), markdown(comparison), html(comparison)):
        assert "table-sec" not in shown.replace("table-section", "")
        assert "********" in shown
