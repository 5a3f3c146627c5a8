"""Sections of the report about the runs: how long they took, and what there is to go back to."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement

from scripts.console import visible
from scripts.consolidate.report_facts import Report
from scripts.consolidate.report_pieces import add_bar, add_head, add_table, duration, point_in_time, scrolled
from scripts.html_page import add


def timings(section: Element, report: Report) -> bool:
    """Write how long runs and steps took; False where nothing ran."""
    if report.phases:
        add(section, "h3", "The rehearsal")
        _durations(section, [("", phase.name, None, phase.seconds) for phase in report.phases], "Phase")
    if report.steps:
        add(section, "h3", "The steps of the import")
        _durations(
            section, [(one.domain, one.step, one.row_count, one.seconds if one.finished_at else None) for one in report.steps], "Step"
        )
    add(section, "h3", "Runs")
    add_table(
        section,
        ("Run", "Domain", "Began", "Ended", "Took", "Of that after the last row", "Indexes aside"),
        [
            (
                str(run.run_number),
                run.domain or "all",
                point_in_time(run.started_at),
                point_in_time(run.finished_at) if run.finished_at else "not finished",
                duration((run.finished_at - run.started_at).total_seconds()) if run.finished_at else "",
                duration((run.finished_at - run.rows_done_at).total_seconds()) if run.finished_at and run.rows_done_at else "",
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
    table = SubElement(scrolled(section, title), "table", {"class": "numbers durations"})
    add_head(table, (title, *(("Rows",) if has_rows else ()), "Time", "", *(("Rows a second",) if has_rows else ())))
    body = SubElement(table, "tbody")
    for _, name, number, seconds in rows:
        row = SubElement(body, "tr")
        add(SubElement(row, "th", {"scope": "row"}), "code", visible(name))
        if has_rows:
            add(row, "td", f"{number or 0:,}")
        add(row, "td", "not done" if seconds is None else duration(seconds))
        add_bar(SubElement(row, "td"), 1000, [("time", round(1000 * (seconds or 0) / total) if total else 0)])
        if has_rows:
            add(row, "td", f"{(number or 0) / seconds:,.0f}" if seconds else "")
    foot = SubElement(SubElement(table, "tfoot"), "tr")
    add(foot, "th", "all", {"scope": "row"})
    rows_done = sum(number or 0 for _, _, number, _ in rows)
    if has_rows:
        add(foot, "td", f"{rows_done:,}")
    add(foot, "td", duration(total))
    add(foot, "td")
    if has_rows:
        add(foot, "td", f"{rows_done / total:,.0f}" if total else "")


def safety(section: Element, report: Report) -> bool:
    """Write which backups there were and what was overridden; False where neither was asked for."""
    add_table(
        section,
        ("What was done", "When", "Backup"),
        [
            (
                one.what,
                point_in_time(one.done_at),
                f"{one.backup}, verified {point_in_time(one.verified_at)}" if one.backup else f"none: NO_BACKUP=1, said {one.person}",
            )
            for one in report.safety.shown
        ],
        "safety",
        report.safety,
    )
    return bool(report.safety.total)
