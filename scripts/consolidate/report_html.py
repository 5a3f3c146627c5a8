"""The report of an import as one HTML file that opens offline and prints well."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement

from scripts.console import visible
from scripts.consolidate.report_facts import BAD, GOOD, WARNING, Lines, Report, Safety, counted
from scripts.consolidate.report_pieces import add_bar, grouped, point_in_time, rows_of, shares
from scripts.consolidate.report_sections_of_choices import conflicts, kept, merges, rejects, waiting, words
from scripts.consolidate.report_sections_of_rows import accounts, differences, flows, sources
from scripts.consolidate.report_sections_of_runs import safety, timings
from scripts.html_page import add, page

_MARKS = {GOOD: "✓", WARNING: "!", BAD: "✗"}


def html(report: Report) -> str:
    """Return a report as a whole document."""
    document = page(f"Consolidation: {report.verdict}", "report", ("accounts", "Skip to the accounts"))
    main = document.main
    _verdict(main, report)
    parts: list[tuple[str, str, str]] = []
    for anchor, title, extent, write in (
        ("waiting", "What waits for a human", grouped(report.to_decide), waiting),
        ("differences", "What does not agree", grouped(report.differing), differences),
        ("accounts", "Every row accounted for", grouped(report.source), accounts),
        ("flows", "What went where", "", flows),
        ("sources", "Where it came from", grouped(report.drift.total) + " drifts" if report.drift.total else "", sources),
        ("merges", "Merged, and why", grouped(report.merged), merges),
        ("conflicts", "Where two say different things", grouped(rows_of(report.conflicts)), conflicts),
        ("rejects", "Rejected", grouped(report.rejected), rejects),
        ("words", "Words that were mapped", "", words),
        ("kept", "Originals that are kept", grouped(rows_of(report.kept)), kept),
        ("timings", "How long it took", "", timings),
        ("safety", "What there is to go back to", "", safety),
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
        add_bar(main, report.source, shares(report), "bar whole")


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
        end = point_in_time(newest.finished_at) if newest.finished_at else "not finished"
        yield "Import", f"{counted(report.runs.total, 'run')}, {point_in_time(oldest.started_at)} to {end}"
    checked = [one.checked_at for one in report.accounts if one.checked_at]
    yield "Compared", point_in_time(max(checked)) if checked else "not yet"
    yield "Backup", _last_safety(report.safety)
    yield "Report", point_in_time(report.made_at)


def _last_safety(safety: Lines[Safety]) -> str:
    if not safety.shown:
        return "none was asked for: nothing that was there could be lost"
    last = safety.shown[0]
    return (
        f"{last.backup}, verified" if last.backup else f"none: NO_BACKUP=1 by {last.person}, {point_in_time(last.done_at)}, for {last.what}"
    )
