"""The report of an import: it says what the books say, opens offline, and is safe to look at whatever somebody put into the data."""

from __future__ import annotations

import csv
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scripts import overrides
from scripts.consolidate.report import MOST_LINES, read
from scripts.consolidate.report_facts import BAD, GOOD, WARNING, Report
from scripts.consolidate.report_html import html
from scripts.errors import UserError
from scripts.server import SUPERUSER
from scripts.settings import ROOT, query
from scripts.target import Connection, Target
from tests.conftest import test_server
from tests.consolidation.legacy import DRIFT, generate, install, load_accounts
from tests.consolidation.legacy.values import SECRET
from tests.consolidation.reported import SCRIPT, TOKEN, fill, imported
from tests.consolidation.small import run_all, take, uid
from tests.support.browser import browser, picture
from tests.support.browser import run as run_browser
from tests.support.html import Reader, check_anchors, check_fetches_nothing
from tests.support.html import read as read_page
from tests.tools.conftest import Checkout


def report_of(target: Target) -> Report:
    with target.connect() as connection:
        return read(connection, target)


@pytest.fixture
def page(clone: Connection, clone_target: Target) -> tuple[Report, str]:
    """The report of a small import with something in every part."""
    imported(clone)
    report = report_of(clone_target)
    return report, html(report)


@contextmanager
def silently(connection: Connection, table: str) -> Iterator[None]:
    """Change rows so that nothing in them says so."""
    connection.execute(f"alter table {table} disable trigger user".encode())
    yield
    connection.execute(f"alter table {table} enable trigger user".encode())
    connection.commit()


def rows_of(reader: Reader, first: str) -> list[list[str]]:
    return [row for row in reader.rows if row and row[0] == first]


# -------------------------------------------------------------------- what it says


def test_numbers_are_those_of_the_books(page: tuple[Report, str], clone: Connection) -> None:
    report, document = page
    shown = read_page(document)
    lines = clone.execute(
        "select legacy_table, count(*), count(*) filter (where outcome = 'migrated'), count(*) filter (where outcome = 'merged'),"
        " count(*) filter (where outcome = 'rejected') from consolidation.ledger group by 1 order by 1"
    ).fetchall()
    assert [line[0] for line in lines] == ["a.users", "a.workspaces", "b.users", "b.workspaces"]
    for table, source, migrated, merged, rejected in lines:
        row = rows_of(shown, table)[0]
        assert row[1] == f"{source}"
        assert row[3:8] == [*(str(number or "·") for number in (migrated, merged, 0, rejected)), "0"], table
        assert row[9:] == ["0", "done"], table
    total = rows_of(shown, "all")[0]
    assert total[1] == f"{sum(line[1] for line in lines)}" == f"{report.source}"
    assert (report.migrated, report.merged, report.rejected) == tuple(sum(line[place] for line in lines) for place in (2, 3, 4))
    found = {(one.legacy_table, one.reason): one.row_count for one in report.rejects.shown}
    assert found == {
        (table, reason): number
        for table, reason, number in clone.execute("select legacy_table, reason, count(*) from consolidation.rejects group by 1, 2")
    }
    assert {(one.kind, one.legacy_table, one.hybrid_column): one.row_count for one in report.conflicts.shown} == {
        (kind, table, column): number
        for kind, table, column, number in clone.execute(
            "select kind, legacy_table, split_part(hybrid_column, '.', 1), count(*) from consolidation.conflicts group by 1, 2, 3"
        )
    }
    assert {(one.legacy_table, one.legacy_column): one.row_count for one in report.kept.shown} == {
        (table, column): number
        for table, column, number in clone.execute("select legacy_table, legacy_column, count(*) from consolidation.kept group by 1, 2")
    }
    flows = {(one.legacy_table, one.hybrid_table): one.row_count for one in report.flows if one.outcome in {"migrated", "further"}}
    assert flows == {
        (legacy, hybrid): number
        for legacy, hybrid, number in clone.execute(
            "select legacy_table, hybrid_table, count(*) from consolidation.targets"
            " join consolidation.ledger using (legacy_table, legacy_key) where part is not null or outcome = 'migrated' group by 1, 2"
        )
    }


def test_every_part_says_what_it_is_for(page: tuple[Report, str]) -> None:
    report, document = page
    shown = read_page(document)
    assert {one.kind for one in report.drift.shown} >= {"extra column", "extra table"}
    assert [(one.source, one.from_schema, one.is_copy) for one in report.sources] == [
        (report.database.split("/")[1].split(" ")[0], "old_a", False),
        (report.database.split("/")[1].split(" ")[0], "old_b", False),
    ]
    assert {one.kind for one in report.conflicts.shown} == {
        "candidate_admin",
        "candidate_tier",
        "difference",
        "same_person",
        "same_workspace",
    }
    assert [(one.word, one.becomes) for one in report.words.shown] == [("admin", "user"), (SCRIPT.lower(), None)]
    waits = {one.kind: (one.questions, one.row_count) for one in report.waiting}
    assert waits == {"candidate_admin": (2, 2), "candidate_tier": (1, 1), "same_person": (1, 1), "same_workspace": (1, 1), "word": (1, 1)}
    assert all(step.state == "done" and step.finished_at for step in report.steps)
    for anchor in ("waiting", "accounts", "flows", "sources", "merges", "conflicts", "rejects", "words", "kept", "timings"):
        assert anchor in shown.ids, anchor
    assert "differences" not in shown.ids  # everything agrees
    assert "svg" in shown.tags
    for text in ("match_person: A confirms the address", "nickname", "PostgreSQL ", "none was asked for", "extra table"):
        assert text in shown.text, text


def test_the_verdict_follows_the_books(clone: Connection, clone_target: Target) -> None:
    with pytest.raises(UserError, match="Nothing is imported yet"):
        report_of(clone_target)
    fill(clone)
    with pytest.raises(UserError, match="Nothing is imported yet"):
        report_of(clone_target)
    clone.execute("select * from consolidation.import_next()")
    clone.commit()
    begun = report_of(clone_target)
    assert begun.state == WARNING
    assert begun.verdict == f"The import is not finished: {begun.source} rows of {begun.source} rows not yet accounted for."
    run_all(clone)
    done = report_of(clone_target)
    assert (done.state, done.unaccounted) == (WARNING, 0)
    assert done.verdict == f"Every one of {done.source} rows is accounted for; source and target were not compared yet."
    assert "not yet" in html(done)
    clone.execute("select * from consolidation.validate()")
    clone.commit()
    sound = report_of(clone_target)
    assert sound.state == GOOD
    assert sound.verdict == f"Every one of {done.source} rows is accounted for, and source and target agree."

    # a value that is another one
    with silently(clone, "public.users"):
        clone.execute("update public.users set full_name = 'Other' where id = %s", (uid(3),))
    clone.execute("select * from consolidation.validate()")
    clone.commit()
    wrong = report_of(clone_target)
    assert (wrong.state, wrong.differing) == (BAD, 1)
    assert (
        wrong.verdict
        == f"Every one of {done.source} rows is accounted for, but 1 thing did not agree when source and target were compared."
    )
    # a line that is gone
    clone.execute("delete from consolidation.ledger where legacy_table = 'a.users' and legacy_key = %s", (uid(3),))
    clone.commit()
    lost = report_of(clone_target)
    assert (lost.state, lost.unaccounted) == (BAD, 1)
    assert lost.verdict == f"1 row of {done.source} rows not accounted for."
    # and one too many elsewhere does not make up for it
    clone.execute(
        "insert into consolidation.ledger (legacy_table, legacy_key, outcome, hybrid_id) values ('b.users', 'x', 'migrated', %s)", (uid(1),)
    )
    clone.commit()
    assert report_of(clone_target).unaccounted == 2


def test_a_check_before_the_last_run_is_none(page: tuple[Report, str], clone: Connection, clone_target: Target) -> None:
    del page
    assert run_all(clone) == ["run 2 begins"]
    stale = report_of(clone_target)
    assert stale.state == WARNING
    assert stale.verdict.endswith("source and target were not compared yet.")
    assert "before the last run" in html(stale)


def test_rows_that_a_check_did_not_know_are_not_compared(page: tuple[Report, str], clone: Connection, clone_target: Target) -> None:
    assert page[0].unchecked == ()
    clone.execute("delete from consolidation.expectations where legacy_table = 'a.workspaces'")
    clone.execute("select * from consolidation.validate()")
    clone.commit()
    report = report_of(clone_target)
    assert [one.legacy_table for one in report.unchecked] == ["a.workspaces"]
    row = rows_of(read_page(html(report)), "a.workspaces")[0]
    assert row[8] == "not yet"
    # which the rows that nobody expects say too
    assert report.state != GOOD


def test_what_does_not_agree_is_shown_with_both_values(page: tuple[Report, str], clone: Connection, clone_target: Target) -> None:
    del page
    with silently(clone, "public.users"):
        clone.execute("update public.users set full_name = 'Somebody else' where id = %s", (uid(3),))
    with silently(clone, "public.workspaces"):
        clone.execute("""update public.workspaces set settings = '{"client_secret": "hush-now"}' where id = %s""", (uid(12),))
    clone.execute("select * from consolidation.validate()")
    clone.commit()
    report = report_of(clone_target)
    assert [(one.legacy_table, one.kind, one.columns) for one in report.differences.shown] == [
        ("a.users", "changed", ["full_name"]),
        ("a.workspaces", "changed", ["settings"]),
    ]
    document = html(report)
    shown = read_page(document)
    assert "differences" in shown.ids
    assert "expected null, found Somebody else" in shown.text
    assert "hush-now" not in document


def test_what_there_is_to_go_back_to_is_said(page: tuple[Report, str], clone: Connection, clone_target: Target) -> None:
    assert "safety" not in read_page(page[1]).ids
    clone.execute(query("backups_used"))
    clone.execute(
        "insert into runner.backups_used (what, backup, made_at, verified_at, done_at)"
        " values ('import', '/backups/<old>', '2025-01-01', '2025-01-02', '2025-01-03')"
    )
    overrides.record(clone, "NO_BACKUP", "import of people")
    overrides.record(clone, "FORCE", "something else")
    clone.commit()
    report = report_of(clone_target)
    assert [(one.what, one.backup, bool(one.person)) for one in report.safety.shown] == [
        ("import of people", None, True),
        ("import", "/backups/<old>", False),
    ]
    shown = read_page(html(report))
    assert "none: NO_BACKUP=1 by " in shown.text
    assert "/backups/<old>, verified 2025-01-02 00:00:00 UTC" in shown.text


# -------------------------------------------------------------------- safe to look at


def test_it_opens_offline_and_is_well_formed(page: tuple[Report, str]) -> None:
    _, document = page
    check_fetches_nothing(document)
    check_anchors(document)
    # nothing to print on paper is dark, and heads of tables repeat
    style = document.split("</style>", 1)[0]
    assert "prefers-color-scheme: dark" in style
    assert "table-header-group" in style.split("@media print", 1)[1]


def test_nothing_from_the_data_becomes_an_element(page: tuple[Report, str]) -> None:
    _, document = page
    shown = read_page(document)
    assert SCRIPT in shown.text
    assert SCRIPT.lower() in shown.text
    assert "<b>odd</b>" in shown.text
    assert not shown.attributes & {"onerror", "src", "onclick", "onload"}
    assert "\x1b" not in document
    assert "\u202e" not in document


def test_secrets_are_masked_at_any_depth(page: tuple[Report, str]) -> None:
    report, document = page
    assert TOKEN not in document
    assert "********" in document
    differing = {item["hybrid_column"] for one in report.conflicts.shown for item in one.examples}
    assert {"settings.auth", "settings.client_secret", "settings.list", "name"} <= differing  # they are shown, masked


def test_no_secret_of_a_database_with_every_hazard_is_shown(clone: Connection, clone_target: Target) -> None:
    legacy = generate(11, 20, drift=DRIFT)
    clone.commit()
    clone.autocommit = True
    for database in legacy.databases:
        install(clone, database, f"old_{database.name.lower()}")
    with test_server().target(clone_target.database, SUPERUSER).connect() as superuser:
        load_accounts(superuser, legacy.accounts)
    take(clone, "a", "old_a")
    take(clone, "b", "old_b")
    while clone.execute("select * from consolidation.import_next()").fetchone():
        pass
    document = html(report_of(clone_target))
    check_fetches_nothing(document)
    check_anchors(document)
    assert f"{SECRET}-" not in document


def test_its_size_is_bounded_whatever_the_data(clone: Connection, clone_target: Target) -> None:
    imported(clone, people=3000)
    clone.execute(
        "insert into consolidation.rejects (legacy_table, legacy_key, reason, legacy_row)"
        " select 'a.content_posts', 'key ' || n, 'reason ' || n, '{}' from generate_series(1, 5000) as n"
    )
    clone.execute(
        "insert into consolidation.conflicts"
        " (kind, legacy_table, legacy_key, hybrid_table, hybrid_id, hybrid_column, value_a, value_b, rule)"
        " select 'difference', 'a.content_posts', n::text, 'public.content_posts', gen_random_uuid(), 'content',"
        " to_jsonb(repeat('x', 1000000)), jsonb_build_object('deep', repeat('[', 50) || repeat(']', 50)), 'rule'"
        " from generate_series(1, 40) as n"
    )
    clone.commit()
    report = report_of(clone_target)
    assert len(report.rejects.shown) == MOST_LINES
    assert report.rejects.total == 5001
    document = html(report)
    assert "and 4,801 more lines" in document
    assert "and 2,998 more" in document  # keys of people with a tier that nobody knows
    assert "more words" in document
    assert "… (1000000 characters)" in document
    assert len(document) < 400_000


# -------------------------------------------------------------------- the command


def test_the_command_writes_one_private_file(clone: Connection, clone_target: Target, checkout: Checkout, tmp_path: Path) -> None:
    imported(clone)
    url = clone_target.url(with_password=True)
    done = checkout.run("report", DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
    usual = checkout.root / "build" / "consolidation-report.html"
    assert f"The report is {usual}" in done.stdout
    assert "and source and target agree." in done.stdout
    assert stat.S_IMODE(usual.stat().st_mode) == 0o600
    check_fetches_nothing(usual.read_text())
    named = tmp_path / "named.html"
    assert checkout.run("report", DATABASE_URL=url, OUT=str(named)).returncode == 0
    check_anchors(named.read_text())
    assert clone_target.password not in named.read_text()


def test_the_command_refuses_where_there_is_nothing_to_report(checkout: Checkout) -> None:
    done = checkout.run("report")
    assert done.returncode == 1
    assert "Nothing is imported yet" in done.stderr
    done = checkout.run("report", OUT="/nowhere/at/all.html")
    assert (done.returncode, "OUT names no file" in done.stderr) == (1, True)


# -------------------------------------------------------------------- for SQL alone


def test_the_columns_of_the_value_map_are_those_of_the_lineage(db: Connection) -> None:
    wanted = set()
    with (ROOT / "docs" / "lineage.csv").open(newline="", encoding="utf-8") as file:
        for line in csv.DictReader(file):
            rule, legacy = line["rule"], f"{line['legacy_schema'].lower()}.{line['legacy_table']}"
            if rule in {"map_state", "map_value", "role_without_admin", "tier_without_paid"}:
                hybrid = f"{line['hybrid_table'].split('.')[1]}.{line['hybrid_column']}"
                wanted.add((legacy, line["legacy_column"], hybrid, False))
            elif rule in {"map_platform", "map_platform_names", "split_platforms"}:
                wanted.add((legacy, line["legacy_column"], "platform", rule != "split_platforms"))
    assert set(db.execute("select * from consolidation.mapped_columns")) == wanted


@pytest.mark.parametrize(
    ("name", "is_secret"),
    [
        ("access_token", True), ("apiKey", True), ("x-api-key", True), ("Authorization", True), ("auth", True), ("client_SECRET", True),
        ("password_hash", True), ("set-cookie", True), ("session_id", True), ("account_metadata", True), ("credentials", True),
        ("author", False), ("author_id", False), ("keywords", False), ("keyboard", False), ("title", False), ("status", False),
        ("authored", False), ("authorship", False), ("authorised_by", True),
    ],
)  # fmt: skip
def test_names_of_secrets(db: Connection, name: str, is_secret: bool) -> None:
    assert db.execute("select consolidation.is_secret_name(%s)", (name,)).fetchone() == (is_secret,)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ('{"a": {"b": [{"c": {"token": "hush"}}]}}', '{"a": {"b": [{"c": {"token": "********"}}]}}'),
        ('{"name": "api_key", "value": "hush", "at": 1}', '{"at": 1, "name": "api_key", "value": "********"}'),
        ('{"headers": [{"name": "X-Auth", "value": "hush"}]}', '{"headers": [{"name": "X-Auth", "value": "********"}]}'),
        ('{"name": "theme", "value": "dark"}', '{"name": "theme", "value": "dark"}'),
        ('"{\\"refresh_token\\": \\"hush\\", \\"n\\": 1}"', '"{\\"n\\": 1, \\"refresh_token\\": \\"********\\"}"'),
        ('"{ no json, token: hush"', '"{ no json, token: ********"'),
        ('{"secret": null, "tokens": [1, 2]}', '{"secret": null, "tokens": "********"}'),
        ('"postgres://ann:hush@x.org/db"', '"postgres://ann:********@x.org/db"'),
        ('"see https://x.org/?access_token=hush&a=1"', '"see https://x.org/?access_token=********&a=1"'),
        ('"Authorization: Bearer abcdefgh.hush"', '"Authorization: ******** ********"'),
        ('"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.hush"', '"********"'),
        ('"sk-abcdefghijklmnop"', '"********"'),
        ("[]", "[]"), ("{}", "{}"), ("17", "17"), ("true", "true"), ('"plain"', '"plain"'),
    ],
)  # fmt: skip
def test_values_are_masked(db: Connection, said: str, shown: str) -> None:
    assert db.execute("select consolidation.masked(%s::text::jsonb)::text", (said,)).fetchone() == (shown,)


def test_jsonb_that_is_too_deep_to_look_at_stops_nothing(db: Connection) -> None:
    deep = '{"a":' * 2000 + '"hush"' + "}" * 2000
    row = db.execute("select consolidation.shown('metadata', %s::text::jsonb, 100000)", (deep,)).fetchone()
    assert row is not None
    assert "hush" not in row[0]
    assert "********" in row[0]


def test_what_is_shown_is_cut(db: Connection) -> None:
    assert db.execute("select consolidation.shown('title', to_jsonb(repeat('x', 300)), 10)").fetchone() == ("xxxxxxxxxx… (300 characters)",)
    assert db.execute("select consolidation.shown('settings.token', '1'), consolidation.shown('title', 'null')").fetchone() == (
        "********",
        None,
    )


# -------------------------------------------------------------------- in a browser


@pytest.mark.heavy
def test_a_browser_shows_and_prints_it(page: tuple[Report, str], tmp_path: Path) -> None:
    program = browser()
    assert program is not None, "this machine has no Chromium: install one, or name it, CHROMIUM=program"
    file = tmp_path / "report.html"
    file.write_text(page[1])
    for name, width, arguments, paper in (
        ("desktop", 1400, (), (255, 255, 255)),
        ("narrow", 500, (), (255, 255, 255)),
        ("dark", 1400, ("--blink-settings=preferredColorScheme=0",), (0x14, 0x17, 0x1A)),
    ):
        shot = tmp_path / f"{name}.png"
        run_browser(program, file, f"--window-size={width},1600", f"--screenshot={shot}", *arguments)
        found, height, colour, varied = picture(shot)
        assert (found, height, colour) == (width, 1600, paper), name
        assert varied > 400, name  # something is on it, from top to bottom
    printed = tmp_path / "report.pdf"
    run_browser(program, file, "--no-pdf-header-footer", f"--print-to-pdf={printed}")
    assert printed.read_bytes().startswith(b"%PDF-")
    pages = [int(number) for number in re.findall(rb"/Type\s*/Pages\s.*?/Count (\d+)", printed.read_bytes(), re.DOTALL)]
    assert 3 <= max(pages) <= 30
