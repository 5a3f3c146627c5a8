"""Sections of the report about what the import chose or left to a human: merges, conflicts, rejects, words, originals."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement

from scripts.console import visible
from scripts.consolidate.report_facts import Conflict, Merge, Report
from scripts.consolidate.report_flow import short
from scripts.consolidate.report_pieces import add_more, add_table, code, or_nothing
from scripts.html_page import add

_KINDS = {
    "same_person": "One address, and nothing proves that they are one person",
    "same_workspace": "One workspace id, two owners",
    "candidate_admin": "Was a platform admin",
    "candidate_tier": "Had a paid tier that only B states",
    "same_id": "One id, two rows",
    "difference": "Both speak of one row",
}


def waiting(section: Element, report: Report) -> bool:
    """Write what waits for a human; False where nothing does."""
    add(
        section,
        "p",
        "make resolve lists the questions one by one, and applies the answers; consolidation.waiting() does for SQL.",
        {"class": "hint"},
    )
    rows = [(one.what, one.questions, one.row_count) for one in report.waiting]
    add_table(section, ("What", "Questions", "Rows"), rows, "waiting")
    return bool(rows)


def merges(section: Element, report: Report) -> bool:
    """Write what was merged and why; False where nothing was."""
    add_table(
        section,
        ("Legacy table", "Into", "Rule", "Rows", "Legacy key, and what it became"),
        [
            (
                code(one.legacy_table),
                code(short(one.hybrid_table)),
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


def conflicts(section: Element, report: Report) -> bool:
    """Write where two sources say different things; False where none do."""
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
    add_more(section, report.conflicts)
    return bool(report.conflicts.total)


def _conflict(part: Element, one: Conflict) -> None:
    line = SubElement(part, "p", {"class": "rule"})
    add(line, "code", visible(f"{one.legacy_table} → {short(one.hybrid_table)}{'.' if one.hybrid_column else ''}{one.hybrid_column}"))
    add(line, "span", visible(one.rule))
    add(line, "small", f"{one.row_count:,}")
    has_parts = any(item["hybrid_column"] != one.hybrid_column for item in one.examples)
    add_table(
        part,
        ("Legacy key", "Hybrid id", *(("Part",) if has_parts else ()), "A, or what stood there", "B, or what came second"),
        [
            (
                code(item["legacy_key"]),
                code(item["hybrid_id"]),
                *((code(item["hybrid_column"]),) if has_parts else ()),
                code(or_nothing(item["value_a"])),
                code(or_nothing(item["value_b"])),
            )
            for item in one.examples
        ],
        "examples",
        more=one.row_count - len(one.examples),
    )


def rejects(section: Element, report: Report) -> bool:
    """Write what was rejected, by reason; False where nothing was."""
    add(section, "p", "The whole rows are in consolidation.rejects, and in the captured tables as they were.", {"class": "hint"})
    add_table(
        section,
        ("Legacy table", "Reason", "Rows", "Keys"),
        [(code(one.legacy_table), one.reason, one.row_count, _keys(one.legacy_keys, one.row_count)) for one in report.rejects.shown],
        "rejects",
        report.rejects,
    )
    return bool(report.rejects.total)


def _keys(keys: Sequence[str], total: int) -> list[tuple[str, str]]:
    shown = [(visible(key), "") for key in keys]
    return [*shown, ("", f"and {total - len(keys):,} more")] if total > len(keys) else shown


def words(section: Element, report: Report) -> bool:
    """Write which words were mapped; False where each stands for itself."""
    add(section, "p", "Words that stand for themselves are left out.", {"class": "hint"})
    add_table(
        section,
        ("Hybrid column", "Legacy column", "Word", "Became", "Rows"),
        [
            (
                one.hybrid_column,
                code(f"{one.legacy_table}.{one.legacy_column}"),
                code(one.word),
                code(one.becomes) if one.becomes is not None else "not in the map",
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


def kept(section: Element, report: Report) -> bool:
    """Write which originals are kept beside the hybrid; False where none are."""
    add(
        section,
        "p",
        "Values that a rule changed or that have no place where a client could read them: in consolidation.kept.",
        {"class": "hint"},
    )
    add_table(
        section,
        ("Legacy table", "Column", "", "Values"),
        [
            (code(one.legacy_table), code(one.legacy_column), "not in the list" if one.is_unknown else "", one.row_count)
            for one in report.kept.shown
        ],
        "kept",
        report.kept,
    )
    return bool(report.kept.total)
