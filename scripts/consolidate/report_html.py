"""The report of an import as one HTML file that opens offline and prints well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from scripts.console import visible
from scripts.consolidate.report_facts import BAD, GOOD, WARNING, Account, Conflict, Lines, Merge, Report, Safety, counted
from scripts.consolidate.report_flow import OUTCOMES, picture, short
from scripts.html_page import add, page

_MARKS = {GOOD: "✓", WARNING: "!", BAD: "✗"}

_KINDS = {
    "same_person": "One address, and nothing proves that they are one person",
    "same_workspace": "One workspace id, two owners",
    "candidate_admin": "Was a platform admin",
    "candidate_tier": "Had a paid tier that only B states",
    "same_id": "One id, two rows",
    "difference": "Both speak of one row",
}

_DRIFT = {
    "missing table": "read as empty",
    "extra table": "unknown to the list, kept as it is",
    "missing column": "read as null",
    "extra column": "unknown to the list, its values are in consolidation.kept",
    "other type": "read as the type of the list",
}

#: A cell of a table: text, a number, or what an element is made of.
_Cell = str | int | float | None | list[tuple[str, str]]


def html(report: Report) -> str:
    """Return a report as a whole document."""
    document = page(f"Consolidation: {report.verdict}", "report", ("accounts", "Skip to the accounts"))
    main = document.main
    _verdict(main, report)
    parts: list[tuple[str, str, str]] = []
    for anchor, title, extent, write in (
        ("waiting", "What waits for a human", _number(report.to_decide), _waiting),
        ("differences", "What does not agree", _number(report.differing), _differences),
        ("accounts", "Every row accounted for", _number(report.source), _accounts),
        ("flows", "What went where", "", _flows),
        ("sources", "Where it came from", _number(report.drift.total) + " drifts" if report.drift.total else "", _sources),
        ("merges", "Merged, and why", _number(report.merged), _merges),
        ("conflicts", "Where two say different things", _number(_rows_of(report.conflicts)), _conflicts),
        ("rejects", "Rejected", _number(report.rejected), _rejects),
        ("words", "Words that were mapped", "", _words),
        ("kept", "Originals that are kept", _number(_rows_of(report.kept)), _kept),
        ("timings", "How long it took", "", _timings),
        ("safety", "What there is to go back to", "", _safety),
    ):
        section = Element("section", {"id": anchor})
        heading = add(section, "h2", title)
        if extent:
            add(heading, "small", extent)
        if write(section, report):
            main.append(section)
            parts.append((anchor, title, extent))
    _contents(document.nav, parts)
    return document.text()


# -------------------------------------------------------------------- the frame


def _contents(nav: Element, parts: Iterable[tuple[str, str, str]]) -> None:
    add(nav, "h2", "Contents")
    listed = SubElement(nav, "ul")
    for anchor, title, extent in parts:
        line = SubElement(listed, "li")
        add(line, "a", title, {"href": f"#{anchor}"})
        if extent:
            add(line, "small", extent)


def _verdict(main: Element, report: Report) -> None:
    add(main, "h1", "Consolidation of the two legacy databases")
    box = SubElement(main, "div", {"class": f"verdict {report.state}"})
    add(box, "span", _MARKS[report.state], {"class": "sign", "aria-hidden": "true"})
    said = SubElement(box, "div")
    add(said, "p", report.verdict, {"class": "sentence"})
    for sentence in _beside(report):
        add(said, "p", sentence)
    facts = SubElement(main, "dl", {"class": "facts"})
    for name, value in _facts(report):
        add(facts, "dt", name)
        add(SubElement(facts, "dd"), "bdi", visible(value))
    tiles = SubElement(main, "ul", {"class": "tiles"})
    for name, number, note in (
        ("source rows", report.source, f"{len(report.accounts)} captured tables"),
        ("migrated", report.migrated, "rows of their own"),
        ("merged", report.merged, "into rows that were there"),
        ("split", report.split, "into several rows"),
        ("rejected", report.rejected, "wait, whole, with the reason"),
        ("to decide", report.to_decide, "questions for a human"),
    ):
        tile = SubElement(tiles, "li", {"class": name.split(maxsplit=1)[0]})
        add(tile, "strong", f"{number:,}")
        add(tile, "span", name)
        add(tile, "small", note)
    if report.source:
        _bar(main, report.source, _shares(report), "bar whole")


def _beside(report: Report) -> Iterable[str]:
    if report.changed_since:
        yield f"{counted(report.changed_since, 'hybrid row')} changed by somebody after the import: no loss."
    if report.put_aside:
        yield f"{counted(report.put_aside, 'index, key or trigger')} still aside: run make consolidate again.".replace(
            "triggers", "triggers"
        )
    if report.is_finished and report.unchecked:
        yield "make validate compares source and target row by row, with code that shares nothing with the import."
    if report.to_decide:
        yield f"{counted(report.to_decide, 'question')} for a human; nothing of that is lost meanwhile."
    yield from report.notes


def _facts(report: Report) -> Iterable[tuple[str, str]]:
    yield "Database", report.database
    yield "Server", f"PostgreSQL {report.server}" + (f", vector {report.vector}" if report.vector else "")
    if report.runs.shown:
        newest, oldest = report.runs.shown[0], report.runs.shown[-1]
        end = _time(newest.finished_at) if newest.finished_at else "not finished"
        yield "Import", f"{counted(report.runs.total, 'run')}, {_time(oldest.started_at)} to {end}"
    checked = [one.checked_at for one in report.accounts if one.checked_at]
    yield "Compared", _time(max(checked)) if checked else "not yet"
    yield "Backup", _last_safety(report.safety)
    yield "Report", _time(report.made_at)


def _last_safety(safety: Lines[Safety]) -> str:
    if not safety.shown:
        return "none was asked for: nothing that was there could be lost"
    last = safety.shown[0]
    return f"{last.backup}, verified" if last.backup else f"none: NO_BACKUP=1 by {last.person}, {_time(last.done_at)}, for {last.what}"


def _shares(report: Account | Report) -> list[tuple[str, int]]:
    return [
        ("migrated", report.migrated),
        ("split", report.split),
        ("merged", report.merged),
        ("rejected", report.rejected),
        ("unaccounted", max(report.unaccounted, 0)),
    ]


def _bar(parent: Element, total: int, shares: Sequence[tuple[str, int]], kind: str = "bar") -> None:
    said = ", ".join(f"{number:,} {name}" for name, number in shares if number)
    bar = SubElement(parent, "div", {"class": kind, "role": "img", "aria-label": said, "title": said})
    for name, number in shares:
        if number:
            SubElement(bar, "span", {"class": name, "style": f"width: {100 * number / max(total, 1):.2f}%"})


# -------------------------------------------------------------------- parts


def _waiting(section: Element, report: Report) -> bool:
    add(
        section,
        "p",
        "make resolve lists the questions one by one, and applies the answers; consolidation.waiting() does for SQL.",
        {"class": "hint"},
    )
    rows = [(one.what, one.questions, one.row_count) for one in report.waiting]
    _table(section, ("What", "Questions", "Rows"), rows, "waiting")
    return bool(rows)


def _differences(section: Element, report: Report) -> bool:
    rows: list[tuple[_Cell, ...]] = []
    for one in report.differences.shown:
        pairs = [
            (visible(column), "" if expected is found is None else visible(f"expected {_value(expected)}, found {_value(found)}"))
            for column, expected, found in zip(one.columns, one.expected, one.found, strict=True)
        ]
        rows.append((one.legacy_table, one.kind, _code(one.legacy_key), short(one.hybrid_table or ""), _code(one.hybrid_id), pairs or ""))
    add(
        section, "p", "What the last check of each table found, the first of each kind. All are counted in the accounts.", {"class": "hint"}
    )
    _table(section, ("Legacy table", "What", "Legacy key", "Hybrid table", "Hybrid id", "Columns"), rows, "differences", report.differences)
    return bool(rows)


def _accounts(section: Element, report: Report) -> bool:
    add(
        section,
        "p",
        "Source is counted in the captured tables now, the rest is what the ledger says. Left over: without a line, or a line too many.",
        {"class": "hint"},
    )
    frame = _scrolled(section, "Accounts")
    table = SubElement(frame, "table", {"class": "numbers accounts"})
    _head(table, ("Legacy table", "Source", "", "Migrated", "Merged", "Split", "Rejected", "Left over", "Compared", "Not alike", "State"))
    for domain in dict.fromkeys(one.domain for one in report.accounts):
        of_domain = [one for one in report.accounts if one.domain == domain]
        body = SubElement(table, "tbody")
        row = SubElement(body, "tr", {"class": "group"})
        add(row, "th", domain or "not imported", {"scope": "rowgroup", "colspan": "11"})
        for one in of_domain:
            _account(body, one, report.runs.shown[0].started_at)
    foot = SubElement(SubElement(table, "tfoot"), "tr")
    add(foot, "th", "all", {"scope": "row"})
    add(foot, "td", f"{report.source:,}")
    _bar(SubElement(foot, "td"), report.source, _shares(report))
    for number in (report.migrated, report.merged, report.split, report.rejected, report.unaccounted):
        add(foot, "td", f"{number:,}")
    add(foot, "td", f"{sum(one.compared or 0 for one in report.accounts):,}")
    add(foot, "td", f"{report.differing:,}")
    add(foot, "td")
    return True


def _account(body: Element, one: Account, last_run: datetime) -> None:
    wrong = bool(one.unaccounted or one.differing)
    row = SubElement(body, "tr", {"class": "wrong"} if wrong else {})
    add(SubElement(row, "th", {"scope": "row"}), "code", visible(one.legacy_table))
    add(row, "td", f"{one.source:,}")
    _bar(SubElement(row, "td"), one.source, _shares(one))
    for number in (one.migrated, one.merged, one.split, one.rejected):
        add(row, "td", f"{number:,}" if number else "·")
    add(row, "td", f"{one.unaccounted:,}" if one.unaccounted else "0", {"class": "left-over"})
    if one.is_checked:
        add(row, "td", f"{one.compared or 0:,}")
        add(row, "td", f"{one.differing or 0:,}", {"class": "left-over"})
    else:
        add(
            row,
            "td",
            "before the last run" if one.checked_at and one.checked_at < last_run else "not yet" if one.source else "·",
            {"class": "word", "colspan": "2"},
        )
    add(row, "td", f"{'✗ ' if wrong else ''}{one.state}", {"class": "word"})


def _flows(section: Element, report: Report) -> bool:
    legend = SubElement(section, "ul", {"class": "legend"})
    for outcome, words in OUTCOMES.items():
        line = SubElement(legend, "li")
        SubElement(line, "span", {"class": f"swatch {outcome}", "aria-hidden": "true"})
        line[0].tail = words
    for domain in dict.fromkeys(flow.domain for flow in report.flows):
        flows = [flow for flow in report.flows if flow.domain == domain]
        part = SubElement(section, "div", {"class": "domain"})
        add(part, "h3", domain.capitalize())
        picture(_scrolled(part, f"Flows of {domain}"), domain, flows)
        _table(
            part,
            ("Legacy table", "Hybrid table", "What", "Rows"),
            [
                (
                    _code(flow.legacy_table),
                    _code(short(flow.hybrid_table)),
                    OUTCOMES[flow.outcome].split(":", maxsplit=1)[0],
                    flow.row_count,
                )
                for flow in flows
            ],
            "flows",
        )
    return bool(report.flows)


def _sources(section: Element, report: Report) -> bool:
    _table(
        section,
        ("Schema", "From", "How", "When", "Tables", "Rows"),
        [
            (
                one.legacy_schema.upper(),
                f"{one.from_schema} of {one.source}",
                "copied" if one.is_copy else "moved aside",
                _time(one.captured_at),
                f"{one.tables} ({one.listed_tables} in the list)",
                one.row_count,
            )
            for one in report.sources
        ],
        "sources",
    )
    if report.drift.total:
        add(section, "h3", "How it differs from the lists")
        listed = SubElement(section, "ul", {"class": "hint"})
        for kind, number in Counter(one.kind for one in report.drift.shown).items():
            add(listed, "li", f"{counted(number, kind)}: {_DRIFT[kind]}")
        _table(
            section,
            ("Table", "Column", "What", "In the list", "Found", "Rows"),
            [
                (
                    _code(one.legacy_table),
                    _code(one.column_name),
                    one.kind,
                    _code(one.listed),
                    _code(one.found),
                    one.row_count,
                )
                for one in report.drift.shown
            ],
            "drift",
            report.drift,
        )
    return bool(report.sources)


def _merges(section: Element, report: Report) -> bool:
    _table(
        section,
        ("Legacy table", "Into", "Rule", "Rows", "Legacy key, and what it became"),
        [
            (
                _code(one.legacy_table),
                _code(short(one.hybrid_table)),
                one.reason,
                one.row_count,
                _examples(one),
            )
            for one in report.merges.shown
        ],
        "merges",
        report.merges,
    )
    return bool(report.merges.total)


def _examples(one: Merge) -> list[tuple[str, str]]:
    shown = [(visible(key), "under its own id" if key == becomes else f"→ {visible(becomes)}") for key, becomes in one.examples]
    more = one.row_count - len(shown)
    return [*shown, ("", f"and {more:,} more")] if more > 0 else shown


def _conflicts(section: Element, report: Report) -> bool:
    for kind in dict.fromkeys([*_KINDS, *(one.kind for one in report.conflicts.shown)]):
        found = [one for one in report.conflicts.shown if one.kind == kind]
        if not found:
            continue
        part = SubElement(section, "div", {"class": "conflict"})
        heading = add(part, "h3", _KINDS.get(kind, kind))
        total, decided = sum(one.row_count for one in found), sum(one.decided for one in found)
        add(heading, "small", f"{total:,}" + (f", {decided:,} decided" if decided else ""))
        for one in found:
            _conflict(part, one)
    _more(section, report.conflicts)
    return bool(report.conflicts.total)


def _conflict(part: Element, one: Conflict) -> None:
    line = SubElement(part, "p", {"class": "rule"})
    add(line, "code", visible(f"{one.legacy_table} → {short(one.hybrid_table)}{'.' if one.hybrid_column else ''}{one.hybrid_column}"))
    add(line, "span", visible(one.rule))
    add(line, "small", f"{one.row_count:,}")
    has_parts = any(item["hybrid_column"] != one.hybrid_column for item in one.examples)
    _table(
        part,
        ("Legacy key", "Hybrid id", *(("Part",) if has_parts else ()), "A, or what stood there", "B, or what came second"),
        [
            (
                _code(item["legacy_key"]),
                _code(item["hybrid_id"]),
                *((_code(item["hybrid_column"]),) if has_parts else ()),
                _code(_value(item["value_a"])),
                _code(_value(item["value_b"])),
            )
            for item in one.examples
        ],
        "examples",
        more=one.row_count - len(one.examples),
    )


def _rejects(section: Element, report: Report) -> bool:
    add(section, "p", "The whole rows are in consolidation.rejects, and in the captured tables as they were.", {"class": "hint"})
    _table(
        section,
        ("Legacy table", "Reason", "Rows", "Keys"),
        [(_code(one.legacy_table), one.reason, one.row_count, _keys(one.legacy_keys, one.row_count)) for one in report.rejects.shown],
        "rejects",
        report.rejects,
    )
    return bool(report.rejects.total)


def _keys(keys: Sequence[str], total: int) -> list[tuple[str, str]]:
    shown = [(visible(key), "") for key in keys]
    return [*shown, ("", f"and {total - len(keys):,} more")] if total > len(keys) else shown


def _words(section: Element, report: Report) -> bool:
    add(section, "p", "Words that stand for themselves are left out.", {"class": "hint"})
    _table(
        section,
        ("Hybrid column", "Legacy column", "Word", "Became", "Rows"),
        [
            (
                one.hybrid_column,
                _code(f"{one.legacy_table}.{one.legacy_column}"),
                _code(one.word),
                _code(one.becomes) if one.becomes is not None else "not in the map",
                one.row_count,
            )
            for one in report.words.shown
        ],
        "words",
        report.words,
    )
    for column, legacy, number in dict.fromkeys(
        (one.hybrid_column, f"{one.legacy_table}.{one.legacy_column}", one.words) for one in report.words.shown
    ):
        listed = sum(f"{one.legacy_table}.{one.legacy_column}" == legacy and one.hybrid_column == column for one in report.words.shown)
        if number > listed:
            add(section, "p", f"{visible(legacy)}: and {number - listed:,} more words.", {"class": "more"})
    return bool(report.words.total)


def _kept(section: Element, report: Report) -> bool:
    add(
        section,
        "p",
        "Values that a rule changed or that have no place where a client could read them: in consolidation.kept.",
        {"class": "hint"},
    )
    _table(
        section,
        ("Legacy table", "Column", "", "Values"),
        [
            (_code(one.legacy_table), _code(one.legacy_column), "not in the list" if one.is_unknown else "", one.row_count)
            for one in report.kept.shown
        ],
        "kept",
        report.kept,
    )
    return bool(report.kept.total)


def _timings(section: Element, report: Report) -> bool:
    if report.phases:
        add(section, "h3", "The rehearsal")
        _durations(section, [("", phase.name, None, phase.seconds) for phase in report.phases], "Phase")
    if report.steps:
        add(section, "h3", "The steps of the import")
        _durations(
            section, [(one.domain, one.step, one.row_count, one.seconds if one.finished_at else None) for one in report.steps], "Step"
        )
    add(section, "h3", "Runs")
    _table(
        section,
        ("Run", "Domain", "Began", "Ended", "Took", "Of that after the last row", "Indexes aside"),
        [
            (
                str(run.run_number),
                run.domain or "all",
                _time(run.started_at),
                _time(run.finished_at) if run.finished_at else "not finished",
                _seconds((run.finished_at - run.started_at).total_seconds()) if run.finished_at else "",
                _seconds((run.finished_at - run.rows_done_at).total_seconds()) if run.finished_at and run.rows_done_at else "",
                "yes: indexes, keys and triggers were made again at the end" if run.is_bulk else "no",
            )
            for run in report.runs.shown
        ],
        "runs",
        report.runs,
    )
    return True


def _durations(section: Element, rows: Sequence[tuple[str, str, int | None, float | None]], title: str) -> None:
    total = sum(seconds or 0 for *_, seconds in rows)
    has_rows = any(number is not None for _, _, number, _ in rows)
    table = SubElement(_scrolled(section, title), "table", {"class": "numbers durations"})
    _head(table, (title, *(("Rows",) if has_rows else ()), "Time", "", *(("Rows a second",) if has_rows else ())))
    body = SubElement(table, "tbody")
    for _, name, number, seconds in rows:
        row = SubElement(body, "tr")
        add(SubElement(row, "th", {"scope": "row"}), "code", visible(name))
        if has_rows:
            add(row, "td", f"{number or 0:,}")
        add(row, "td", "not done" if seconds is None else _seconds(seconds))
        _bar(SubElement(row, "td"), 1000, [("time", round(1000 * (seconds or 0) / total) if total else 0)])
        if has_rows:
            add(row, "td", f"{(number or 0) / seconds:,.0f}" if seconds else "")
    foot = SubElement(SubElement(table, "tfoot"), "tr")
    add(foot, "th", "all", {"scope": "row"})
    rows_done = sum(number or 0 for _, _, number, _ in rows)
    if has_rows:
        add(foot, "td", f"{rows_done:,}")
    add(foot, "td", _seconds(total))
    add(foot, "td")
    if has_rows:
        add(foot, "td", f"{rows_done / total:,.0f}" if total else "")


def _safety(section: Element, report: Report) -> bool:
    _table(
        section,
        ("What was done", "When", "Backup"),
        [
            (
                one.what,
                _time(one.done_at),
                f"{one.backup}, verified {_time(one.verified_at)}" if one.backup else f"none: NO_BACKUP=1, said {one.person}",
            )
            for one in report.safety.shown
        ],
        "safety",
        report.safety,
    )
    return bool(report.safety.total)


# -------------------------------------------------------------------- tables


def _scrolled(parent: Element, title: str) -> Element:
    """Return a frame that scrolls by itself where the page is narrow, and that the keyboard reaches."""
    return SubElement(parent, "div", {"class": "frame", "role": "region", "aria-label": title, "tabindex": "0"})


def _head(table: Element, titles: Sequence[str], numbers: Collection[int] = ()) -> None:
    row = SubElement(SubElement(table, "thead"), "tr")
    for place, title in enumerate(titles):
        add(row, "th", title, {"scope": "col", "class": "number"} if place in numbers else {"scope": "col"})


def _table(
    section: Element,
    titles: Sequence[str],
    rows: Sequence[Sequence[_Cell]],
    kind: str,
    lines: Lines[Any] | None = None,
    *,
    more: int = 0,
) -> None:
    table = SubElement(_scrolled(section, f"{kind}: {', '.join(title for title in titles if title)}"), "table", {"class": kind})
    _head(table, titles, {place for place, cell in enumerate(rows[0]) if isinstance(cell, int | float)} if rows else set())
    body = SubElement(table, "tbody")
    for cells in rows:
        row = SubElement(body, "tr")
        for cell in cells:
            _cell(row, cell)
    if more > 0:
        add(section, "p", f"and {more:,} more", {"class": "more"})
    if lines is not None:
        _more(section, lines)


def _cell(row: Element, cell: _Cell) -> None:
    if isinstance(cell, int | float):
        add(row, "td", f"{cell:,}", {"class": "number"})
    elif isinstance(cell, list):
        listed = SubElement(SubElement(row, "td"), "ul", {"class": "pairs"})
        for first, second in cell:
            line = SubElement(listed, "li")
            if first:
                add(line, "code", first)
            if second:
                add(line, "span", second)
    else:
        add(SubElement(row, "td"), "bdi", visible(cell or ""))


def _code(text: object) -> list[tuple[str, str]] | None:
    return [(visible(str(text)), "")] if text not in {None, ""} else None


def _more(section: Element, lines: Lines[Any]) -> None:
    if lines.more:
        add(section, "p", f"and {lines.more:,} more lines", {"class": "more"})


def _rows_of(lines: Lines[Any]) -> int:
    return sum(int(getattr(one, "row_count", 0)) for one in lines.shown)


def _number(number: int) -> str:
    return f"{number:,}" if number else ""


def _value(value: str | None) -> str:
    return "nothing" if value is None else value


def _time(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment else ""


def _seconds(seconds: float) -> str:
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 120:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"
