"""Avatars, scripts, videos, their numbers and monthly limits of A and B: where each column goes, and each branch of each rule."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.target import Connection
from tests.consolidation.small import JsonList, accounts, add, begun, check_accounted, create_legacy, result, run_all, take, uid

DAY = "2025-03-0{} 10:00:00+00"
PLATFORM = "00000000-0000-8000-8000-000000000001"


def prepare(connection: Connection) -> None:
    """Make both legacy schemas with their people; what other domains import is not asked for here."""
    connection.execute("delete from consolidation.steps where domain not in ('people', 'studio')")
    begun(connection, "2026-01-15 12:00:00+00")
    for which in "ab":
        create_legacy(connection, which, f"old_{which}")
        # rules that a drifted database has lost
        connection.execute(f"alter table old_{which}.script_generations alter column script drop not null".encode())
    day = {"created_at": DAY.format(1), "updated_at": DAY.format(1)}
    for number, name in ((1, "ann"), (2, "bob"), (3, "eve")):
        add(connection, "old_a", "users", {"id": uid(number), "email": f"{name}@x.org", **day})
    add(
        connection, "old_a", "workspaces",
        {"id": uid(11), "name": "Ann's", "owner_id": uid(1), **day},
        {"id": uid(12), "name": "Bob's", "owner_id": uid(2), **day},
        {"id": uid(13), "name": "Nobody's", "owner_id": None, **day},
    )  # fmt: skip
    add(connection, "old_b", "users", {"id": uid(5), "email": "cat@x.org", **day}, {"id": uid(6), "email": "dan@x.org", **day})
    add(
        connection, "old_b", "workspaces",
        {"id": uid(15), "name": "Cat's", "owner_id": uid(5), **day},
        {"id": uid(16), "name": "Dan's", "owner_id": uid(6), **day},
    )  # fmt: skip


@pytest.fixture
def legacy(clone: Connection) -> Connection:
    """Both legacy schemas with people in them, not captured yet."""
    prepare(clone)
    clone.commit()
    return clone


def bring_in(connection: Connection, which: str = "ab", batch_rows: int = 50_000) -> None:
    for letter in which:
        take(connection, letter, f"old_{letter}")
    connection.commit()
    run_all(connection, batch_rows=batch_rows)
    check_accounted(connection)


def computed(connection: Connection, name: str) -> str:
    row = connection.execute("select private.computed_id(%s)::text", (name,)).fetchone()
    assert row
    return str(row[0])


def hybrid(connection: Connection, table: str, identity: str, columns: str) -> tuple[Any, ...] | None:
    return connection.execute(f"select {columns} from public.{table} where id = %s".encode(), (identity,)).fetchone()


def outcomes(connection: Connection, table: str) -> dict[str, tuple[str, str | None]]:
    return {
        key: (outcome, reason)
        for key, outcome, reason in connection.execute(
            "select legacy_key, outcome, reason from consolidation.ledger where legacy_table = %s", (table,)
        )
    }


def kept(connection: Connection, table: str) -> list[tuple[Any, ...]]:
    return connection.execute(
        "select legacy_key, legacy_column, value from consolidation.kept where legacy_table = %s order by 1, 2", (table,)
    ).fetchall()


NO_WORKSPACE = ("rejected", "workspace_id: no such workspace")
NO_HOME = ("rejected", "workspace_id: none, and none to be found")
FINE = ("migrated", None)


# ---------------------------------------------------------------- avatars


AVATAR = {"avatar_id": "face", "voice_id": "voice", "created_at": DAY.format(2), "updated_at": DAY.format(3)}
AVATAR_COLUMNS = (
    "workspace_id::text, name, avatar_id, voice_id, display_order, is_default, is_active, description, preview_url, avatar_type,"
    " created_at::date::text, updated_at::date::text"
)


def test_avatars_of_a_and_of_b_with_one_number_are_two(legacy: Connection) -> None:
    more = {"display_order": 7, "is_default": True, "description": "d", "preview_url": "https://x.org/p", "avatar_type": "custom"}
    add(legacy, "old_a", "avatar_profiles", {"id": 1, "name": "Of A", "workspace_id": uid(11), **AVATAR, **more})
    add(legacy, "old_b", "avatar_profiles", {"id": 1, "name": "Of B", "workspace_id": uid(15), "is_active": False, **AVATAR, **more})
    bring_in(legacy)
    of_a = hybrid(legacy, "avatar_profiles", computed(legacy, "legacy_a.avatar_profiles:1"), AVATAR_COLUMNS)
    of_b = hybrid(legacy, "avatar_profiles", computed(legacy, "legacy_b.avatar_profiles:1"), AVATAR_COLUMNS)
    same = ("face", "voice", 7, True), ("d", "https://x.org/p", "custom", "2025-03-02", "2025-03-03")
    assert of_a == (uid(11), "Of A", *same[0], True, *same[1])
    assert of_b == (uid(15), "Of B", *same[0], False, *same[1])


def test_an_avatar_that_says_little_gets_what_the_hybrid_begins_with(legacy: Connection) -> None:
    nothing = dict.fromkeys(("display_order", "is_default", "avatar_type", "created_at", "updated_at"))
    bare = {"name": "N", "avatar_id": "f", "voice_id": "v", **nothing}
    add(legacy, "old_a", "avatar_profiles", {"id": 1, "workspace_id": uid(11), **bare})
    add(legacy, "old_b", "avatar_profiles", {"id": 1, "workspace_id": uid(15), "is_active": None, **bare})
    bring_in(legacy)
    for which, space in (("a", uid(11)), ("b", uid(15))):
        row = hybrid(legacy, "avatar_profiles", computed(legacy, f"legacy_{which}.avatar_profiles:1"), AVATAR_COLUMNS)
        assert row == (space, "N", "f", "v", 0, False, True, None, None, "talking_photo", "2026-01-15", "2026-01-15")


def test_avatars_without_a_workspace_are_everybodys_in_a_and_wait_in_b(legacy: Connection) -> None:
    add(legacy, "old_a", "avatar_profiles", {"id": 1, "name": "Shared", "workspace_id": None, **AVATAR})
    add(legacy, "old_b", "avatar_profiles", {"id": 1, "name": "Whose", "workspace_id": None, **AVATAR})
    bring_in(legacy)
    row = hybrid(legacy, "avatar_profiles", computed(legacy, "legacy_a.avatar_profiles:1"), "workspace_id::text, name")
    assert row == (PLATFORM, "Shared")
    assert outcomes(legacy, "b.avatar_profiles") == {"1": NO_HOME}


@pytest.mark.parametrize("which", ["a", "b"])
def test_what_an_avatar_cannot_do_without(legacy: Connection, which: str) -> None:
    schema, space = f"old_{which}", {"a": uid(11), "b": uid(15)}[which]
    for column in ("name", "avatar_id", "voice_id"):
        legacy.execute(f"alter table {schema}.avatar_profiles alter column {column} drop not null".encode())
    fine = {"name": "N", **AVATAR}
    add(
        legacy, schema, "avatar_profiles",
        {"id": 1, **fine, "workspace_id": uid(99)},
        {"id": 2, **fine, "workspace_id": space, "name": None},
        {"id": 3, **fine, "workspace_id": space, "avatar_id": None},
        {"id": 4, **fine, "workspace_id": space, "voice_id": None},
        {"id": 5, **fine, "workspace_id": space, "avatar_type": "cartoon"},
        {"id": 6, **fine, "workspace_id": space, "avatar_type": " Avatar"},
        {"id": 7, **fine, "workspace_id": uid(13)},
    )  # fmt: skip
    bring_in(legacy)
    assert outcomes(legacy, f"{which}.avatar_profiles") == {
        "1": NO_WORKSPACE,
        "2": ("rejected", "name: there is none"),
        "3": ("rejected", "avatar_id: there is none"),
        "4": ("rejected", "voice_id: there is none"),
        "5": ("rejected", "avatar_type: a word that is not mapped"),
        "6": FINE,
        "7": NO_WORKSPACE,
    }


# ---------------------------------------------------------------- scripts


SCRIPT_COLUMNS = (
    "workspace_id::text, user_id::text, topic, prompt, script, target_audience, video_style, duration_target, model_used, generation_time,"
    " quality_score, status, metadata, created_at::date::text, updated_at::date::text"
)


def test_scripts_with_every_column(legacy: Connection) -> None:
    same = {
        "topic": "T", "script": "S", "target_audience": "all", "video_style": "bold", "duration_target": 30, "model_used": "m",
        "quality_score": 0.25, "metadata": {"k": 1}, "created_at": DAY.format(2),
    }  # fmt: skip
    add(legacy, "old_a", "script_generations", {"id": 1, "user_id": uid(1), "workspace_id": uid(11), **same})
    add(
        legacy, "old_b", "script_generations",
        {"id": 1, "user_id": uid(5), "workspace_id": uid(15), "prompt": "P", "generation_time": 1.5, "status": "failed", **same},
    )  # fmt: skip
    bring_in(legacy)
    of_a = hybrid(legacy, "script_generations", computed(legacy, "legacy_a.script_generations:1"), SCRIPT_COLUMNS)
    of_b = hybrid(legacy, "script_generations", computed(legacy, "legacy_b.script_generations:1"), SCRIPT_COLUMNS)
    times = ({"k": 1}, "2025-03-02", "2025-03-02")
    assert of_a == (uid(11), uid(1), "T", None, "S", "all", "bold", 30, "m", None, 0.25, "completed", *times)
    assert of_b == (uid(15), uid(5), "T", "P", "S", "all", "bold", 30, "m", 1.5, 0.25, "failed", *times)
    assert kept(legacy, "a.script_generations") == kept(legacy, "b.script_generations") == []


@pytest.mark.parametrize("which", ["a", "b"])
def test_a_script_that_says_nothing_gets_what_the_hybrid_begins_with(legacy: Connection, which: str) -> None:
    names = ["target_audience", "video_style", "duration_target", "quality_score", "metadata", "created_at"]
    nothing = dict.fromkeys([*names, "generation_time", "status"] if which == "b" else names)
    space = {"a": uid(11), "b": uid(15)}[which]
    add(legacy, f"old_{which}", "script_generations", {"id": 1, "workspace_id": space, "topic": "T", "script": "S", **nothing})
    bring_in(legacy)
    row = hybrid(legacy, "script_generations", computed(legacy, f"legacy_{which}.script_generations:1"), SCRIPT_COLUMNS)
    begun = ("2026-01-15", "2026-01-15")
    assert row == (space, None, "T", None, "S", "general audience", "professional", 60, None, None, None, "completed", {}, *begun)
    assert kept(legacy, f"{which}.script_generations") == []


@pytest.mark.parametrize("which", ["a", "b"])
def test_numbers_of_a_script_are_brought_into_range_and_the_originals_kept(legacy: Connection, which: str) -> None:
    space = {"a": uid(11), "b": uid(15)}[which]
    base = {"workspace_id": space, "topic": "T", "script": "S"}
    add(
        legacy, f"old_{which}", "script_generations",
        {"id": 1, **base, "duration_target": 0, "quality_score": 8.5},
        {"id": 2, **base, "duration_target": -60, "quality_score": -1.0},
        {"id": 3, **base, "duration_target": 5, "quality_score": float("nan")},
        {"id": 4, **base, "duration_target": 5, "quality_score": float("inf"), "metadata": JsonList([1])},
        {"id": 5, **base, "duration_target": 5, "quality_score": 0.5, "user_id": uid(99)},
    )  # fmt: skip
    bring_in(legacy)
    rows = legacy.execute(
        "select legacy_key, duration_target, quality_score, metadata, user_id from public.script_generations"
        " join consolidation.ledger on hybrid_id = id order by 1"
    ).fetchall()
    assert rows == [
        ("1", 60, 1.0, {}, None), ("2", 60, 0.0, {}, None), ("3", 5, None, {}, None), ("4", 5, 1.0, {"legacy_metadata": [1]}, None),
        ("5", 5, 0.5, {}, None),
    ]  # fmt: skip
    assert kept(legacy, f"{which}.script_generations") == [
        ("1", "duration_target", 0), ("1", "quality_score", 8.5), ("2", "duration_target", -60), ("2", "quality_score", -1),
        ("3", "quality_score", "NaN"), ("4", "quality_score", "Infinity"), ("5", "user_id", uid(99)),
    ]  # fmt: skip


def test_the_time_that_a_script_of_b_took_is_a_length(legacy: Connection) -> None:
    base = {"workspace_id": uid(15), "topic": "T", "script": "S"}
    for number, value in enumerate((-0.1, float("inf"), float("nan"), 0.0), 1):
        add(legacy, "old_b", "script_generations", {"id": number, **base, "generation_time": value})
    bring_in(legacy)
    rows = legacy.execute(
        "select generation_time from public.script_generations join consolidation.ledger on hybrid_id = id order by legacy_key"
    )
    assert [value for (value,) in rows] == [None, None, None, 0.0]
    assert kept(legacy, "b.script_generations") == [
        ("1", "generation_time", -0.1),
        ("2", "generation_time", "Infinity"),
        ("3", "generation_time", "NaN"),
    ]


@pytest.mark.parametrize("which", ["a", "b"])
def test_a_script_without_a_workspace_goes_home_with_its_author(legacy: Connection, which: str) -> None:
    author, home = {"a": (uid(1), uid(11)), "b": (uid(5), uid(15))}[which]
    legacy.execute(f"alter table old_{which}.script_generations alter column topic drop not null".encode())
    base = {"topic": "T", "script": "S"}
    add(
        legacy, f"old_{which}", "script_generations",
        {"id": 1, **base, "user_id": author},
        {"id": 2, **base, "user_id": None},
        {"id": 3, **base, "user_id": author, "workspace_id": uid(99)},
        {"id": 4, **base, "user_id": uid(3), "workspace_id": None},
        {"id": 5, **base, "workspace_id": home, "topic": None},
    )  # fmt: skip
    bring_in(legacy)
    assert outcomes(legacy, f"{which}.script_generations") == {
        "1": FINE, "2": NO_HOME, "3": NO_WORKSPACE, "4": NO_HOME, "5": ("rejected", "topic: there is none"),
    }  # fmt: skip
    row = hybrid(
        legacy, "script_generations", computed(legacy, f"legacy_{which}.script_generations:1"), "workspace_id::text, user_id::text"
    )
    assert row == (home, author)


def test_a_completed_script_has_a_text(legacy: Connection) -> None:
    add(legacy, "old_a", "script_generations", {"id": 1, "workspace_id": uid(11), "topic": "T", "script": None})
    base = {"workspace_id": uid(15), "topic": "T", "script": None}
    words = ("completed", "failed", "pending", None, "Error", " Completed ", "on hold")
    for number, word in enumerate(words, 1):
        add(legacy, "old_b", "script_generations", {"id": number, **base, "status": word})
    bring_in(legacy)
    assert outcomes(legacy, "a.script_generations") == {"1": ("rejected", "script: there is none")}
    lacking = ("rejected", "script: there is none, and the status says that there is")
    assert outcomes(legacy, "b.script_generations") == {
        "1": lacking, "2": FINE, "3": FINE, "4": lacking, "5": FINE, "6": lacking, "7": ("rejected", "status: a word that is not mapped"),
    }  # fmt: skip
    assert hybrid(legacy, "script_generations", computed(legacy, "legacy_b.script_generations:5"), "status") == ("failed",)


# ---------------------------------------------------------------- videos


VIDEO_COLUMNS = (
    "workspace_id::text, user_id::text, script_id::text, profile_id::text, avatar_workspace_id::text, workflow_id::text, script,"
    " heygen_video_id, heygen_task_id, avatar_id, voice_id, video_style, video_url, thumbnail_url, status, aspect_ratio, duration,"
    " is_public, metadata, error_message, created_at::date::text, updated_at::date::text, completed_at::date::text"
)


def add_parents_of_a(connection: Connection) -> None:
    """Add scripts and avatars: of Ann (1), of Bob (2), of nobody (3: the script is rejected, the avatar everybody's), rejected (4)."""
    for number, (space, user) in enumerate(((uid(11), uid(1)), (uid(12), uid(2)), (None, None), (uid(99), None)), 1):
        add(connection, "old_a", "avatar_profiles", {"id": number, "name": "N", "workspace_id": space, **AVATAR})
        add(connection, "old_a", "script_generations", {"id": number, "workspace_id": space, "user_id": user, "topic": "T", "script": "S"})
    # of Bob, who says so only by being who he is
    add(connection, "old_a", "script_generations", {"id": 5, "workspace_id": None, "user_id": uid(2), "topic": "T", "script": "S"})


def test_a_video_of_a_with_every_column(legacy: Connection) -> None:
    add_parents_of_a(legacy)
    add(
        legacy, "old_a", "video_generations",
        {"id": 1, "user_id": uid(1), "workspace_id": uid(11), "script_id": 1, "profile_id": 3, "heygen_video_id": "h", "video_url": "u",
         "thumbnail_url": "t", "status": "completed", "aspect_ratio": "square", "duration": 1.5, "avatar_id": "f", "voice_id": "v",
         "is_public": True, "metadata": {"k": 1}, "error_message": "e", "created_at": DAY.format(2), "completed_at": DAY.format(4)},
    )  # fmt: skip
    bring_in(legacy)
    row = hybrid(legacy, "video_generations", computed(legacy, "legacy_a.video_generations:1"), VIDEO_COLUMNS)
    assert row == (
        uid(11), uid(1), computed(legacy, "legacy_a.script_generations:1"), computed(legacy, "legacy_a.avatar_profiles:3"), PLATFORM, None,
        None, "h", None, "f", "v", "professional", "u", "t", "completed", "square", 1.5, True, {"k": 1}, "e", "2025-03-02", "2025-03-02",
        "2025-03-04",
    )  # fmt: skip
    assert kept(legacy, "a.video_generations") == []


def test_a_video_of_a_that_says_nothing_gets_what_the_hybrid_begins_with(legacy: Connection) -> None:
    legacy.execute("alter table old_a.video_generations alter column heygen_video_id drop not null")
    nothing = dict.fromkeys(("status", "aspect_ratio", "is_public", "metadata", "created_at"))
    add(legacy, "old_a", "video_generations", *({"id": number, "workspace_id": uid(11), **nothing} for number in (1, 2)))
    bring_in(legacy)
    row = hybrid(legacy, "video_generations", computed(legacy, "legacy_a.video_generations:2"), VIDEO_COLUMNS)
    empty = (None,) * 6
    assert row == (
        uid(11), *empty, None, None, None, None, "professional", None, None, "pending", "landscape", None, False, {}, None,
        "2026-01-15", "2026-01-15", None,
    )  # fmt: skip


def test_videos_of_a_refer_to_scripts_and_avatars_of_their_workspace_or_everybodys(legacy: Connection) -> None:
    add_parents_of_a(legacy)
    pairs = {1: (1, 1), 2: (2, 2), 3: (3, 3), 4: (4, 4), 5: (5, None), 6: (999, 999)}
    for number, (script, avatar) in pairs.items():
        add(
            legacy, "old_a", "video_generations",
            {"id": number, "workspace_id": uid(11), "script_id": script, "profile_id": avatar, "heygen_video_id": f"h{number}"},
            {"id": 10 + number, "workspace_id": uid(12), "script_id": script, "profile_id": avatar, "heygen_video_id": f"i{number}"},
        )  # fmt: skip
    bring_in(legacy)
    found = {
        key: (script, avatar, space)
        for key, script, avatar, space in legacy.execute(
            "select line.legacy_key, script.legacy_key, avatar.legacy_key, video.avatar_workspace_id::text"
            " from public.video_generations as video join consolidation.ledger as line on line.hybrid_id = video.id"
            " left join consolidation.ledger as script on script.hybrid_id = video.script_id"
            " left join consolidation.ledger as avatar on avatar.hybrid_id = video.profile_id"
        )
    }
    nobody = (None, None, None)
    assert found == {
        "1": ("1", "1", uid(11)), "2": nobody, "3": (None, "3", PLATFORM), "4": nobody, "5": nobody, "6": nobody,
        "11": nobody, "12": ("2", "2", uid(12)), "13": (None, "3", PLATFORM), "14": nobody, "15": ("5", None, None), "16": nobody,
    }  # fmt: skip
    assert kept(legacy, "a.video_generations") == sorted(
        [
            *((key, column, int(key)) for key in ("2", "4") for column in ("profile_id", "script_id")), ("3", "script_id", 3),
            ("5", "script_id", 5), ("6", "profile_id", 999), ("6", "script_id", 999), ("11", "profile_id", 1), ("11", "script_id", 1),
            ("13", "script_id", 3), ("14", "profile_id", 4), ("14", "script_id", 4), ("16", "profile_id", 999), ("16", "script_id", 999),
        ]
    )  # fmt: skip


def test_a_video_of_a_without_a_workspace_takes_the_scripts_the_avatars_or_its_authors(legacy: Connection) -> None:
    add_parents_of_a(legacy)
    add(
        legacy, "old_a", "video_generations",
        {"id": 1, "script_id": 1, "profile_id": 2, "user_id": uid(2), "heygen_video_id": "1"},
        {"id": 2, "script_id": None, "profile_id": 2, "user_id": uid(1), "heygen_video_id": "2"},
        {"id": 3, "script_id": None, "profile_id": 3, "user_id": uid(1), "heygen_video_id": "3"},
        {"id": 4, "script_id": None, "profile_id": 3, "user_id": None, "heygen_video_id": "4"},
        {"id": 5, "script_id": 5, "profile_id": None, "user_id": uid(1), "heygen_video_id": "5"},
        {"id": 6, "script_id": None, "profile_id": None, "user_id": uid(3), "heygen_video_id": "6"},
        {"id": 7, "script_id": 1, "workspace_id": uid(13), "heygen_video_id": "7"},
    )  # fmt: skip
    bring_in(legacy)
    spaces: dict[str, str] = dict(
        legacy.execute(
            "select legacy_key, video.workspace_id::text from public.video_generations as video join consolidation.ledger on hybrid_id = id"
        ).fetchall()
    )
    assert spaces == {"1": uid(11), "2": uid(12), "3": uid(11), "5": uid(12)}
    rest = {key: value for key, value in outcomes(legacy, "a.video_generations").items() if value != FINE}
    assert rest == {"4": NO_HOME, "6": NO_HOME, "7": NO_WORKSPACE}
    # the avatar of another workspace than the script's
    assert kept(legacy, "a.video_generations") == [("1", "profile_id", 2)]


def test_words_and_lengths_of_videos(legacy: Connection) -> None:
    of_a = [("In_Progress", "Portrait", -1.5), ("error", "square", float("inf")), ("canceled", "square", float("nan"))]
    of_a += [("on hold", "square", 1.0), ("pending", "16:9", 1.0)]
    for number, (status, shape, duration) in enumerate(of_a, 1):
        row = {"id": number, "workspace_id": uid(11), "status": status, "aspect_ratio": shape, "duration": duration, "user_id": uid(99)}
        add(legacy, "old_a", "video_generations", {**row, "heygen_video_id": f"h{number}"})
        row = {"id": uid(500 + number), "workspace_id": uid(15), "status": status, "duration": duration, "script": "S", "user_id": uid(99)}
        add(legacy, "old_b", "video_generations", row)
    bring_in(legacy)
    found = legacy.execute(
        "select status, aspect_ratio, duration from public.video_generations where heygen_video_id is not null order by 1, 2"
    ).fetchall()
    assert found == [("cancelled", "square", None), ("failed", "square", None), ("processing", "portrait", None)]
    unmapped = ("rejected", "status: a word that is not mapped")
    assert outcomes(legacy, "a.video_generations") == {
        "1": FINE, "2": FINE, "3": FINE, "4": unmapped, "5": ("rejected", "aspect_ratio: a word that is not mapped"),
    }  # fmt: skip
    assert outcomes(legacy, "b.video_generations") == {
        uid(501): FINE, uid(502): FINE, uid(503): FINE, uid(504): unmapped, uid(505): FINE
    }  # fmt: skip
    durations: list[tuple[Any, Any]] = [("1", -1.5), ("2", "Infinity"), ("3", "NaN")]
    assert kept(legacy, "a.video_generations") == [
        (key, column, value) for key, before in durations for column, value in (("duration", before), ("user_id", uid(99)))
    ]
    assert ("1", "duration", -1.5) in kept(legacy, "a.video_generations")
    assert kept(legacy, "b.video_generations") == [
        *(
            (uid(500 + int(key)), column, value)
            for key, before in durations
            for column, value in (("duration", before), ("user_id", uid(99)))
        ),
        (uid(505), "user_id", uid(99)),
    ]


def test_what_the_provider_calls_one_video_stands_once_in_a_workspace(legacy: Connection) -> None:
    rows = {1: uid(11), 2: uid(12), 3: uid(11), 4: None}
    for number, space in rows.items():
        add(legacy, "old_a", "video_generations", {"id": number, "workspace_id": space, "user_id": uid(2), "heygen_video_id": "same"})
    bring_in(legacy)
    double = ("rejected", "heygen_video_id: another video of the workspace has it")
    assert outcomes(legacy, "a.video_generations") == {"1": FINE, "2": FINE, "3": double, "4": double}


def place_runs(connection: Connection, *runs: tuple[str, str]) -> None:
    """Put runs where their import would: each with its workspace."""
    for identity, space in runs:
        add(connection, "legacy_b", "workflow_executions", {"id": identity, "workflow_name": "W", "workflow_config": {}})
        add(connection, "public", "workflow_executions", {"id": identity, "workspace_id": space, "workflow_name": "W"})
        connection.execute(
            "insert into consolidation.ledger (legacy_table, legacy_key, outcome, hybrid_id, workspace_id)"
            " values ('b.workflow_executions', %s, 'migrated', %s, %s)",
            (identity, identity, space),
        )
    connection.commit()


def bring_in_with_runs(connection: Connection, *runs: tuple[str, str]) -> None:
    take(connection, "a", "old_a")
    take(connection, "b", "old_b")
    connection.commit()
    run_all(connection, "people")
    place_runs(connection, *runs)
    run_all(connection, "studio")
    check_accounted(connection)


def test_a_video_of_b_with_every_column(legacy: Connection) -> None:
    add(
        legacy, "old_b", "video_generations",
        {"id": uid(501), "user_id": uid(5), "workspace_id": uid(15), "workflow_id": f" {uid(70).upper()} ", "heygen_task_id": "h",
         "script": "S", "avatar_id": "f", "voice_id": "v", "video_style": "bold", "status": "completed", "video_url": "u",
         "thumbnail_url": "t", "duration": 2.5, "metadata": {"k": 1}, "error_message": "e", "created_at": DAY.format(2),
         "updated_at": DAY.format(3)},
        {"id": uid(502), "workspace_id": uid(15), "script": "S", "video_style": None, "status": None, "metadata": None, "created_at": None,
         "updated_at": None},
    )  # fmt: skip
    bring_in_with_runs(legacy, (uid(70), uid(15)))
    assert hybrid(legacy, "video_generations", uid(501), VIDEO_COLUMNS) == (
        uid(15), uid(5), None, None, None, uid(70), "S", None, "h", "f", "v", "bold", "u", "t", "completed", "landscape", 2.5, False,
        {"k": 1}, "e", "2025-03-02", "2025-03-03", None,
    )  # fmt: skip
    assert hybrid(legacy, "video_generations", uid(502), VIDEO_COLUMNS) == (
        uid(15), None, None, None, None, None, "S", None, None, None, None, "professional", None, None, "pending", "landscape", None, False,
        {}, None, "2026-01-15", "2026-01-15", None,
    )  # fmt: skip


def test_the_run_of_a_video_of_b_is_of_its_workspace_or_stays_as_text(legacy: Connection) -> None:
    texts = {1: uid(70), 2: f"\t{uid(70)} ", 3: uid(71), 4: uid(99), 5: "daily video", 6: "", 7: uid(70) + "0"}
    for number, text in texts.items():
        add(legacy, "old_b", "video_generations", {"id": uid(500 + number), "workspace_id": uid(15), "script": "S", "workflow_id": text})
    taken = {"legacy_workflow_id": "mine", "legacy_workflow_id_2": "mine too"}
    add(
        legacy,
        "old_b",
        "video_generations",
        {"id": uid(508), "workspace_id": uid(15), "script": "S", "workflow_id": "x", "metadata": taken},
    )
    bring_in_with_runs(legacy, (uid(70), uid(15)), (uid(71), uid(16)))
    rows = {
        key: (run, metadata)
        for key, run, metadata in legacy.execute("select id::text, workflow_id::text, metadata from public.video_generations").fetchall()
    }
    assert rows == {
        uid(501): (uid(70), {}),
        uid(502): (uid(70), {}),
        uid(503): (None, {"legacy_workflow_id": uid(71)}),
        uid(504): (None, {"legacy_workflow_id": uid(99)}),
        uid(505): (None, {"legacy_workflow_id": "daily video"}),
        uid(506): (None, {"legacy_workflow_id": ""}),
        uid(507): (None, {"legacy_workflow_id": uid(70) + "0"}),
        # a key that is there is not written over
        uid(508): (None, {**taken, "legacy_workflow_id_2_2": "x"}),
    }


def test_a_video_of_b_without_a_workspace_takes_the_runs_or_its_authors(legacy: Connection) -> None:
    add(
        legacy, "old_b", "video_generations",
        {"id": uid(501), "script": "S", "user_id": uid(5), "workflow_id": uid(71)},
        {"id": uid(502), "script": "S", "user_id": uid(5), "workflow_id": uid(99)},
        {"id": uid(503), "script": "S", "user_id": uid(1)},
        {"id": uid(504), "script": "S", "user_id": uid(5), "workspace_id": uid(99), "workflow_id": uid(71)},
    )  # fmt: skip
    bring_in_with_runs(legacy, (uid(71), uid(16)))
    rows = legacy.execute("select id::text, workspace_id::text, workflow_id::text from public.video_generations order by 1").fetchall()
    assert rows == [(uid(501), uid(16), uid(71)), (uid(502), uid(15), None)]
    assert outcomes(legacy, "b.video_generations")[uid(503)] == NO_HOME
    assert outcomes(legacy, "b.video_generations")[uid(504)] == NO_WORKSPACE


def test_a_video_of_b_whose_id_the_hybrid_has_is_merged_or_gets_another(legacy: Connection) -> None:
    base = {"workspace_id": uid(15), "script": "S", "created_at": DAY.format(2), "updated_at": DAY.format(2)}
    add(legacy, "old_b", "video_generations", {"id": uid(501), **base}, {"id": uid(502), **base})
    take(legacy, "b", "old_b")
    legacy.commit()
    run_all(legacy, "people")
    legacy.execute(
        "insert into public.video_generations (id, workspace_id, script, created_at, updated_at) values (%s, %s, 'S', %s, %s),"
        " (%s, %s, 'Another', %s, %s)",
        (uid(501), uid(15), DAY.format(2), DAY.format(2), uid(502), uid(15), DAY.format(2), DAY.format(2)),
    )
    legacy.commit()
    run_all(legacy, "studio")
    check_accounted(legacy)
    assert outcomes(legacy, "b.video_generations") == {
        uid(501): ("merged", "keep_id: the same id and content"), uid(502): ("migrated", "keep_id: the id is another video's")
    }  # fmt: skip
    other = computed(legacy, f"legacy_b.video_generations:{uid(502)}")
    assert hybrid(legacy, "video_generations", other, "script") == ("S",)
    conflict = legacy.execute("select kind, legacy_key, hybrid_id::text, value_a ->> 'script' from consolidation.conflicts").fetchall()
    assert conflict == [("same_id", uid(502), other, "Another")]


# ---------------------------------------------------------------- numbers of videos


NUMBERS = (
    "video_analytics.workspace_id::text, video_id::text, views, likes, shares, comments, engagement_rate, watch_time_avg, completion_rate,"
    " platform_data"
)


def test_numbers_of_a_video_with_every_column_and_with_none(legacy: Connection) -> None:
    add_parents_of_a(legacy)
    add(
        legacy, "old_a", "video_generations",
        {"id": 1, "workspace_id": uid(11), "heygen_video_id": "1"},
        {"id": 2, "workspace_id": None, "script_id": 5, "heygen_video_id": "2"},
        {"id": 3, "workspace_id": uid(99), "heygen_video_id": "3"},
    )  # fmt: skip
    full = {"views": 1, "likes": 2, "shares": 3, "comments": 4, "engagement_rate": 0.5, "watch_time_avg": 5.5, "completion_rate": 0.25}
    nothing = dict.fromkeys([*full, "platform_data"])
    add(
        legacy, "old_a", "video_analytics",
        {"id": 1, "video_id": 1, **full, "platform_data": {"k": 1}, "last_updated": DAY.format(3), "created_at": DAY.format(2)},
        {"id": 2, "video_id": 2, **nothing, "last_updated": None, "created_at": DAY.format(2)},
        {"id": 3, "video_id": 2, **nothing, "last_updated": None, "created_at": None},
        {"id": 4, "video_id": 3}, {"id": 5, "video_id": 999}, {"id": 6, "video_id": None},
    )  # fmt: skip
    bring_in(legacy)
    rows = {
        key: rest
        for key, *rest in legacy.execute(
            f"select legacy_key, {NUMBERS}, last_updated::date::text, created_at::date::text from public.video_analytics"
            " join consolidation.ledger on hybrid_id = id".encode()
        )
    }
    videos = [computed(legacy, f"legacy_a.video_generations:{number}") for number in (1, 2)]
    assert rows == {
        "1": [uid(11), videos[0], 1, 2, 3, 4, 0.5, 5.5, 0.25, {"k": 1}, "2025-03-03", "2025-03-02"],
        "2": [uid(12), videos[1], 0, 0, 0, 0, 0.0, None, None, {}, "2025-03-02", "2025-03-02"],
        "3": [uid(12), videos[1], 0, 0, 0, 0, 0.0, None, None, {}, "2026-01-15", "2026-01-15"],
    }
    gone = ("rejected", "video_id: no such video")
    assert {key: value for key, value in outcomes(legacy, "a.video_analytics").items() if value != FINE} == {
        "4": gone,
        "5": gone,
        "6": gone,
    }
    assert kept(legacy, "a.video_analytics") == []


def test_numbers_of_videos_are_brought_into_range_and_the_originals_kept(legacy: Connection) -> None:
    add(legacy, "old_a", "video_generations", {"id": 1, "workspace_id": uid(11), "heygen_video_id": "1"})
    rows: list[dict[str, Any]] = [
        {"views": -1, "likes": -2, "shares": -3, "comments": -4},
        {"engagement_rate": 45.0, "completion_rate": 87.0},
        {"engagement_rate": 1.0000005, "completion_rate": 250.0},
        {"engagement_rate": -1.0, "completion_rate": -0.5},
        {"engagement_rate": float("nan"), "completion_rate": float("nan")},
        {"watch_time_avg": -1.0}, {"watch_time_avg": float("inf")}, {"watch_time_avg": float("nan")},
        {"views": 2**31 - 1},
    ]  # fmt: skip
    for number, row in enumerate(rows, 1):
        add(legacy, "old_a", "video_analytics", {"id": number, "video_id": 1, **row})
    bring_in(legacy)
    found = legacy.execute(
        "select views, likes, shares, comments, engagement_rate, completion_rate, watch_time_avg from public.video_analytics"
        " join consolidation.ledger on hybrid_id = id order by legacy_key::integer"
    ).fetchall()
    zero = (0, 0, 0, 0)
    assert found == [
        (*zero, 0.0, None, None), (*zero, 0.45, 0.87, None), (*zero, 1.0, 1.0, None), (*zero, 0.0, 0.0, None), (*zero, 0.0, None, None),
        (*zero, 0.0, None, None), (*zero, 0.0, None, None), (*zero, 0.0, None, None), (2**31 - 1, 0, 0, 0, 0.0, None, None),
    ]  # fmt: skip
    assert kept(legacy, "a.video_analytics") == [
        ("1", "comments", -4), ("1", "likes", -2), ("1", "shares", -3), ("1", "views", -1),
        ("2", "completion_rate", 87), ("2", "engagement_rate", 45), ("3", "completion_rate", 250), ("3", "engagement_rate", 1.0000005),
        ("4", "completion_rate", -0.5), ("4", "engagement_rate", -1), ("5", "completion_rate", "NaN"), ("5", "engagement_rate", "NaN"),
        ("6", "watch_time_avg", -1), ("7", "watch_time_avg", "Infinity"), ("8", "watch_time_avg", "NaN"),
    ]  # fmt: skip


# ---------------------------------------------------------------- usage of avatars


USAGE = (
    "select legacy_key, avatar_usage_stats.workspace_id::text, avatar_workspace_id::text, usage_count, total_video_duration,"
    " avg_quality_score, last_used_at::date::text, created_at::date::text, updated_at::date::text from public.avatar_usage_stats"
    " join consolidation.ledger on hybrid_id = id and outcome = 'migrated' order by legacy_key::integer"
)


def test_usage_of_an_avatar_alone(legacy: Connection) -> None:
    add_parents_of_a(legacy)
    times = {"last_used_at": DAY.format(4), "created_at": DAY.format(2), "updated_at": DAY.format(3)}
    numbers = {"usage_count": 3, "total_video_duration": 1.5, "avg_quality_score": 0.1}
    nothing = dict.fromkeys([*times, *numbers])
    add(
        legacy, "old_a", "avatar_usage_stats",
        {"id": 1, "profile_id": 1, "workspace_id": uid(11), **numbers, **times},
        {"id": 2, "profile_id": 3, "workspace_id": uid(11), **nothing},
        {"id": 3, "profile_id": 2, "workspace_id": None, **numbers, **times},
        {"id": 4, "profile_id": 3, "workspace_id": None},
        {"id": 5, "profile_id": 2, "workspace_id": uid(11)},
        {"id": 6, "profile_id": 999, "workspace_id": uid(11)},
        {"id": 7, "profile_id": None, "workspace_id": uid(11)},
        {"id": 8, "profile_id": 1, "workspace_id": uid(13)},
        {"id": 9, "profile_id": 4, "workspace_id": uid(11)},
    )  # fmt: skip
    bring_in(legacy)
    assert legacy.execute(USAGE.encode()).fetchall() == [
        ("1", uid(11), uid(11), 3, 1.5, 0.1, "2025-03-04", "2025-03-02", "2025-03-03"),
        ("2", uid(11), PLATFORM, 0, 0.0, None, None, "2026-01-15", "2026-01-15"),
        ("3", uid(12), uid(12), 3, 1.5, 0.1, "2025-03-04", "2025-03-02", "2025-03-03"),
    ]
    gone = ("rejected", "profile_id: no such avatar")
    assert outcomes(legacy, "a.avatar_usage_stats") == {
        "1": FINE, "2": FINE, "3": FINE, "4": NO_HOME, "5": ("rejected", "profile_id: an avatar of another workspace"), "6": gone,
        "7": gone, "8": NO_WORKSPACE, "9": gone,
    }  # fmt: skip


def test_usage_of_one_avatar_in_several_rows_becomes_one(legacy: Connection) -> None:
    add_parents_of_a(legacy)
    base = {"profile_id": 1, "workspace_id": uid(11)}
    add(
        legacy, "old_a", "avatar_usage_stats",
        {"id": 7, **base, "usage_count": 3, "total_video_duration": 1.0, "avg_quality_score": 0.75, "last_used_at": DAY.format(3),
         "created_at": DAY.format(2), "updated_at": DAY.format(5)},
        {"id": 5, **base, "usage_count": 1, "total_video_duration": 0.5, "avg_quality_score": 0.25, "last_used_at": DAY.format(6),
         "created_at": DAY.format(4), "updated_at": DAY.format(4)},
        # says its workspace by the avatar alone
        {"id": 6, "profile_id": 1, "workspace_id": None, "usage_count": 2**31 - 1, "total_video_duration": float("nan"),
         "avg_quality_score": None, "last_used_at": None, "created_at": None, "updated_at": None},
        {"id": 8, **base, "usage_count": -5, "total_video_duration": float("inf"), "avg_quality_score": 8.5, "last_used_at": None,
         "created_at": DAY.format(3), "updated_at": DAY.format(4)},
        {"id": 9, **base, "usage_count": None, "total_video_duration": -1.0, "avg_quality_score": float("nan"), "last_used_at": None,
         "created_at": DAY.format(3), "updated_at": DAY.format(4)},
        # of another workspace, and of another avatar: rows of their own
        {"id": 1, "profile_id": 3, "workspace_id": uid(11), "usage_count": 1, "avg_quality_score": 0.5, "created_at": DAY.format(1)},
        {"id": 2, "profile_id": 3, "workspace_id": uid(12), "usage_count": 1, "avg_quality_score": 0.5, "created_at": DAY.format(1)},
    )  # fmt: skip
    bring_in(legacy)
    rows = {row[0]: row[1:] for row in legacy.execute(USAGE.encode())}
    assert rows.keys() == {"1", "2", "5"}
    # (3 * 0.75 + 1 * 0.25 + 0 * 1) / 4: the row without a score does not count
    assert rows["5"] == (uid(11), uid(11), 2**31 + 3, 1.5, 0.625, "2025-03-06", "2025-03-02", "2025-03-05")
    merged = ("merged", "add_up: usage of the same avatar in the same workspace")
    assert outcomes(legacy, "a.avatar_usage_stats") == {
        "1": FINE, "2": FINE, "5": FINE, "6": merged, "7": merged, "8": merged, "9": merged
    }  # fmt: skip
    homes = legacy.execute(
        "select distinct hybrid_id::text from consolidation.ledger where legacy_table = 'a.avatar_usage_stats' and outcome = 'merged'"
    ).fetchall()
    assert homes == [(computed(legacy, "legacy_a.avatar_usage_stats:5"),)]
    assert kept(legacy, "a.avatar_usage_stats") == [
        ("6", "total_video_duration", "NaN"), ("8", "avg_quality_score", 8.5), ("8", "total_video_duration", "Infinity"),
        ("8", "usage_count", -5), ("9", "avg_quality_score", "NaN"), ("9", "total_video_duration", -1),
    ]  # fmt: skip


def test_a_mean_over_avatars_that_nobody_used_is_not_weighted_and_without_scores_there_is_none(legacy: Connection) -> None:
    add_parents_of_a(legacy)
    for number, (avatar, count, score) in enumerate(((1, 0, 0.25), (1, 0, 0.75), (3, 4, None), (3, 0, None)), 1):
        row = {"id": number, "profile_id": avatar, "workspace_id": uid(11), "usage_count": count, "avg_quality_score": score}
        add(legacy, "old_a", "avatar_usage_stats", {**row, "total_video_duration": 1.7e308})
    bring_in(legacy)
    rows = legacy.execute("select usage_count, avg_quality_score from public.avatar_usage_stats order by 1").fetchall()
    assert rows == [(0, 0.5), (4, None)]


def test_a_row_of_usage_that_cannot_be_read_takes_no_other_with_it(legacy: Connection) -> None:
    add_parents_of_a(legacy)
    legacy.execute("alter table old_a.avatar_usage_stats alter column usage_count drop default, alter column usage_count type text")
    for number, count in enumerate(("many", "2", "3"), 1):
        add(legacy, "old_a", "avatar_usage_stats", {"id": number, "profile_id": 1, "workspace_id": uid(11), "usage_count": count})
    bring_in(legacy)
    assert [(row[0], row[3]) for row in legacy.execute(USAGE.encode())] == [("2", 5)]
    found = {key: outcome for key, (outcome, _) in outcomes(legacy, "a.avatar_usage_stats").items()}
    assert found == {"1": "rejected", "2": "migrated", "3": "merged"}


# ---------------------------------------------------------------- limits


LIMITS = (
    "select legacy_key, user_id::text, subscription_tier, monthly_limit, videos_this_month, credits_reset_at::text,"
    " premium_until::date::text, metadata, created_at::date::text, updated_at::date::text"
    " from public.user_video_limits join consolidation.ledger on hybrid_id = id order by legacy_key::integer"
)


def test_limits_with_every_column_and_with_none(legacy: Connection) -> None:
    legacy.execute("set timezone = 'UTC'")
    add(
        legacy, "old_a", "user_video_limits",
        {"id": 1, "user_id": uid(1), "workspace_id": uid(11), "subscription_tier": "Creator ", "monthly_limit": 9, "videos_this_month": 4,
         "credits_reset_at": "2025-12-20 10:00:00+00", "is_admin": True, "premium_until": DAY.format(7),
         "metadata": {"legacy_workspace_id": "mine"}, "created_at": DAY.format(2), "updated_at": DAY.format(3)},
        {"id": 2, "user_id": uid(2), "subscription_tier": None, "monthly_limit": None, "videos_this_month": None, "is_admin": None,
         "metadata": None, "created_at": None, "updated_at": None},
    )  # fmt: skip
    bring_in(legacy)
    metadata = {"legacy_workspace_id": "mine", "legacy_workspace_id_2": uid(11)}
    assert legacy.execute(LIMITS.encode()).fetchall() == [
        ("1", uid(1), "creator", 9, 4, "2026-01-01 00:00:00+00", "2025-03-07", metadata, "2025-03-02", "2025-03-03"),
        ("2", uid(2), "free", 1, 0, "2026-02-01 00:00:00+00", None, {}, "2026-01-15", "2026-01-15"),
    ]
    # the right is not given, and listed
    assert kept(legacy, "a.user_video_limits") == [("1", "is_admin", True)]
    assert legacy.execute("select role from public.users where id = %s", (uid(1),)).fetchone() == ("user",)
    listed = legacy.execute(
        "select kind, legacy_table, legacy_key, hybrid_table, hybrid_id::text, hybrid_column from consolidation.conflicts"
    ).fetchall()
    assert listed == [("candidate_admin", "a.user_video_limits", "1", "public.users", uid(1), "role")]


@pytest.mark.parametrize(
    ("said", "becomes", "is_kept"),
    [
        ("2025-12-31 23:59:59.999999+00", "2026-01-01", False),
        ("2026-01-31 23:30:00-01", "2026-03-01", False),
        ("2026-02-28 23:59:59+00", "2026-03-01", False),
        ("2026-03-01 00:00:00+00", "2026-02-01", True),
        ("2100-12-31 00:00:00+00", "2026-02-01", True),
        ("1970-01-01 00:00:00+00", "1970-02-01", False),
        ("infinity", "2026-02-01", True),
        ("-infinity", "2026-02-01", True),
    ],
)
def test_credits_come_back_at_a_month_that_is_not_far_off(legacy: Connection, said: str, becomes: str, is_kept: bool) -> None:
    legacy.execute("set timezone = 'UTC'")
    add(legacy, "old_a", "user_video_limits", {"id": 1, "user_id": uid(1), "credits_reset_at": said})
    bring_in(legacy, "a")
    assert [row[5] for row in legacy.execute(LIMITS.encode())] == [f"{becomes} 00:00:00+00"]
    assert [column for _, column, _ in kept(legacy, "a.user_video_limits")] == (["credits_reset_at"] if is_kept else [])


def test_limits_are_one_row_a_person_and_need_one(legacy: Connection) -> None:
    legacy.execute("alter table old_a.user_video_limits add column note text")
    add(
        legacy, "old_a", "user_video_limits",
        {"id": 1, "user_id": uid(1), "monthly_limit": -1, "videos_this_month": -1},
        {"id": 2, "user_id": uid(1)}, {"id": 3, "user_id": None}, {"id": 4, "user_id": uid(99)},
        {"id": 5, "user_id": uid(2), "subscription_tier": "gold"},
    )  # fmt: skip
    bring_in(legacy)
    gone = ("rejected", "user_id: no such person")
    assert outcomes(legacy, "a.user_video_limits") == {
        "1": FINE, "2": ("rejected", "user_id: the person has limits already"), "3": gone, "4": gone,
        "5": ("rejected", "subscription_tier: a word that is not mapped"),
    }  # fmt: skip
    assert [row[3:5] for row in legacy.execute(LIMITS.encode())] == [(1, 0)]
    assert kept(legacy, "a.user_video_limits") == [("1", "monthly_limit", -1), ("1", "videos_this_month", -1)]


def test_limits_of_somebody_who_spends_already_stand(legacy: Connection) -> None:
    add(legacy, "old_a", "user_video_limits", {"id": 1, "user_id": uid(1)}, {"id": 2, "user_id": uid(2)})
    take(legacy, "a", "old_a")
    legacy.commit()
    run_all(legacy, "people")
    legacy.execute("select private.spend_video_credit(%s)", (uid(1),))
    legacy.commit()
    run_all(legacy, "studio")
    check_accounted(legacy)
    assert outcomes(legacy, "a.user_video_limits") == {"1": ("rejected", "user_id: the person has limits already"), "2": FINE}


# ---------------------------------------------------------------- all of it


def fill(connection: Connection) -> None:
    """Rows of every table, of which some meet."""
    add_parents_of_a(connection)
    add(connection, "old_b", "avatar_profiles", {"id": 1, "name": "N", "workspace_id": uid(15), **AVATAR})
    add(connection, "old_b", "script_generations", {"id": 1, "workspace_id": None, "user_id": uid(5), "topic": "T", "script": "S"})
    for number in range(1, 9):
        avatar = 1 + number % 4
        add(
            connection, "old_a", "video_generations",
            {"id": number, "user_id": uid(1 + number % 3), "script_id": 1 + number % 5, "profile_id": avatar,
             "heygen_video_id": f"h{number}"},
        )  # fmt: skip
        add(connection, "old_a", "video_analytics", {"id": number, "video_id": number, "views": -number})
        add(connection, "old_a", "avatar_usage_stats", {"id": number, "profile_id": avatar, "workspace_id": uid(11), "usage_count": number})
        add(connection, "old_b", "video_generations", {"id": uid(500 + number), "workspace_id": uid(15 + number % 3), "script": "S"})
    add(connection, "old_a", "user_video_limits", *({"id": number, "user_id": uid(number)} for number in (1, 2, 3)))


def start_anew(connection: Connection) -> None:
    """Take back what an import wrote, all of it."""
    connection.execute("delete from public.avatar_usage_stats; delete from public.avatar_profiles; delete from public.user_video_limits")
    connection.execute("delete from public.workspaces where owner_id is not null; delete from public.users")
    for table in ("ledger", "ledger_targets", "rejects", "kept", "conflicts", "progress", "runs", "taken", "auth_addresses"):
        connection.execute(f"delete from consolidation.{table}".encode())
    begun(connection, "2026-01-15 12:00:00+00")
    connection.commit()


def test_in_either_way_the_rows_are_the_same_and_a_second_run_changes_nothing(legacy: Connection) -> None:
    fill(legacy)
    legacy.commit()
    bring_in(legacy, "a")
    bring_in(legacy, "b")
    one_after_the_other = result(legacy)
    assert run_all(legacy) == ["run 4 begins"]
    assert result(legacy) == one_after_the_other
    found = accounts(legacy)
    assert found["a.video_generations"].keys() == {"migrated", "rejected"}
    assert found["a.avatar_usage_stats"] == {"migrated": 2, "merged": 2, "rejected": 4}
    assert found["b.video_generations"] == {"migrated": 5, "rejected": 3}

    start_anew(legacy)
    run_all(legacy)
    assert result(legacy) == one_after_the_other

    start_anew(legacy)
    for table in ("video_generations", "avatar_usage_stats", "video_analytics"):
        legacy.execute(f"create table rest as select * from legacy_a.{table}; truncate legacy_a.{table} cascade".encode())
        legacy.execute(f"alter table legacy_a.{table} set (fillfactor = 10); insert into legacy_a.{table} select * from rest".encode())
        legacy.execute("drop table rest")
    legacy.commit()
    run_all(legacy, batch_rows=1)
    assert result(legacy) == one_after_the_other


def test_rows_whose_workspace_is_mended_come_in_with_what_they_refer_to(legacy: Connection) -> None:
    add(legacy, "old_a", "script_generations", {"id": 1, "user_id": uid(3), "topic": "T", "script": "S"})
    add(legacy, "old_a", "avatar_profiles", {"id": 1, "name": "N", "workspace_id": uid(13), **AVATAR})
    add(legacy, "old_a", "video_generations", {"id": 1, "script_id": 1, "profile_id": 1, "heygen_video_id": "h"})
    add(legacy, "old_a", "video_analytics", {"id": 1, "video_id": 1})
    add(legacy, "old_a", "avatar_usage_stats", *({"id": number, "profile_id": 1, "usage_count": number} for number in (1, 2)))
    bring_in(legacy)
    tables = ("script_generations", "avatar_profiles", "video_generations", "video_analytics", "avatar_usage_stats")
    assert all(outcome == "rejected" for table in tables for outcome, _ in outcomes(legacy, f"a.{table}").values())
    legacy.execute("update legacy_a.workspaces set owner_id = %s where id = %s", (uid(3), uid(13)))
    # whose home is noted when members are through
    legacy.execute("insert into consolidation.homes (legacy_schema, user_id, workspace_id) values ('a', %s, %s)", (uid(3), uid(13)))
    legacy.execute("insert into consolidation.workspace_owners values ('a.workspaces', %s, %s, null)", (uid(13), uid(3)))
    legacy.execute("select consolidation.retry_rejects()")
    legacy.commit()
    run_all(legacy)
    check_accounted(legacy)
    for table in tables:
        assert hybrid(legacy, table, computed(legacy, f"legacy_a.{table}:1"), "workspace_id::text") == (uid(13),), table
    video = hybrid(legacy, "video_generations", computed(legacy, "legacy_a.video_generations:1"), "script_id::text, profile_id::text")
    assert video == (computed(legacy, "legacy_a.script_generations:1"), computed(legacy, "legacy_a.avatar_profiles:1"))
    assert [row[3] for row in legacy.execute(USAGE.encode())] == [3]
