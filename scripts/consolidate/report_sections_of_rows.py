"""Sections of the report about where rows went: each account, the flows, the sources, and what does not agree."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement

from scripts.console import visible
from scripts.consolidate.report_facts import Account, Report, counted
from scripts.consolidate.report_flow import OUTCOMES, picture, short
from scripts.consolidate.report_pieces import Cell, add_bar, add_head, add_table, code, or_nothing, point_in_time, scrolled, shares
from scripts.html_page import add

_DRIFT = {
    "missing table": "read as empty",
    "extra table": "unknown to the list, kept as it is",
    "missing column": "read as null",
    "extra column": "unknown to the list, its values are in consolidation.kept",
    "other type": "read as the type of the list",
}


def differences(section: Element, report: Report) -> bool:
    """Write where source and hybrid do not agree; False where they do."""
    rows: list[tuple[Cell, ...]] = []
    for one in report.differences.shown:
        pairs = [
            (visible(column), "" if expected is found is None else visible(f"expected {or_nothing(expected)}, found {or_nothing(found)}"))
            for column, expected, found in zip(one.columns, one.expected, one.found, strict=True)
        ]
        rows.append((one.legacy_table, one.kind, code(one.legacy_key), short(one.hybrid_table or ""), code(one.hybrid_id), pairs or ""))
    add(
        section, "p", "What the last check of each table found, the first of each kind. All are counted in the accounts.", {"class": "hint"}
    )
    add_table(
        section, ("Legacy table", "What", "Legacy key", "Hybrid table", "Hybrid id", "Columns"), rows, "differences", report.differences
    )
    return bool(rows)


def accounts(section: Element, report: Report) -> bool:
    """Write the account of each legacy table; False where there is none."""
    add(
        section,
        "p",
        "Source is counted in the captured tables now, the rest is what the ledger says. Left over: without a line, or a line too many.",
        {"class": "hint"},
    )
    frame = scrolled(section, "Accounts")
    table = SubElement(frame, "table", {"class": "numbers accounts"})
    add_head(
        table, ("Legacy table", "Source", "", "Migrated", "Merged", "Split", "Rejected", "Left over", "Compared", "Not alike", "State")
    )
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
    add_bar(SubElement(foot, "td"), report.source, shares(report))
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
    add_bar(SubElement(row, "td"), one.source, shares(one))
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


def flows(section: Element, report: Report) -> bool:
    """Write which legacy table went into which of the hybrid, as a picture and a table; False where nothing went."""
    legend = SubElement(section, "ul", {"class": "legend"})
    for outcome, words in OUTCOMES.items():
        line = SubElement(legend, "li")
        SubElement(line, "span", {"class": f"swatch {outcome}", "aria-hidden": "true"})
        line[0].tail = words
    for domain in dict.fromkeys(flow.domain for flow in report.flows):
        flows = [flow for flow in report.flows if flow.domain == domain]
        part = SubElement(section, "div", {"class": "domain"})
        add(part, "h3", domain.capitalize())
        picture(scrolled(part, f"Flows of {domain}"), domain, flows)
        add_table(
            part,
            ("Legacy table", "Hybrid table", "What", "Rows"),
            [
                (
                    code(flow.legacy_table),
                    code(short(flow.hybrid_table)),
                    OUTCOMES[flow.outcome].split(":", maxsplit=1)[0],
                    flow.row_count,
                )
                for flow in flows
            ],
            "flows",
        )
    return bool(report.flows)


def sources(section: Element, report: Report) -> bool:
    """Write where each legacy schema came from, and its drift; False where none is captured."""
    add_table(
        section,
        ("Schema", "From", "How", "When", "Tables", "Rows"),
        [
            (
                one.legacy_schema.upper(),
                f"{one.from_schema} of {one.source}",
                "copied" if one.is_copy else "moved aside",
                point_in_time(one.captured_at),
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
        add_table(
            section,
            ("Table", "Column", "What", "In the list", "Found", "Rows"),
            [
                (
                    code(one.legacy_table),
                    code(one.column_name),
                    one.kind,
                    code(one.listed),
                    code(one.found),
                    one.row_count,
                )
                for one in report.drift.shown
            ],
            "drift",
            report.drift,
        )
    return bool(report.sources)
