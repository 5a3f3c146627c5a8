"""A's findings and proposals, B's configurations of research, its jobs and results: what each row becomes."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.target import Connection
from tests.consolidation.settled import (
    ANN,
    ANN_IN_B,
    ANNS,
    ANNS_SECOND,
    BEGUN,
    BEN,
    BENS,
    BOB,
    BOBS,
    CAT,
    CATS,
    CATS_DEFAULT,
    DAN,
    DAY,
    MADE,
    NOBODY,
    NOWHERE,
    became,
    import_all,
    kept,
    settle,
    start_anew,
    value,
    values,
    why,
)
from tests.consolidation.small import JsonList, accounts, add, check_accounted, result, run_all, take, uid

Rows = dict[str, tuple[dict[str, Any], Any]]

NO_SUCH, NONE_FOUND = "workspace_id: no such workspace", "workspace_id: none, and none to be found"

INSIGHT: dict[str, Any] = {
    "workspace_id": BOBS, "user_id": BOB, "workflow_id": uid(101), "source_platform": "Reddit", "source_url": "https://x.org/1",
    "title": "Heard", "content": "That", "author": "u/one", "engagement_score": 45.5, "sentiment_score": -0.25, "keywords": ["k", "l"],
    "topics": ["t"], "extracted_at": "2025-03-01T09:00:00+00:00", "metadata": {"m": 1}, "created_at": MADE,
}  # fmt: skip

PROPOSAL: dict[str, Any] = {
    "workspace_id": BOBS, "user_id": BOB, "title": "Write", "description": "About", "content_type": "carousel",
    "recommended_platforms": ["linkedin", "tiktok"], "confidence_score": 0.75, "reasoning": "because", "suggested_content": "Once",
    "tags": ["a", "b"], "status": "accepted", "expires_at": "2025-04-01T09:00:00+00:00", "metadata": {"m": 2}, "created_at": MADE,
}  # fmt: skip

CONFIGURATION: dict[str, Any] = {
    "workspace_id": BENS, "user_id": BEN, "source_type": "reddit", "config_name": "Daily", "description": "d",
    "configuration": {"subreddits": ["a"]}, "schedule": {"hour": 7}, "auto_run_enabled": True, "is_active": False,
    "last_run_at": "2025-03-05T07:00:00+00:00", **DAY,
}  # fmt: skip

JOB: dict[str, Any] = {
    "workspace_id": BENS, "user_id": BEN, "configuration_id": uid(601), "source_type": "reddit", "job_type": "pipeline",
    "status": "failed", "priority": "high", "started_at": "2025-03-05T07:00:00+00:00", "completed_at": "2025-03-05T07:10:00+00:00",
    "error_message": "e", "results_path": "/r/1", "metadata": {"m": 3}, **DAY,
}  # fmt: skip

FINDING: dict[str, Any] = {
    "workspace_id": BENS, "user_id": BEN, "job_id": uid(701), "source_type": "github", "result_type": "summary", "title": "Found",
    "content": {"c": [1, None]}, "summary": "s", "insights": {"i": 1}, "metrics": {"votes": 3}, "tags": ["a"], "is_public": True,
    "quality_score": 0.5, **DAY,
}  # fmt: skip


def put(connection: Connection, table: str, usual: dict[str, Any], rows: Rows) -> None:
    """Add rows that differ from a usual one in some values."""
    which = "a" if usual in (INSIGHT, PROPOSAL) else "b"
    add(connection, f"old_{which}", table, *({**usual, "id": key, **row} for key, (row, _) in rows.items()))


def without_rules(connection: Connection, which: str, table: str, *columns: str) -> None:
    """Drop `not null` from columns, as somebody has in a database that drifted."""
    for column in columns:
        connection.execute(f"alter table old_{which}.{table} alter column {column} drop not null".encode())


def expected(rows: Rows) -> dict[str, Any]:
    return {key: becomes for key, (_, becomes) in rows.items()}


def run_of_a(connection: Connection, key: str = uid(101), **values_: Any) -> None:
    """Add the run that insights name."""
    row = {"id": key, "workspace_id": BOBS, "user_id": BOB, "workflow_name": "w", "workflow_config": {}, **values_}
    add(connection, "old_a", "workflow_executions", row)


# ---------------------------------------------------------------- every column, and what is not said


def test_a_finding_and_a_proposal_keep_every_column(clone: Connection) -> None:
    settle(clone, "a")
    run_of_a(clone)
    put(clone, "content_insights", INSIGHT, {uid(801): ({}, None)})
    put(clone, "content_recommendations", PROPOSAL, {uid(901): ({}, None)})
    import_all(clone, "a")
    check_accounted(clone)
    assert became(clone, "a.content_insights", uid(801)) == {"id": uid(801), "research_result_id": None, **INSIGHT}
    # A has no updated_at: created_at stands in
    own = {"id": uid(901), "insight_id": None, "post_id": None, "updated_at": MADE}
    assert became(clone, "a.content_recommendations", uid(901)) == {**PROPOSAL, **own}
    assert kept(clone, "a.content_insights") == kept(clone, "a.content_recommendations") == {}


def test_configurations_jobs_and_results_keep_every_column(clone: Connection) -> None:
    settle(clone, "b")
    put(clone, "research_configurations", CONFIGURATION, {uid(601): ({}, None)})
    put(clone, "research_jobs", JOB, {uid(701): ({}, None)})
    put(clone, "research_results", FINDING, {uid(751): ({}, None)})
    import_all(clone, "b")
    check_accounted(clone)
    assert became(clone, "b.research_configurations", uid(601)) == {"id": uid(601), **CONFIGURATION}
    assert became(clone, "b.research_jobs", uid(701)) == {"id": uid(701), **JOB}
    assert became(clone, "b.research_results", uid(751)) == {"id": uid(751), **FINDING}
    assert clone.execute("select count(*) from consolidation.kept").fetchone() == (0,)


def test_what_is_not_said_becomes_the_default(clone: Connection) -> None:
    settle(clone)
    without_rules(clone, "b", "research_configurations", "configuration")
    without_rules(clone, "b", "research_jobs", "status")
    without_rules(clone, "b", "research_results", "content")
    said = {
        "content_insights": (INSIGHT, {"workspace_id", "source_platform"}),
        "content_recommendations": (PROPOSAL, {"workspace_id", "title"}),
        "research_configurations": (CONFIGURATION, {"workspace_id", "source_type", "config_name"}),
        "research_jobs": (JOB, {"workspace_id", "source_type", "job_type"}),
        "research_results": (FINDING, {"workspace_id", "source_type", "result_type"}),
    }
    defaults: dict[str, dict[str, Any]] = {
        "content_insights": {"engagement_score": 0, "keywords": [], "topics": [], "extracted_at": BEGUN},
        "content_recommendations": {
            "content_type": "post", "recommended_platforms": [], "confidence_score": 0, "tags": [], "status": "pending",
        },
        "research_configurations": {"configuration": {}, "schedule": {}, "auto_run_enabled": False, "is_active": True},
        "research_jobs": {"status": "queued", "priority": "normal"},
        "research_results": {"content": {}, "insights": {}, "metrics": {}, "tags": [], "is_public": False},
    }  # fmt: skip
    for table, (usual, rest) in said.items():
        put(clone, table, usual, {uid(801): (dict.fromkeys(name for name in usual if name not in rest), None)})
    import_all(clone)
    check_accounted(clone)
    for table, (usual, rest) in said.items():
        which = "a" if usual in (INSIGHT, PROPOSAL) else "b"
        row = became(clone, f"{which}.{table}", uid(801)) or {}
        general = {"metadata": {}, "created_at": BEGUN, "updated_at": BEGUN}
        for name in usual:
            if name in rest:
                assert row[name] == usual[name]
            else:
                assert row[name] == {**general, **defaults[table]}.get(name), f"{table}.{name}"
        assert kept(clone, f"{which}.{table}") == {}
    assert value(clone, "a.content_recommendations", uid(801), "updated_at") == BEGUN


def test_lists_and_metadata_come_in_their_form(clone: Connection) -> None:
    settle(clone)
    odd = {"metadata": JsonList([1])}
    put(clone, "content_insights", INSIGHT, {uid(801): ({**odd, "keywords": [None, "k", None], "topics": [["a"], ["b"]]}, None)})
    put(clone, "content_recommendations", PROPOSAL, {uid(901): ({**odd, "tags": ["b", None, "a", "b"]}, None)})
    put(clone, "research_jobs", JOB, {uid(701): (odd, None)})
    put(clone, "research_results", FINDING, {uid(751): ({"content": JsonList(["c"]), "tags": [None]}, None)})
    import_all(clone)
    check_accounted(clone)
    insight = became(clone, "a.content_insights", uid(801)) or {}
    assert (insight["keywords"], insight["topics"], insight["metadata"]) == (["k"], ["a", "b"], {"legacy_metadata": [1]})
    assert value(clone, "a.content_recommendations", uid(901), "tags") == ["b", "a", "b"]
    assert value(clone, "b.research_jobs", uid(701), "metadata") == {"legacy_metadata": [1]}
    finding = became(clone, "b.research_results", uid(751)) or {}
    assert (finding["content"], finding["tags"]) == (["c"], [])


# ---------------------------------------------------------------- where a row belongs


def test_a_finding_belongs_where_it_says_else_to_its_run_else_to_its_person(clone: Connection) -> None:
    settle(clone)
    run_of_a(clone, uid(101))
    run_of_a(clone, uid(102), workspace_id=ANNS_SECOND)
    run_of_a(clone, uid(103), workspace_id=NOWHERE)
    rows: Rows = {
        uid(801): ({}, (BOBS, uid(101))),
        uid(802): ({"workflow_id": uid(102)}, (BOBS, None)),  # of another workspace
        uid(803): ({"workspace_id": None, "workflow_id": uid(102)}, (ANNS_SECOND, uid(102))),
        uid(804): ({"workspace_id": None, "workflow_id": None}, (BOBS, None)),
        uid(805): ({"workspace_id": None, "workflow_id": None, "user_id": ANN}, NONE_FOUND),
        uid(806): ({"workspace_id": NOWHERE}, NO_SUCH),
        uid(807): ({"workflow_id": uid(103)}, (BOBS, None)),  # rejected
        uid(808): ({"workflow_id": NOWHERE, "user_id": NOBODY}, (BOBS, None)),
        uid(809): ({"workspace_id": None, "workflow_id": uid(103), "user_id": None}, NONE_FOUND),
    }
    put(clone, "content_insights", INSIGHT, rows)
    import_all(clone)
    check_accounted(clone)
    table = "a.content_insights"
    spaces, runs = values(clone, table, rows, "workspace_id"), values(clone, table, rows, "workflow_id")
    assert {key: spaces[key] if spaces[key] in (NO_SUCH, NONE_FOUND) else (spaces[key], runs[key]) for key in rows} == expected(rows)
    assert kept(clone, table) == {
        (uid(802), "workflow_id"): uid(102), (uid(807), "workflow_id"): uid(103), (uid(808), "workflow_id"): NOWHERE,
        (uid(808), "user_id"): NOBODY,
    }  # fmt: skip


def test_a_proposal_belongs_where_it_says_else_to_its_person(clone: Connection) -> None:
    settle(clone)
    rows: Rows = {
        uid(901): ({"workspace_id": None}, BOBS), uid(902): ({"workspace_id": None, "user_id": ANN}, NONE_FOUND),
        uid(903): ({"workspace_id": NOWHERE}, NO_SUCH), uid(904): ({"user_id": NOBODY}, BOBS), uid(905): ({"user_id": None}, BOBS),
    }  # fmt: skip
    put(clone, "content_recommendations", PROPOSAL, rows)
    import_all(clone)
    check_accounted(clone)
    assert values(clone, "a.content_recommendations", rows, "workspace_id") == expected(rows)
    assert kept(clone, "a.content_recommendations") == {(uid(904), "user_id"): NOBODY}


def test_a_job_and_its_results_belong_where_they_say_else_to_their_parent_else_to_their_person(clone: Connection) -> None:
    settle(clone)
    put(
        clone, "research_configurations", CONFIGURATION,
        {
            uid(601): ({}, None), uid(602): ({"workspace_id": None, "user_id": CAT}, None), uid(603): ({"workspace_id": CATS}, None),
            uid(604): ({"source_type": "mastodon"}, None),
        },
    )  # fmt: skip
    nothing = {"workspace_id": None, "user_id": None}
    jobs: Rows = {
        uid(701): ({}, (BENS, uid(601))),
        uid(702): ({"configuration_id": uid(603)}, (BENS, None)),
        uid(703): ({**nothing, "configuration_id": uid(602)}, (CATS_DEFAULT, uid(602))),  # which is at home there
        uid(704): ({"workspace_id": None, "configuration_id": uid(603)}, (CATS, uid(603))),
        uid(705): ({"workspace_id": None, "configuration_id": None}, (BENS, None)),
        uid(706): ({**nothing, "configuration_id": uid(604)}, (NONE_FOUND, NONE_FOUND)),
        uid(707): ({"workspace_id": NOWHERE}, (NO_SUCH, NO_SUCH)),
        uid(708): ({"configuration_id": NOWHERE, "user_id": NOBODY}, (BENS, None)),
        uid(709): ({"workspace_id": None, "user_id": DAN, "configuration_id": None}, (NONE_FOUND, NONE_FOUND)),
        uid(710): ({"user_id": ANN_IN_B, "workspace_id": None, "configuration_id": None}, (ANNS, None)),
    }
    results: Rows = {
        uid(751): ({}, (BENS, uid(701))),
        uid(752): ({"job_id": uid(704)}, (BENS, None)),
        uid(753): ({**nothing, "job_id": uid(703)}, (CATS_DEFAULT, uid(703))),  # by way of the job, of the configuration's person
        uid(754): ({"workspace_id": None, "job_id": uid(706)}, (BENS, None)),
        uid(755): ({**nothing, "job_id": uid(706)}, (NONE_FOUND, NONE_FOUND)),
        uid(756): ({"workspace_id": NOWHERE}, (NO_SUCH, NO_SUCH)),
        uid(757): ({"job_id": NOWHERE, "user_id": NOBODY}, (BENS, None)),
        uid(758): ({"job_id": None}, (BENS, None)),
    }
    put(clone, "research_jobs", JOB, jobs)
    put(clone, "research_results", FINDING, results)
    import_all(clone)
    check_accounted(clone)
    for table, rows, parent in (("b.research_jobs", jobs, "configuration_id"), ("b.research_results", results, "job_id")):
        spaces, parents = values(clone, table, rows, "workspace_id"), values(clone, table, rows, parent)
        assert {key: (spaces[key], parents[key]) for key in rows} == expected(rows)
    assert kept(clone, "b.research_jobs") == {
        (uid(702), "configuration_id"): uid(603), (uid(708), "configuration_id"): NOWHERE, (uid(708), "user_id"): NOBODY,
    }  # fmt: skip
    assert kept(clone, "b.research_results") == {
        (uid(752), "job_id"): uid(704), (uid(754), "job_id"): uid(706), (uid(757), "job_id"): NOWHERE, (uid(757), "user_id"): NOBODY,
    }  # fmt: skip
    assert value(clone, "b.research_jobs", uid(710), "user_id") == ANN


# ---------------------------------------------------------------- words and numbers


def test_words_are_mapped_or_reject_the_row(clone: Connection) -> None:
    settle(clone)
    unmapped = "a word that is not mapped"
    kind: Rows = {uid(901): ({"content_type": " Video"}, "video"), uid(902): ({"content_type": "thread"}, f"content_type: {unmapped}")}
    state: Rows = {uid(911): ({"status": "Rejected"}, "rejected"), uid(912): ({"status": "posted"}, f"status: {unmapped}")}
    source: Rows = {uid(601): ({"source_type": "Reddit "}, "reddit"), uid(602): ({"source_type": "mastodon"}, f"source_type: {unmapped}")}
    # jobs and results may be of any source
    any_source: Rows = {uid(701): ({"source_type": " GitHub"}, "github"), uid(702): ({"source_type": "mastodon"}, "mastodon")}
    job: Rows = {uid(711): ({"job_type": "Raw"}, "raw"), uid(712): ({"job_type": "summarise"}, f"job_type: {unmapped}")}
    urgency: Rows = {uid(721): ({"priority": "HIGH"}, "high"), uid(722): ({"priority": "urgent"}, f"priority: {unmapped}")}
    of_job: Rows = {
        uid(731): ({"status": "error"}, "failed"), uid(732): ({"status": "in_progress"}, "running"),
        uid(733): ({"status": "posted"}, f"status: {unmapped}"),
    }  # fmt: skip
    form: Rows = {uid(751): ({"result_type": "Raw_Data"}, "raw_data"), uid(752): ({"result_type": "chart"}, f"result_type: {unmapped}")}
    any_result: Rows = {uid(761): ({"source_type": "Mastodon"}, "mastodon")}
    cases = [
        ("a.content_recommendations", PROPOSAL, "content_type", kind), ("a.content_recommendations", PROPOSAL, "status", state),
        ("b.research_configurations", CONFIGURATION, "source_type", source), ("b.research_jobs", JOB, "source_type", any_source),
        ("b.research_jobs", JOB, "job_type", job), ("b.research_jobs", JOB, "priority", urgency),
        ("b.research_jobs", JOB, "status", of_job),
        ("b.research_results", FINDING, "result_type", form), ("b.research_results", FINDING, "source_type", any_result),
    ]  # fmt: skip
    for table, usual, _, rows in cases:
        put(clone, table[2:], usual, rows)
    import_all(clone)
    check_accounted(clone)
    for table, _, column, rows in cases:
        assert values(clone, table, rows, column) == expected(rows), f"{table}.{column}"
    clone.execute("insert into consolidation.value_map values ('research_jobs.job_type', 'summarise', 'analyze')")
    clone.execute("select consolidation.retry_rejects('b.research_jobs')")
    clone.commit()
    run_all(clone)
    check_accounted(clone)
    assert value(clone, "b.research_jobs", uid(712), "job_type") == "analyze"


def test_a_row_without_what_it_must_have_is_rejected(clone: Connection) -> None:
    settle(clone)
    cases: list[tuple[str, dict[str, Any], list[str]]] = [
        ("a.content_insights", INSIGHT, ["source_platform"]), ("a.content_recommendations", PROPOSAL, ["title"]),
        ("b.research_configurations", CONFIGURATION, ["source_type", "config_name"]),
        ("b.research_jobs", JOB, ["source_type", "job_type"]), ("b.research_results", FINDING, ["source_type", "result_type"]),
    ]  # fmt: skip
    for table, usual, columns in cases:
        without_rules(clone, table[0], table[2:], *columns)
        put(clone, table[2:], usual, {uid(number): ({column: None}, None) for number, column in enumerate(columns, 801)})
    import_all(clone)
    check_accounted(clone)
    for table, _, columns in cases:
        for number, column in enumerate(columns, 801):
            assert why(clone, table, uid(number)) == f"{column}: there is none"


def test_scores_are_brought_into_their_range_and_the_originals_kept(clone: Connection) -> None:
    settle(clone)
    cases: dict[tuple[str, str], tuple[dict[str, Any], list[tuple[Any, Any]]]] = {
        ("a.content_insights", "sentiment_score"):
            (INSIGHT, [(3.0, 1), (-7.5, -1), ("NaN", None), ("Infinity", 1), (-1.0, -1), (0.3, 0.3), (None, None)]),
        ("a.content_recommendations", "confidence_score"): (PROPOSAL, [(1.7, 1), (-0.2, 0), ("NaN", 0), (1.0, 1), (0.3, 0.3)]),
        ("b.research_results", "quality_score"):
            (FINDING, [(1.0000001, 1), (42.0, 1), (-0.5, 0), ("NaN", None), ("Infinity", 1), (0.3, 0.3), (None, None)]),
    }  # fmt: skip
    for (table, column), (usual, numbers) in cases.items():
        put(clone, table[2:], usual, {uid(900 + place): ({column: said}, None) for place, (said, _) in enumerate(numbers)})
    import_all(clone)
    check_accounted(clone)
    for (table, column), (_, numbers) in cases.items():
        keys = {uid(900 + place): pair for place, pair in enumerate(numbers)}
        assert values(clone, table, keys, column) == {key: becomes for key, (_, becomes) in keys.items()}
        changed = {(key, column): said for key, (said, becomes) in keys.items() if said != becomes}
        assert {key: said for key, said in kept(clone, table).items() if key[1] == column} == changed


def test_a_score_of_engagement_has_any_scale(clone: Connection) -> None:
    settle(clone)
    rows: Rows = {
        uid(801 + place): ({"engagement_score": said}, said) for place, said in enumerate((1200.0, -3.0, "NaN", "Infinity", 5e-324))
    }
    put(clone, "content_insights", INSIGHT, rows)
    import_all(clone)
    assert values(clone, "a.content_insights", rows, "engagement_score") == expected(rows)


def test_names_of_platforms_are_mapped_each_once_in_order_and_unknown_ones_stay(clone: Connection) -> None:
    settle(clone)
    clone.execute("insert into consolidation.value_map values ('platform', 'orkut', '')")
    rows: Rows = {
        uid(901): (
            {"recommended_platforms": [" X", "ig", None, "", "  ", "twitter", "My Space", "LinkedIn", "Orkut", "My Space"]},
            ["twitter", "instagram", "My Space", "linkedin", "Orkut"],
        ),
        uid(902): ({"recommended_platforms": [None, " "]}, []),
        uid(903): ({"recommended_platforms": []}, []),
    }
    put(clone, "content_recommendations", PROPOSAL, rows)
    import_all(clone)
    assert values(clone, "a.content_recommendations", rows, "recommended_platforms") == expected(rows)


# ---------------------------------------------------------------- one name, one configuration


def test_configurations_of_one_name_are_numbered_from_the_oldest_and_the_name_is_kept(clone: Connection) -> None:
    settle(clone)
    long, cut = "n" * 255, "n" * 245
    at = "2025-03-0{} 10:00+00".format
    rows: Rows = {
        uid(601): ({"created_at": at(3)}, "Daily (4)"),
        uid(602): ({"created_at": at(1)}, "Daily"),
        uid(603): ({"created_at": None}, "Daily (5)"),
        uid(604): ({"created_at": at(2), "workspace_id": None}, "Daily (3)"),  # at home in the same one
        uid(605): ({"config_name": "Daily (2)"}, "Daily (2)"),
        uid(606): ({"config_name": "Daily (2)", "source_type": " Reddit"}, "Daily (2) (2)"),
        uid(607): ({"user_id": CAT}, "Daily"),
        uid(608): ({"workspace_id": CATS}, "Daily"),
        uid(609): ({"source_type": "github"}, "Daily"),
        uid(610): ({"user_id": None}, "Daily"),
        uid(611): ({"user_id": None}, "Daily"),  # of nobody: two are no doubles
        uid(612): ({"config_name": long}, long),
        uid(613): ({"config_name": long}, f"{cut} (2)"),
        uid(614): ({"config_name": f"{long[:-1]}x"}, f"{long[:-1]}x"),
        uid(615): ({"config_name": f"{long[:-1]}x"}, f"{cut} (3)"),  # alike up to where it is cut
        uid(616): ({"config_name": "daily"}, "daily"),
    }
    clone.execute("alter table old_b.research_configurations alter column config_name type text, set (fillfactor = 10)")
    put(clone, "research_configurations", CONFIGURATION, rows)
    put(clone, "research_configurations", CONFIGURATION, {uid(617): ({"config_name": f"{long}x"}, None)})
    import_all(clone)
    check_accounted(clone)
    table = "b.research_configurations"
    assert values(clone, table, rows, "config_name") == expected(rows)
    before = {key: row.get("config_name", "Daily") for key, (row, _) in rows.items()}
    assert kept(clone, table) == {(key, "config_name"): before[key] for key, (_, name) in rows.items() if name != before[key]}
    assert why(clone, table, uid(617)) == "config_name: longer than 255 characters"


def test_a_name_that_the_hybrid_has_of_its_own_is_passed_over(clone: Connection) -> None:
    settle(clone)
    put(clone, "research_configurations", CONFIGURATION, {uid(601): ({}, None), uid(602): ({"user_id": CAT}, None)})
    for which in "ab":
        take(clone, which, f"old_{which}")
    clone.commit()
    run_all(clone, "people")
    for name in ("Daily", "Daily (2)", "Daily (4)"):
        clone.execute(
            "insert into public.research_configurations (workspace_id, user_id, source_type, config_name) values (%s, %s, 'reddit', %s)",
            (BENS, BEN, name),
        )
    clone.commit()
    run_all(clone)
    check_accounted(clone)
    found = values(clone, "b.research_configurations", {uid(601): 1, uid(602): 1}, "config_name")
    assert found == {uid(601): "Daily (3)", uid(602): "Daily"}


def test_people_who_are_one_in_the_hybrid_have_each_name_once(clone: Connection) -> None:
    settle(clone)
    # Ann and Ben turn out to be the same person of A
    clone.execute("insert into auth.users (id, email, email_confirmed_at, is_sso_user) values (%s, 'ben@x.org', now(), false)", (uid(3),))
    clone.execute("delete from public.workspaces where owner_id is not null; delete from public.users")
    add(clone, "old_a", "users", {"id": uid(3), "email": "ben@x.org"})
    put(
        clone, "research_configurations", CONFIGURATION,
        {uid(601): ({}, None), uid(602): ({"user_id": uid(3), "created_at": None}, None)},
    )  # fmt: skip
    add(clone, "old_b", "users", {"id": uid(3), "email": "Ben@x.org "})
    import_all(clone)
    check_accounted(clone)
    rows = clone.execute("select user_id::text, config_name from public.research_configurations order by 2").fetchall()
    assert rows == [(uid(3), "Daily"), (uid(3), "Daily (2)")]


def everything(connection: Connection) -> None:
    """Add one of each, and configurations that share a name, a row a block."""
    settle(connection)
    run_of_a(connection)
    for table in ("research_configurations", "research_jobs", "research_results"):
        connection.execute(f"alter table old_b.{table} set (fillfactor = 10)".encode())
    some: Rows = {uid(number): ({}, None) for number in range(701, 705)}
    put(connection, "content_insights", INSIGHT, some)
    put(connection, "content_recommendations", PROPOSAL, {**some, uid(705): ({"workspace_id": NOWHERE}, None)})
    put(
        connection,
        "research_configurations",
        CONFIGURATION,
        {uid(number): ({"description": "d" * 500}, None) for number in range(601, 605)},
    )
    put(connection, "research_jobs", JOB, {**some, uid(705): ({"status": "on hold"}, None)})
    put(connection, "research_results", FINDING, {**some, uid(705): ({"job_id": uid(705), "quality_score": 8.5}, None)})


def test_a_then_b_ends_in_the_rows_of_both_at_once_and_a_second_run_changes_nothing(clone: Connection) -> None:
    everything(clone)
    import_all(clone, "a")
    import_all(clone, "b")
    check_accounted(clone)
    first = result(clone)
    run_all(clone)
    assert result(clone) == first
    for batch_rows in (50_000, 1):
        start_anew(clone)
        pieces = run_all(clone, batch_rows=batch_rows)
        assert (pieces.count("batch b.research_configurations") > 1) == (batch_rows == 1)
        assert result(clone) == first


@pytest.mark.parametrize("is_changed", [False, True])
def test_an_id_that_the_hybrid_has_is_one_row_only_where_all_is_equal(clone: Connection, is_changed: bool) -> None:
    everything(clone)
    import_all(clone)
    tables = {
        "a.content_insights": "title", "a.content_recommendations": "title", "b.research_results": "title",
        "b.research_configurations": "description", "b.research_jobs": "results_path",
    }  # fmt: skip
    for table, column in tables.items():
        clone.execute("delete from consolidation.ledger where legacy_table = %s", (table,))
        clone.execute("delete from consolidation.rejects where legacy_table = %s", (table,))
        clone.execute("delete from consolidation.kept where legacy_table = %s", (table,))
        clone.execute("delete from consolidation.progress where step = %s", (table,))
        if is_changed:
            key = uid(602) if table == "b.research_configurations" else uid(702)
            clone.execute(f"update public.{table[2:]} set {column} = 'another' where id = %s".encode(), (key,))
    if is_changed:
        clone.execute("update public.research_configurations set config_name = 'Other' where id = %s", (uid(602),))
    clone.commit()
    run_all(clone)
    check_accounted(clone)
    found = accounts(clone)
    listed = {
        (table, key)
        for table, key in clone.execute("select legacy_table, legacy_key from consolidation.conflicts where kind = 'same_id'").fetchall()
    }
    if not is_changed:
        assert [found[table].get("migrated") for table in tables] == [None] * 5
        assert listed == set()
        return
    for table in tables:
        key = uid(602) if table == "b.research_configurations" else uid(702)
        computed = clone.execute("select private.computed_id('legacy_' || %s || ':' || %s)::text", (table, key)).fetchone()
        assert computed == (value(clone, table, key, "id"),)
        assert found[table]["migrated"] == 1
    assert listed == {(table, uid(602) if table == "b.research_configurations" else uid(702)) for table in tables}
