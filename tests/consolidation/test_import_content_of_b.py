"""Campaigns, templates, the library and posts of B: what each becomes, what goes to its forms and its files, and where the rest is kept."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, LiteralString

import pytest
from psycopg.types.json import Jsonb

from scripts.target import Connection
from tests.consolidation.legacy.drift import DRIFT
from tests.consolidation.legacy.generator import ALL, SMALL, TINY, generate
from tests.consolidation.legacy.lists import A, B, Shape, together
from tests.consolidation.legacy.load import install
from tests.consolidation.small import JsonList, accounts, add, check_accounted, create_legacy, result, run_all, take, uid

DAY = "2025-03-0{} 10:00:00+00"
DAYS = {"created_at": DAY.format(1), "updated_at": DAY.format(2)}

#: A workspace of Ann and one of Bob; Ann's is the only one that she has.
ANN, BOB, HERS, HIS, GONE = uid(1), uid(2), uid(11), uid(12), uid(99)
MINE: dict[str, Any] = {"workspace_id": HERS, "user_id": ANN, **DAYS}

URL = "https://media.example.org"


def fill(connection: Connection) -> None:
    create_legacy(connection, "b", "old_b")
    connection.execute(
        "insert into public.social_platforms (name, display_name)"
        " select name, name from unnest(array['twitter', 'facebook', 'instagram', 'tiktok', 'threads']) as name on conflict do nothing"
    )
    add(connection, "old_b", "users", {"id": ANN, "email": "ann@x.org", **DAYS}, {"id": BOB, "email": "bob@x.org", **DAYS})
    add(
        connection, "old_b", "workspaces",
        {"id": HERS, "name": "Hers", "owner_id": ANN, **DAYS}, {"id": HIS, "name": "His", "owner_id": BOB, **DAYS},
    )  # fmt: skip


@pytest.fixture
def b(clone: Connection) -> Connection:
    """B with two people and their workspaces, not captured yet."""
    fill(clone)
    return clone


def run(connection: Connection, batch_rows: int = 50_000) -> None:
    """Capture and import; everything has to be accounted for, and a second run to change nothing."""
    take(connection, "b", "old_b")
    connection.commit()
    run_all(connection, batch_rows=batch_rows)
    check_accounted(connection)
    first = result(connection)
    connection.commit()
    assert run_all(connection) == ["run 2 begins"]
    assert result(connection) == first


def one(connection: Connection, query: LiteralString, *values: object) -> tuple[Any, ...]:
    row = connection.execute(query, values).fetchone()
    assert row
    return row


def rows(connection: Connection, query: LiteralString, *values: object) -> list[tuple[Any, ...]]:
    return connection.execute(query, values).fetchall()


def kept(connection: Connection, table: str) -> dict[tuple[str, str], Any]:
    found = connection.execute("select legacy_key, legacy_column, value from consolidation.kept where legacy_table = %s", (table,))
    return {(key, column): value for key, column, value in found}


def reasons(connection: Connection, table: str) -> dict[str, str]:
    return dict(connection.execute("select legacy_key, reason from consolidation.rejects where legacy_table = %s", (table,)))


def computed(connection: Connection, table: str, part: str) -> str:
    return str(one(connection, "select consolidation.computed_id(%s, %s)", table, part)[0])


# ---------------------------------------------------------------- campaigns


def campaign(number: int, **values: Any) -> dict[str, Any]:
    return {"id": uid(number), "name": f"Campaign {number}", **MINE, **values}


def test_a_campaign_with_all_that_it_says(b: Connection) -> None:
    add(
        b, "old_b", "campaigns",
        campaign(
            31, description="Why", objectives=["reach", None, "sales"], target_audience={"age": 30}, budget="10.50",
            start_date=DAY.format(3), end_date=DAY.format(4), status=" Active ", analytics={"likes": 1}, metadata={"m": 1},
        ),
    )  # fmt: skip
    run(b)
    row = one(
        b,
        "select workspace_id::text, user_id::text, name, description, objectives, target_audience, budget::text, start_date::date::text,"
        " end_date::date::text, status, analytics, metadata, created_at::date::text, updated_at::date::text"
        " from public.campaigns where id = %s",
        uid(31),
    )
    assert row == (
        HERS, ANN, "Campaign 31", "Why", ["reach", "sales"], {"age": 30}, "10.50", "2025-03-03", "2025-03-04", "active", {"likes": 1},
        {"m": 1}, "2025-03-01", "2025-03-02",
    )  # fmt: skip


def test_a_campaign_that_says_next_to_nothing(b: Connection) -> None:
    nothing = dict.fromkeys(
        ("description", "objectives", "target_audience", "budget", "start_date", "end_date", "posts", "status", "analytics", "metadata",
         "created_at", "updated_at", "workspace_id")
    )  # fmt: skip
    add(b, "old_b", "campaigns", {"id": uid(31), "name": "Bare", "user_id": ANN, **nothing})
    run(b)
    row = one(
        b,
        "select workspace_id::text, description, objectives, target_audience, budget, status, analytics, metadata,"
        " created_at = consolidation.begun_at(), updated_at = consolidation.begun_at() from public.campaigns where id = %s",
        uid(31),
    )
    assert row == (HERS, None, [], {}, None, "draft", {}, {}, True, True)


def test_numbers_and_times_out_of_range_cost_no_campaign_and_are_kept(b: Connection) -> None:
    early = {"start_date": DAY.format(4), "end_date": DAY.format(3)}
    add(
        b, "old_b", "campaigns",
        campaign(31, budget="-1"), campaign(32, budget="NaN"), campaign(33, **early), campaign(34, user_id=GONE),
        campaign(35, metadata=JsonList([3])), campaign(36, start_date=DAY.format(4), end_date=DAY.format(4)),
    )  # fmt: skip
    run(b)
    assert accounts(b)["b.campaigns"] == {"migrated": 6}
    assert kept(b, "b.campaigns") == {
        (uid(31), "budget"): -1, (uid(32), "budget"): "NaN", (uid(33), "end_date"): "2025-03-03T10:00:00+00:00", (uid(34), "user_id"): GONE,
    }  # fmt: skip
    odd = rows(b, "select name, user_id is null, budget, end_date is null, metadata from public.campaigns order by 1")
    assert [row[1:] for row in odd] == [
        (False, None, True, {}), (False, None, True, {}), (False, None, True, {}), (True, None, True, {}),
        (False, None, True, {"legacy_metadata": [3]}), (False, None, False, {}),
    ]  # fmt: skip


def test_campaigns_that_are_nobodys_or_in_an_unknown_state_wait(b: Connection) -> None:
    b.execute("alter table old_b.campaigns alter column name drop not null")
    add(
        b, "old_b", "campaigns",
        campaign(31, status="on hold"), campaign(32, workspace_id=GONE), campaign(33, workspace_id=None, user_id=None),
        campaign(34, name=None), campaign(35, status="Completed"),
    )  # fmt: skip
    run(b)
    assert reasons(b, "b.campaigns") == {
        uid(31): "status: a word that is not mapped",
        uid(32): "workspace_id: no such workspace",
        uid(33): "workspace_id: none, and none to be found",
        uid(34): "name: there is none",
    }
    assert rows(b, "select id::text, status from public.campaigns") == [(uid(35), "completed")]


def post(number: int, **values: Any) -> dict[str, Any]:
    return {"id": uid(number), "content": f"Post {number}", **MINE, **values}


def campaigns_of_posts(connection: Connection) -> dict[str, str | None]:
    return dict(rows(connection, "select id::text, campaign_id::text from public.content_posts"))


def legacy_posts(connection: Connection) -> dict[str, Any]:
    return dict(rows(connection, "select id::text, metadata from public.campaigns where metadata <> '{}'"))


@pytest.mark.parametrize("batch_rows", [1, 50_000])
def test_a_post_belongs_to_the_oldest_campaign_of_its_workspace_that_names_it(b: Connection, batch_rows: int) -> None:
    add(b, "old_b", "social_media_posts", post(41), post(42), post(43, workspace_id=HIS, user_id=BOB), post(44, status="on hold"))
    add(
        b, "old_b", "campaigns",
        campaign(31, created_at=DAY.format(4), posts=[uid(41), uid(42), "no id", None]),
        campaign(32, created_at=DAY.format(3), posts=[uid(41), uid(41).upper(), " {" + uid(41) + "} "]),
        # older, but of another workspace; the post of Ann's workspace is not Bob's to have
        campaign(33, workspace_id=HIS, user_id=BOB, created_at=DAY.format(1), posts=[uid(41), uid(43)]),
        campaign(34, posts=[uid(43), GONE, uid(44)], metadata={"legacy_posts": "mine"}),
        campaign(35, created_at=None, posts=[uid(41)]),
    )  # fmt: skip
    run(b, batch_rows)
    assert campaigns_of_posts(b) == {uid(41): uid(32), uid(42): uid(31), uid(43): uid(33)}
    assert legacy_posts(b) == {
        uid(31): {"legacy_posts": [uid(41), "no id"]},
        uid(33): {"legacy_posts": [uid(41)]},
        uid(34): {"legacy_posts": "mine", "legacy_posts_2": [uid(43), GONE, uid(44)]},
        uid(35): {"legacy_posts": [uid(41)]},
    }
    assert rows(b, "select distinct updated_at::date::text from public.campaigns") == [("2025-03-02",)]


def test_a_post_or_campaign_that_is_tried_again_finds_the_other(b: Connection) -> None:
    add(b, "old_b", "social_media_posts", post(41, status="on hold"), post(42))
    add(b, "old_b", "campaigns", campaign(31, posts=[uid(41)]), campaign(32, status="running", posts=[uid(42), "no id"]))
    take(b, "b", "old_b")
    b.commit()
    run_all(b)
    assert campaigns_of_posts(b) == {uid(42): None}
    assert legacy_posts(b) == {uid(31): {"legacy_posts": [uid(41)]}}
    # what somebody has changed since is left alone
    b.execute("update public.campaigns set metadata = metadata || '{\"since\": 1}'")
    b.execute(
        "insert into consolidation.value_map values ('content_posts.status', 'on hold', 'draft'), ('campaigns.status', 'running', 'active')"
    )
    b.execute("select consolidation.retry_rejects()")
    b.commit()
    run_all(b)
    check_accounted(b)
    assert campaigns_of_posts(b) == {uid(41): uid(31), uid(42): uid(32)}
    assert legacy_posts(b) == {uid(31): {"since": 1}, uid(32): {"legacy_posts": ["no id"]}}
    # and it is not put back into the campaign that somebody took it out of
    b.execute("update public.content_posts set campaign_id = null where id = %s", (uid(41),))
    b.execute("select consolidation.place_campaign_posts()")
    assert campaigns_of_posts(b)[uid(41)] is None


# ---------------------------------------------------------------- templates


def template(number: int, **values: Any) -> dict[str, Any]:
    return {"id": uid(number), "name": f"Template {number}", "category": "weekly", "template_content": "Hi {{name}}", **MINE, **values}


def test_a_template_with_all_that_it_says_and_one_with_nothing(b: Connection) -> None:
    nothing = dict.fromkeys(
        ("description", "variables", "platforms", "tags", "usage_count", "is_public", "metadata", "created_at", "updated_at")
    )  # fmt: skip
    add(
        b, "old_b", "content_templates",
        template(
            31, description="When", variables=["name", None], platforms=["ig", " Instagram ", "", None, "MySpace", "x"], tags=["a"],
            usage_count=7, is_public=True, metadata={"m": 1},
        ),
        template(32, workspace_id=None, **nothing),
        template(33, usage_count=-1, user_id=GONE),
    )  # fmt: skip
    run(b)
    found = rows(
        b,
        "select workspace_id::text, user_id::text, name, description, category, template_content, variables, platforms, tags, usage_count,"
        " is_public, metadata, created_at::date::text, updated_at::date::text from public.content_templates"
        " where id in (%s, %s) order by 3",
        uid(31), uid(33),
    )  # fmt: skip
    assert found == [
        (HERS, ANN, "Template 31", "When", "weekly", "Hi {{name}}", ["name"], ["instagram", "MySpace", "twitter"], ["a"], 7, True, {"m": 1},
         "2025-03-01", "2025-03-02"),
        (HERS, None, "Template 33", None, "weekly", "Hi {{name}}", [], [], [], 0, False, {}, "2025-03-01", "2025-03-02"),
    ]  # fmt: skip
    bare = one(
        b,
        "select workspace_id::text, variables, platforms, tags, usage_count, is_public, metadata, created_at = consolidation.begun_at()"
        " from public.content_templates where id = %s",
        uid(32),
    )
    assert bare == (HERS, [], [], [], 0, False, {}, True)
    assert kept(b, "b.content_templates") == {(uid(33), "usage_count"): -1, (uid(33), "user_id"): GONE}


def test_templates_that_the_hybrid_cannot_hold_wait(b: Connection) -> None:
    b.execute(
        "alter table old_b.content_templates alter column name type text, alter column name drop not null,"
        " alter column category type text, alter column category drop not null, alter column template_content drop not null"
    )
    add(
        b, "old_b", "content_templates",
        template(31, name="n" * 256), template(32, name=None), template(33, category="c" * 101), template(34, category=None),
        template(35, template_content=None), template(36, workspace_id=GONE), template(37, workspace_id=None, user_id=GONE),
        template(38, name="n" * 255, category="c" * 100),
    )  # fmt: skip
    run(b)
    assert reasons(b, "b.content_templates") == {
        uid(31): "name: longer than 255 letters",
        uid(32): "name: there is none",
        uid(33): "category: longer than 100 letters",
        uid(34): "category: there is none",
        uid(35): "template_content: there is none",
        uid(36): "workspace_id: no such workspace",
        uid(37): "workspace_id: none, and none to be found",
    }
    assert accounts(b)["b.content_templates"] == {"migrated": 1, "rejected": 7}


# ---------------------------------------------------------------- the library


def asset(number: int, **values: Any) -> dict[str, Any]:
    return {
        "id": uid(number), "filename": f"{number}.png", "original_filename": f"My {number}.png", "media_type": "image",
        "mime_type": "image/png", "file_size": 10, "url": f"{URL}/{number}.png", **MINE, **values,
    }  # fmt: skip


def test_an_asset_with_all_that_it_says_and_one_with_nothing(b: Connection) -> None:
    b.execute(
        "alter table old_b.media_assets alter column original_filename drop not null, alter column media_type drop not null,"
        " alter column mime_type drop not null, alter column file_size drop not null"
    )
    nothing = dict.fromkeys(
        ("original_filename", "media_type", "mime_type", "file_size", "thumbnail_url", "dimensions", "duration", "generated_by",
         "generation_params", "tags", "is_public", "metadata", "created_at", "updated_at")
    )  # fmt: skip
    add(
        b, "old_b", "media_assets",
        asset(
            31, media_type="Video", file_size=2**40, thumbnail_url=f"{URL}/t.png", dimensions={"width": 1}, duration=1.5, generated_by="m",
            generation_params={"p": 1}, tags=["a", None], is_public=True, metadata={"m": 1},
        ),
        asset(32, workspace_id=None, **nothing),
    )  # fmt: skip
    run(b)
    found = rows(
        b,
        "select workspace_id::text, user_id::text, filename, original_filename, media_type, mime_type, file_size, url, thumbnail_url,"
        " dimensions, duration, generated_by, generation_params, tags, is_public, metadata, created_at::date::text, updated_at::date::text"
        " from public.media_assets where id = %s",
        uid(31),
    )
    assert found == [
        (HERS, ANN, "31.png", "My 31.png", "video", "image/png", 2**40, f"{URL}/31.png", f"{URL}/t.png", {"width": 1}, 1.5, "m", {"p": 1},
         ["a"], True, {"m": 1}, "2025-03-01", "2025-03-02"),
    ]  # fmt: skip
    bare = one(
        b,
        "select workspace_id::text, original_filename, media_type, mime_type, file_size, dimensions, duration, generation_params, tags,"
        " is_public, metadata, created_at = consolidation.begun_at() from public.media_assets where id = %s",
        uid(32),
    )
    assert bare == (HERS, None, "other", "application/octet-stream", None, {}, None, {}, [], False, {}, True)
    assert kept(b, "b.media_assets") == {}


def test_numbers_and_words_that_are_none_cost_no_asset(b: Connection) -> None:
    add(
        b, "old_b", "media_assets",
        asset(31, file_size=-1), asset(32, duration=-0.5), asset(33, duration=float("nan")), asset(34, duration=float("inf")),
        asset(35, media_type="hologram"), asset(36, media_type="Hologram ", metadata={"legacy_media_type": "mine"}),
        asset(37, user_id=GONE), asset(38, media_type="", metadata=JsonList([3])),
    )  # fmt: skip
    run(b)
    assert kept(b, "b.media_assets") == {
        (uid(31), "file_size"): -1, (uid(32), "duration"): -0.5, (uid(33), "duration"): "NaN", (uid(34), "duration"): "Infinity",
        (uid(37), "user_id"): GONE,
    }  # fmt: skip
    assert rows(b, "select filename, metadata from public.media_assets where media_type = 'other' order by 1") == [
        ("35.png", {"legacy_media_type": "hologram"}),
        ("36.png", {"legacy_media_type": "mine", "legacy_media_type_2": "Hologram "}),
        ("38.png", {"legacy_metadata": [3], "legacy_media_type": ""}),
    ]


def test_assets_without_a_file_or_a_workspace_wait(b: Connection) -> None:
    b.execute("alter table old_b.media_assets alter column url drop not null, alter column filename drop not null")
    add(
        b, "old_b", "media_assets",
        asset(31, url=None), asset(32, filename=None), asset(33, workspace_id=GONE), asset(34, workspace_id=None, user_id=None), asset(35),
    )  # fmt: skip
    run(b)
    assert reasons(b, "b.media_assets") == {
        uid(31): "url: there is none",
        uid(32): "filename: there is none",
        uid(33): "workspace_id: no such workspace",
        uid(34): "workspace_id: none, and none to be found",
    }


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("image", "image"),
        (" Video\n", "video"),
        ("other", "other"),
        ("video/mp4", "video"),
        ("AUDIO/x-wav; codecs=1", "audio"),
        ("text/plain", "document"),
        ("application/pdf", "document"),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "document"),
        ("application/octet-stream", "other"),
        ("png", "image"),
        (".PDF", "document"),
        ("holiday.jpeg", "image"),
        (f"{URL}/a/b.mp3?v=1.2#top", "audio"),
        (f"{URL}/a.png/raw", None),
        ("https://some.mov", None),
        ("https://some.mov/", None),
        ("video/cover.png", "image"),
        ("/relative/path.webm", "video"),
        (f"{URL}/pages", None),
        ("data:image/png;base64,iVBORw0KGgo=", "image"),
        ("hologram", None),
        ("", None),
        (None, None),
    ],
)
def test_the_kind_of_a_file(db: Connection, said: str | None, kind: str | None) -> None:
    assert one(db, "select consolidation.media_type(%s)", said) == (kind,)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        (f"{URL}/posts/a.png", "a.png"),
        (f"{URL}/caf%C3%A9%20menu.png?size=large#top", "café menu.png"),
        (f"{URL}/100%.png", "100%.png"),
        (f"{URL}/%ff.png", "%ff.png"),
        (f"{URL}/a%00b", "a%00b"),
        (f"{URL}/", "file"),
        (URL, "file"),
        (f"{URL}?a=/b.png", "file"),
        ("/relative/path.png", "path.png"),
        ("no address", "no address"),
        (None, "file"),
    ],
)
def test_the_name_of_a_file_by_its_address(db: Connection, address: str | None, name: str) -> None:
    assert one(db, "select consolidation.file_name_of_url(%s)", address) == (name,)


# ---------------------------------------------------------------- posts


FORMS = """
  select platform.name, form.id::text, form.workspace_id::text, form.user_id::text, form.title, form.content, form.hashtags, form.mentions,
    form.status, form.scheduled_for::date::text, form.published_at::date::text, form.ayrshare_post_id, form.platform_results,
    form.analytics, form.metadata, form.created_at::date::text, form.updated_at::date::text
  from public.social_media_posts as form
  join public.social_platforms as platform on platform.id = form.platform_id
  where form.content_post_id = %s
  order by 1
"""


@pytest.mark.parametrize("batch_rows", [1, 50_000])
def test_a_post_becomes_what_was_written_and_a_form_for_each_platform(b: Connection, batch_rows: int) -> None:
    add(b, "old_b", "media_assets", asset(51))
    add(
        b, "old_b", "social_media_posts",
        post(
            41, title="Title", platforms=[" X ", "facebook", "twitter", "", None], media_urls=[f"{URL}/u.png"], media_assets=[uid(51)],
            hashtags=["#one", None, "#two"], mentions=["@m"], status="posted", scheduled_at=DAY.format(3), published_at=DAY.format(4),
            ayrshare_post_id="ayr", platform_results=JsonList([{"platform": "twitter", "id": 1}, {"platform": "Facebook", "id": 2}]),
            analytics={"X": {"likes": 1}, "facebook": {"likes": 2}}, metadata={"m": 1},
        ),
        post(42),
    )  # fmt: skip
    run(b, batch_rows)
    row = one(
        b,
        "select workspace_id::text, user_id::text, campaign_id, title, content, content_type, status, scheduled_for::date::text,"
        " published_at::date::text, tags, metadata, created_at::date::text, updated_at::date::text from public.content_posts where id = %s",
        uid(41),
    )
    assert row == (
        HERS, ANN, None, "Title", "Post 41", "text", "published", "2025-03-03", "2025-03-04", [], {"m": 1}, "2025-03-01", "2025-03-02",
    )  # fmt: skip
    form = (
        HERS, ANN, "Title", "Post 41", ["#one", "#two"], ["@m"], "published", "2025-03-03", "2025-03-04", "ayr",
    )  # fmt: skip
    assert rows(b, FORMS, uid(41)) == [
        ("facebook", computed(b, "b.social_media_posts", f"{uid(41)}:facebook"), *form, {"platform": "Facebook", "id": 2}, {"likes": 2}, {},
         "2025-03-01", "2025-03-02"),
        ("twitter", computed(b, "b.social_media_posts", f"{uid(41)}:twitter"), *form, {"platform": "twitter", "id": 1}, {"likes": 1}, {},
         "2025-03-01", "2025-03-02"),
    ]  # fmt: skip
    made = computed(b, "b.social_media_posts", f"{HERS}:{URL}/u.png")
    assert rows(
        b,
        "select id::text, workspace_id::text, asset_id::text, position, alt_text, metadata, created_at::date::text"
        " from public.content_media where post_id = %s order by position",
        uid(41),
    ) == [
        (computed(b, "b.social_media_posts", f"{uid(41)}:{made}"), HERS, made, 0, None, {}, "2025-03-01"),
        (computed(b, "b.social_media_posts", f"{uid(41)}:{uid(51)}"), HERS, uid(51), 1, None, {}, "2025-03-01"),
    ]
    assert accounts(b)["b.social_media_posts"] == {"split": 1, "migrated": 1}
    parts = rows(
        b,
        "select hybrid_table, hybrid_id::text, part from consolidation.targets where legacy_table = 'b.social_media_posts'"
        " and legacy_key = %s and hybrid_table <> 'public.content_media' order by 1, 3",
        uid(41),
    )
    assert parts == [
        ("public.content_posts", uid(41), None),
        ("public.media_assets", made, None),
        ("public.social_media_posts", computed(b, "b.social_media_posts", f"{uid(41)}:facebook"), "facebook"),
        ("public.social_media_posts", computed(b, "b.social_media_posts", f"{uid(41)}:twitter"), "twitter"),
    ]
    assert kept(b, "b.social_media_posts") == {}


def test_a_post_that_says_next_to_nothing(b: Connection) -> None:
    nothing = dict.fromkeys(
        ("title", "platforms", "media_urls", "media_assets", "hashtags", "mentions", "status", "scheduled_at", "published_at",
         "ayrshare_post_id", "platform_results", "analytics", "metadata", "created_at", "updated_at", "workspace_id")
    )  # fmt: skip
    add(b, "old_b", "social_media_posts", post(41, **nothing))
    run(b)
    row = one(
        b,
        "select workspace_id::text, title, status, scheduled_for, published_at, metadata, created_at = consolidation.begun_at(),"
        " updated_at = consolidation.begun_at() from public.content_posts where id = %s",
        uid(41),
    )
    assert row == (HERS, None, "draft", None, None, {}, True, True)
    assert accounts(b)["b.social_media_posts"] == {"migrated": 1}


def test_what_has_no_platform_to_go_to_stays_with_the_post(b: Connection) -> None:
    add(
        b, "old_b", "social_media_posts",
        post(
            41, platforms=["", None], hashtags=["#one"], mentions=["@m", None], ayrshare_post_id="ayr", analytics={"twitter": 3},
            platform_results=JsonList([{"platform": "twitter", "id": 1}]), metadata={"legacy_mentions": "mine"},
        ),
        post(42, platform_results={"twitter": {"id": 2}}, analytics=JsonList([])),
    )  # fmt: skip
    run(b)
    assert dict(rows(b, "select id::text, metadata from public.content_posts")) == {
        uid(41): {
            "legacy_hashtags": ["#one"], "legacy_mentions": "mine", "legacy_mentions_2": ["@m"], "legacy_ayrshare_post_id": "ayr",
            "legacy_analytics": {"twitter": 3},
        },
        uid(42): {"legacy_analytics": []},
    }  # fmt: skip
    assert kept(b, "b.social_media_posts") == {
        (uid(41), "platform_results"): [{"platform": "twitter", "id": 1}],
        (uid(42), "platform_results"): {"twitter": {"id": 2}},
    }
    assert accounts(b)["b.social_media_posts"] == {"migrated": 2}


def names(connection: Connection) -> dict[str, list[str]]:
    return dict(
        rows(
            connection,
            "select form.content_post_id::text, array_agg(platform.name order by platform.name) from public.social_media_posts as form"
            " join public.social_platforms as platform on platform.id = form.platform_id group by 1",
        )
    )


def test_platforms_are_known_by_any_of_their_names_or_the_post_waits(b: Connection) -> None:
    add(
        b, "old_b", "social_media_posts",
        post(41, platforms=["x"]), post(42, platforms=["Twitter", "X", "ig"]), post(43, platforms=["myspace", "twitter"]),
        post(44, platforms=["Orkut", "twitter"]), post(45, platforms=["orkut", " ORKUT"]), post(46, platforms=["Threads"]),
        post(47, platforms=["bluesky"]),
    )  # fmt: skip
    b.execute("insert into consolidation.value_map values ('platform', 'orkut', ''), ('platform', 'bluesky', 'bluesky')")
    run(b)
    assert names(b) == {
        uid(41): ["twitter"], uid(42): ["instagram", "twitter"], uid(44): ["twitter"], uid(46): ["threads"],
    }  # fmt: skip
    assert reasons(b, "b.social_media_posts") == {
        uid(43): "platforms: a name that is not mapped",
        uid(47): "platforms: one that social_platforms does not have",
    }
    assert dict(rows(b, "select id::text, metadata from public.content_posts where metadata <> '{}'")) == {
        uid(44): {"legacy_platforms": ["Orkut"]},
        uid(45): {"legacy_platforms": ["orkut", " ORKUT"]},
    }


def test_states_are_mapped_kept_or_wait(b: Connection) -> None:
    b.execute("alter table old_b.social_media_posts alter column content drop not null")
    on_x: dict[str, Any] = {"platforms": ["x"]}
    add(
        b, "old_b", "social_media_posts",
        post(41, status="scheduled", **on_x), post(42, status=" Scheduled", scheduled_at="infinity", **on_x),
        post(43, status="error", **on_x),
        post(44, status="on hold"), post(45, status=""), post(46, status="archived"), post(47, status="archived", **on_x),
        post(48, content=None), post(49, workspace_id=GONE), post(50, workspace_id=None, user_id=None), post(51, user_id=GONE),
    )  # fmt: skip
    run(b)
    assert rows(
        b,
        "select post.id::text, post.status, form.status from public.content_posts as post"
        " left join public.social_media_posts as form on form.content_post_id = post.id order by 1",
    ) == [
        (uid(41), "draft", "draft"),
        (uid(42), "scheduled", "scheduled"),
        (uid(43), "failed", "failed"),
        (uid(46), "archived", None),
        (uid(51), "draft", None),
    ]
    assert kept(b, "b.social_media_posts") == {(uid(41), "status"): "scheduled", (uid(51), "user_id"): GONE}
    assert reasons(b, "b.social_media_posts") == {
        uid(44): "status: a word that is not mapped",
        uid(45): "status: a word that is not mapped",
        uid(47): "status: a word that is not mapped for social_media_posts",
        uid(48): "content: there is none",
        uid(49): "workspace_id: no such workspace",
        uid(50): "workspace_id: none, and none to be found",
    }


@pytest.mark.parametrize(
    ("said", "twitter", "facebook", "rest"),
    [
        (JsonList([{"platform": "twitter", "id": 1}]), {"platform": "twitter", "id": 1}, {}, None),
        (
            JsonList([{"platform": "twitter", "try": 1}, {"platform": "X", "try": 2}]),
            [{"platform": "twitter", "try": 1}, {"platform": "X", "try": 2}], {}, None,
        ),
        (
            JsonList([{"platform": "Facebook", "id": 2}, {"platform": "myspace"}, {"platform": "tiktok"}, {"id": 3}, "text", None]),
            {}, {"platform": "Facebook", "id": 2}, [{"platform": "myspace"}, {"platform": "tiktok"}, {"id": 3}, "text", None],
        ),
        ({"twitter": {"id": 4}, "facebook": [5]}, {"id": 4}, [5], None),
        ({"X": {"id": 6}, "errors": [1], "tiktok": 7}, {"id": 6}, {}, {"errors": [1], "tiktok": 7}),
        ({"X": 8, "twitter": 9}, [8, 9], {}, None),
        ({"twitter": None}, {}, {}, None),
        ({}, {}, {}, None),
        (JsonList([]), {}, {}, None),
        (None, {}, {}, None),
        (Jsonb(None), {}, {}, None),
        (Jsonb('[{"platform": "twitter", "id": 10}]'), {"platform": "twitter", "id": 10}, {}, None),
        (Jsonb('{"facebook": {"id": 11}}'), {}, {"id": 11}, None),
        (Jsonb("null"), {}, {}, None),
        (Jsonb("no JSON"), {}, {}, "no JSON"),
        (Jsonb(""), {}, {}, ""),
        (Jsonb(42), {}, {}, 42),
    ],
)  # fmt: skip
def test_each_form_gets_its_own_result_and_the_rest_is_kept(b: Connection, said: Any, twitter: Any, facebook: Any, rest: Any) -> None:
    add(b, "old_b", "social_media_posts", post(41, platforms=["x", "facebook"], platform_results=said))
    run(b)
    assert dict(rows(b, "select name, platform_results from public.social_media_posts as form join public.social_platforms as p"
                     " on p.id = platform_id")) == {"twitter": twitter, "facebook": facebook}  # fmt: skip
    assert kept(b, "b.social_media_posts") == ({} if rest is None else {(uid(41), "platform_results"): rest})


@pytest.mark.parametrize(
    ("platforms", "said", "forms", "rest"),
    [
        (["x"], {"likes": 1}, {"twitter": {"likes": 1}}, None),
        (["x"], {"Twitter": {"likes": 2}}, {"twitter": {"likes": 2}}, None),
        (["x"], {"facebook": {"likes": 3}}, {"twitter": {}}, {"facebook": {"likes": 3}}),
        (["x"], JsonList([4]), {"twitter": [4]}, None),
        (["x"], Jsonb(None), {"twitter": {}}, None),
        (["x"], None, {"twitter": {}}, None),
        (["x", "facebook"], {"likes": 5}, {"twitter": {}, "facebook": {}}, {"likes": 5}),
        (["x", "facebook"], {"X": {"likes": 6}, "total": 7}, {"twitter": {"likes": 6}, "facebook": {}}, {"total": 7}),
        (["x", "facebook"], {"twitter": {"likes": 8}, "facebook": 9}, {"twitter": {"likes": 8}, "facebook": 9}, None),
        (["x", "facebook"], {}, {"twitter": {}, "facebook": {}}, None),
        (["x", "facebook"], JsonList([1, 2]), {"twitter": {}, "facebook": {}}, [1, 2]),
    ],
)
def test_no_figure_is_counted_twice(b: Connection, platforms: list[str], said: Any, forms: dict[str, Any], rest: Any) -> None:
    add(b, "old_b", "social_media_posts", post(41, platforms=platforms, analytics=said))
    run(b)
    found = rows(b, "select name, analytics from public.social_media_posts as form join public.social_platforms as p on p.id = platform_id")
    assert dict(found) == forms
    assert one(b, "select metadata from public.content_posts") == ({} if rest is None else {"legacy_analytics": rest},)


SHOWN = """
  select media.post_id::text, array_agg(asset.url order by media.position), array_agg(media.position order by media.position)
  from public.content_media as media join public.media_assets as asset on asset.id = media.asset_id
  group by 1 order by 1
"""


@pytest.mark.parametrize("batch_rows", [1, 50_000])
def test_an_address_is_one_asset_of_its_workspace_however_often_it_is_used(b: Connection, batch_rows: int) -> None:
    twice, other, his = f"{URL}/twice.png", f"{URL}/caf%C3%A9.mp4", {"workspace_id": HIS, "user_id": BOB}
    add(
        b, "old_b", "social_media_posts",
        post(41, media_urls=[f" {twice} ", twice, "", None, other], media_assets=[other, f"{URL}/third.png"], created_at=DAY.format(5)),
        post(42, media_urls=[twice], created_at=DAY.format(4), updated_at=DAY.format(6)),
        # rejected, and still the oldest that names it
        post(43, media_urls=[twice], created_at=DAY.format(3), updated_at=DAY.format(4), user_id=GONE, status="on hold"),
        post(44, media_urls=[twice], **his),
        post(45, media_urls=["no address"]),
    )  # fmt: skip
    run(b, batch_rows)
    assert rows(b, SHOWN) == [
        (uid(41), [twice, other, f"{URL}/third.png"], [0, 1, 2]),
        (uid(42), [twice], [0]),
        (uid(44), [twice], [0]),
        (uid(45), ["no address"], [0]),
    ]
    found = rows(
        b,
        "select id::text, workspace_id::text, user_id::text, filename, original_filename, media_type, mime_type, file_size,"
        " created_at::date::text, updated_at::date::text from public.media_assets where url in (%s, %s) order by url, workspace_id",
        twice, other,
    )  # fmt: skip
    unknown = ("application/octet-stream", None)
    assert found == [
        (computed(b, "b.social_media_posts", f"{HERS}:{other}"), HERS, ANN, "café.mp4", "café.mp4", "video", *unknown,
         "2025-03-05", "2025-03-02"),
        (computed(b, "b.social_media_posts", f"{HERS}:{twice}"), HERS, None, "twice.png", "twice.png", "image", *unknown,
         "2025-03-03", "2025-03-04"),
        (computed(b, "b.social_media_posts", f"{HIS}:{twice}"), HIS, BOB, "twice.png", "twice.png", "image", *unknown,
         "2025-03-01", "2025-03-02"),
    ]  # fmt: skip


def test_an_asset_of_the_library_with_the_address_is_attached_the_oldest_first(b: Connection) -> None:
    same = {"url": f"{URL}/same.png"}
    add(
        b, "old_b", "media_assets",
        asset(53, **same), asset(52, **same), asset(51, **same, created_at=DAY.format(2)),
        asset(54, **same, workspace_id=HIS, created_at="2020-01-01"),
    )  # fmt: skip
    add(b, "old_b", "social_media_posts", post(41, media_urls=[same["url"]], media_assets=[uid(51), uid(52), same["url"]]))
    run(b)
    assert rows(b, "select asset_id::text, position from public.content_media order by position") == [(uid(52), 0), (uid(51), 1)]
    assert rows(b, "select count(*) from public.media_assets") == [(4,)]


def test_elements_of_media_assets_that_name_nothing_stay_with_the_post(b: Connection) -> None:
    add(b, "old_b", "media_assets", asset(51), asset(52, workspace_id=HIS, user_id=BOB), asset(53, user_id=GONE, workspace_id=GONE))
    upper = uid(51).upper()
    add(
        b, "old_b", "social_media_posts",
        post(41, media_assets=[uid(51), upper, f" {uid(51)} ", "{" + uid(51) + "}"]),
        post(42, media_assets=[uid(52), GONE, "no id", "", None, uid(51), uid(53), "HTTPS://x.org/a"], metadata={"legacy_media_assets": 1}),
    )  # fmt: skip
    run(b)
    assert rows(b, "select post_id::text, asset_id::text, position from public.content_media order by 1") == [
        (uid(41), uid(51), 0),
        (uid(42), uid(51), 0),
    ]
    assert rows(b, "select metadata from public.content_posts order by id") == [
        ({},),
        ({"legacy_media_assets": 1, "legacy_media_assets_2": [uid(52), GONE, "no id", "", uid(53), "HTTPS://x.org/a"]},),
    ]


def test_a_post_that_is_tried_again_brings_its_files_and_finds_what_is_there(b: Connection) -> None:
    add(b, "old_b", "media_assets", asset(51, workspace_id=GONE))
    add(
        b, "old_b", "social_media_posts",
        post(41, media_urls=[f"{URL}/a.png"]),
        post(42, media_urls=[f"{URL}/a.png", f"{URL}/b.png", f"{URL}/51.png"], platforms=["myspace"]),
    )  # fmt: skip
    take(b, "b", "old_b")
    b.commit()
    run_all(b)
    assert rows(b, SHOWN) == [(uid(41), [f"{URL}/a.png"], [0])]
    b.execute("insert into consolidation.value_map values ('platform', 'myspace', 'facebook')")
    b.execute("update legacy_b.media_assets set workspace_id = %s", (HERS,))
    b.execute("select consolidation.retry_rejects()")
    b.commit()
    run_all(b)
    check_accounted(b)
    assert rows(b, SHOWN) == [(uid(41), [f"{URL}/a.png"], [0]), (uid(42), [f"{URL}/{name}.png" for name in ("a", "b", "51")], [0, 1, 2])]
    assert rows(b, "select id::text from public.media_assets where url = %s", f"{URL}/51.png") == [(uid(51),)]


def test_lists_that_drifted_to_json_and_ids_that_drifted_to_text_lose_no_file(b: Connection) -> None:
    b.execute(
        "alter table old_b.social_media_posts alter column media_urls drop default, alter column media_urls type jsonb using '[]',"
        " alter column platforms drop default, alter column platforms type text using '[]'"
    )
    b.execute("alter table old_b.campaigns alter column posts drop default, alter column posts type jsonb using '[]'")
    add(b, "old_b", "social_media_posts", post(41, media_urls=JsonList([f"{URL}/a.png"]), platforms='["x", "facebook"]'))
    add(b, "old_b", "campaigns", campaign(31, posts=JsonList([uid(41)])))
    run(b)
    assert rows(b, SHOWN) == [(uid(41), [f"{URL}/a.png"], [0])]
    assert names(b) == {uid(41): ["facebook", "twitter"]}
    assert campaigns_of_posts(b) == {uid(41): uid(31)}


def test_what_a_platform_said_is_in_no_column_that_a_client_reads(b: Connection) -> None:
    answer = {"id": 1, "auth": {"access_token": "hush-1"}}
    add(
        b, "old_b", "social_media_posts",
        post(41, platforms=["x"], platform_results=JsonList([{"platform": "x", **answer}, {"platform": "myspace", **answer}])),
        post(42, platform_results={"twitter": answer}),
        post(43, status="on hold", platform_results={"twitter": answer}),
    )  # fmt: skip
    run(b)
    found = rows(
        b,
        "select legacy_key, legacy_row ->> 'platform_results' from consolidation.rejects",
    )
    assert found == [(uid(43), "********")]
    where = {
        table for table, lines in result(b).items() if any("hush" in line for line in lines)
    }  # fmt: skip
    assert where == {"consolidation.kept", "public.social_media_posts"}
    assert one(b, "select bool_or((to_jsonb(form) - 'platform_results')::text like '%%hush%%') from public.social_media_posts as form") == (
        False,
    )


# ---------------------------------------------------------------- where B meets A


def write_a(connection: Connection) -> None:
    """A hybrid in use: a post, a form of it, and a file that it shows, which A's are not."""
    run_all(connection, "people")
    connection.execute(
        "insert into public.content_posts"
        " (id, workspace_id, user_id, title, content, status, published_at, metadata, created_at, updated_at)"
        " values (%s, %s, %s, 'Same', 'Post 41', 'published', %s, '{\"m\": 1, \"a\": 2}', %s, %s)",
        (uid(41), HERS, ANN, DAY.format(4), DAY.format(1), DAY.format(1)),
    )
    connection.execute(
        "insert into public.social_media_posts"
        " (id, workspace_id, content_post_id, user_id, platform_id, title, content, status, published_at,"
        " ayrshare_post_id, platform_results) select %s, %s, %s, %s, id, 'Same', 'Post 41', 'published', %s, 'ayr-a', '{\"id\": \"A\"}'"
        " from public.social_platforms where name = 'twitter'",
        (uid(61), HERS, uid(41), ANN, DAY.format(4)),
    )
    connection.execute(
        "insert into public.media_assets (id, workspace_id, filename, media_type, url, created_at) values"
        " (%s, %s, 'a.png', 'image', %s, '2020-01-01')",
        (uid(62), HERS, f"{URL}/a.png"),
    )
    connection.execute(
        "insert into public.content_media (id, workspace_id, post_id, asset_id, position) values (%s, %s, %s, %s, 3)",
        (uid(63), HERS, uid(41), uid(62)),
    )
    connection.commit()


def same(number: int, **values: Any) -> dict[str, Any]:
    return post(number, title="Same", status="published", published_at=DAY.format(4), metadata={"m": 1}, **values)


def meet(connection: Connection, order: Callable[[Connection], None]) -> None:
    take(connection, "b", "old_b")
    connection.commit()
    order(connection)
    run_all(connection)
    check_accounted(connection)
    first = result(connection)
    connection.commit()
    run_all(connection)
    assert result(connection) == first


def test_a_post_that_says_the_same_is_merged_and_adds_what_a_lacks(b: Connection) -> None:
    add(
        b, "old_b", "social_media_posts",
        same(
            41, platforms=["x", "facebook"], ayrshare_post_id="ayr-b", platform_results={"twitter": {"id": "B"}, "facebook": {"id": "F"}},
            media_urls=[f"{URL}/a.png", f"{URL}/b.png"], analytics={"likes": 1}, hashtags=["#b"],
        ),
    )  # fmt: skip
    add(b, "old_b", "campaigns", campaign(31, posts=[uid(41)]))
    meet(b, write_a)
    assert accounts(b)["b.social_media_posts"] == {"merged": 1}
    assert rows(b, "select id::text, title, metadata, campaign_id::text, updated_at::date::text from public.content_posts") == [
        (uid(41), "Same", {"m": 1, "a": 2, "legacy_analytics": {"likes": 1}}, uid(31), "2025-03-01"),
    ]
    assert [(row[0], row[1], row[6], row[11], row[12]) for row in rows(b, FORMS, uid(41))] == [
        ("facebook", computed(b, "b.social_media_posts", f"{uid(41)}:facebook"), ["#b"], "ayr-b", {"id": "F"}),
        ("twitter", uid(61), [], "ayr-a", {"id": "A"}),
    ]
    # behind what A's post shows already
    assert rows(b, SHOWN) == [(uid(41), [f"{URL}/a.png", f"{URL}/b.png"], [3, 4])]
    differs = rows(
        b,
        "select hybrid_table, hybrid_id::text, hybrid_column, value_a, value_b from consolidation.conflicts where kind = 'difference'"
        " and legacy_table = 'b.social_media_posts' order by 1, 3",
    )
    assert differs == [
        ("public.content_posts", uid(41), "updated_at", "2025-03-01T10:00:00+00:00", "2025-03-02T10:00:00+00:00"),
        ("public.social_media_posts", uid(61), "ayrshare_post_id", "ayr-a", "ayr-b"),
        ("public.social_media_posts", uid(61), "hashtags", [], ["#b"]),
    ]
    assert kept(b, "b.social_media_posts") == {(uid(41), "platform_results"): {"twitter": {"id": "B"}, "facebook": {"id": "F"}}}
    assert legacy_posts(b) == {}


@pytest.mark.parametrize(
    "other",
    [
        {"content": "Other"}, {"title": None}, {"workspace_id": HIS}, {"user_id": BOB}, {"status": "failed"},
        {"published_at": None}, {"scheduled_at": DAY.format(3)}, {"metadata": {"m": 2}},
    ],
)  # fmt: skip
def test_a_post_with_the_id_of_another_gets_a_computed_one_and_is_recorded(b: Connection, other: dict[str, Any]) -> None:
    add(b, "old_b", "social_media_posts", same(41, platforms=["x"], media_urls=[f"{URL}/a.png"]) | other)
    add(b, "old_b", "campaigns", campaign(31, posts=[uid(41)], workspace_id=other.get("workspace_id", HERS)))
    meet(b, write_a)
    mine = computed(b, "b.social_media_posts", uid(41))
    assert campaigns_of_posts(b) == {uid(41): None, mine: uid(31)}
    assert names(b) == {uid(41): ["twitter"], mine: ["twitter"]}
    assert rows(b, "select legacy_key, hybrid_id::text, rule from consolidation.conflicts where kind = 'same_id'") == [
        (uid(41), mine, "keep_id: another post has this id, this one's is computed"),
    ]
    assert accounts(b)["b.social_media_posts"] == {"split": 1}
    # the file of A with this address, where it is of the same workspace
    assets = rows(b, "select asset_id::text from public.content_media where post_id = %s", mine)
    assert (assets == [(uid(62),)]) == ("workspace_id" not in other)


@pytest.mark.parametrize("is_at_once", [True, False], ids=["both at once", "A, then B"])
def test_posts_of_both_meet_in_either_order(b: Connection, is_at_once: bool) -> None:
    create_legacy(b, "a", "old_a")
    add(b, "old_a", "users", {"id": ANN, "email": "ann@x.org", **DAYS}, {"id": BOB, "email": "bob@x.org", **DAYS})
    add(b, "old_a", "workspaces", {"id": HERS, "name": "Hers", "owner_id": ANN, **DAYS})
    said: dict[str, Any] = {"title": "Same", "status": "published", "published_at": DAY.format(4), "metadata": {"m": 1}}
    add(b, "old_a", "content_posts", post(41, **said), post(43, **said), post(44))
    add(b, "old_a", "social_media_posts", post(42, platforms=["twitter"], hashtags=["#a"], **said))
    add(
        b, "old_a", "content_media",
        {"id": uid(71), "post_id": uid(41), "workspace_id": HERS, "file_name": "a.png", "file_url": f"{URL}/a.png",
         "file_type": "image", "created_at": DAY.format(1)},
    )  # fmt: skip
    add(
        b, "old_b", "social_media_posts",
        post(41, platforms=["facebook"], media_urls=[f"{URL}/a.png", f"{URL}/b.png"], **said),
        post(42, platforms=["x", "facebook"], hashtags=["#b"], media_assets=[f"{URL}/b.png"], **said),
        post(43, platforms=["x"], **said | {"title": "Other"}),
        post(45, media_urls=[f"{URL}/a.png"]),
    )  # fmt: skip
    add(b, "old_b", "campaigns", campaign(31, posts=[uid(41), uid(43), uid(44)]))
    take(b, "a", "old_a")
    if not is_at_once:
        b.commit()
        run_all(b)
    take(b, "b", "old_b")
    b.commit()
    run_all(b)
    check_accounted(b)
    first = result(b)
    b.commit()
    run_all(b)
    assert result(b) == first

    mine = computed(b, "b.social_media_posts", uid(43))
    assert accounts(b)["b.social_media_posts"] == {"merged": 2, "split": 2}
    assert names(b) == {uid(41): ["facebook"], uid(42): ["facebook", "twitter"], mine: ["twitter"]}
    assert campaigns_of_posts(b) == {uid(41): uid(31), uid(42): None, uid(43): None, uid(44): None, uid(45): None, mine: uid(31)}
    # a post of A alone is not B's to put into a campaign
    assert legacy_posts(b) == {uid(31): {"legacy_posts": [uid(44)]}}
    assert rows(b, SHOWN) == [
        (uid(41), [f"{URL}/a.png", f"{URL}/b.png"], [0, 1]),
        (uid(42), [f"{URL}/b.png"], [0]),
        (uid(45), [f"{URL}/a.png"], [0]),
    ]
    assert one(b, "select count(*), count(distinct url) from public.media_assets") == (2, 2)
    differs = rows(
        b,
        "select legacy_key, hybrid_id::text, value_a, value_b from consolidation.conflicts where kind = 'difference'"
        " and hybrid_table = 'public.social_media_posts'",
    )
    assert differs == [(uid(42), computed(b, "a.social_media_posts", f"{uid(42)}:twitter"), ["#a"], ["#b"])]


def test_campaigns_templates_and_assets_of_an_id_that_is_taken(b: Connection) -> None:
    """Their ids can only be those of rows that the hybrid has by itself: the same row is merged, another one stays."""
    add(b, "old_b", "campaigns", campaign(31, metadata={"m": 1}, posts=["no id"]), campaign(32))
    add(b, "old_b", "content_templates", template(33), template(34))
    add(b, "old_b", "media_assets", asset(35), asset(36))

    def write(connection: Connection) -> None:
        run_all(connection, "people")
        for table, number, values in (
            ("campaigns", 31, {"metadata": {"m": 1, "legacy_posts": ["no id"]}}),
            ("campaigns", 32, {}),
            ("content_templates", 33, {}),
            ("content_templates", 34, {}),
            ("media_assets", 35, {}),
            ("media_assets", 36, {}),
        ):
            made = {"campaigns": campaign, "content_templates": template, "media_assets": asset}[table](number, **values)
            add(connection, "public", table, made | ({"user_id": BOB} if number in (32, 34, 36) else {}))
        connection.commit()

    meet(b, write)
    assert {table: counts for table, counts in accounts(b).items() if table not in ("b.users", "b.workspaces")} == {
        "b.campaigns": {"merged": 1, "migrated": 1},
        "b.content_templates": {"merged": 1, "migrated": 1},
        "b.media_assets": {"merged": 1, "migrated": 1},
    }
    assert sorted(rows(b, "select legacy_key, hybrid_id::text from consolidation.conflicts where kind = 'same_id'")) == [
        (uid(32), computed(b, "b.campaigns", uid(32))),
        (uid(34), computed(b, "b.content_templates", uid(34))),
        (uid(36), computed(b, "b.media_assets", uid(36))),
    ]
    assert legacy_posts(b) == {uid(31): {"m": 1, "legacy_posts": ["no id"]}}


# ---------------------------------------------------------------- all that the fixtures know

OWN = ("b.campaigns", "b.content_templates", "b.media_assets", "b.social_media_posts")


@pytest.mark.parametrize(
    ("size", "shapes", "drift"),
    [
        (SMALL, (A, B), ()),
        (TINY, (B,), DRIFT),
        (TINY, (together(),), ()),
        (TINY, (together(frozenset({"social_media_posts", "workspaces"})),), ()),
    ],
    ids=["both", "B with drift", "in one schema", "in one schema with the posts of B"],
)
def test_with_every_hazard_no_row_is_lost_and_no_step_stops(
    clone: Connection, size: int, shapes: tuple[Shape, ...], drift: Collection[str]
) -> None:
    clone.execute(
        "insert into public.social_platforms (name, display_name)"
        " select word, word from consolidation.value_map where hybrid_column = 'platform' and word = becomes on conflict do nothing"
    )
    for database in generate(11, size, ALL, shapes=shapes, drift=drift).databases:
        schema = f"old_{database.name.lower()}"
        install(clone, database, schema, indexes=False)
        for letter in sorted({letter.lower() for letter in database.shape.values()}) if len(shapes) > 1 else [None]:
            clone.execute("select * from consolidation.capture(%s, %s)", (schema, letter))
    clone.commit()
    run_all(clone, batch_rows=500)
    check_accounted(clone)
    found = accounts(clone)
    there = [table for table in OWN if any(shape.get(table[2:]) == "B" for shape in shapes)]
    empty = {"b.content_templates"} if drift else set()
    assert {table for table in there if found.get(table, {}).get("migrated")} == {*there} - empty
    # PostgreSQL itself refused nothing: each fault was judged, but for a value that is none of its column's type
    unjudged = rows(
        clone, "select legacy_table, reason from consolidation.rejects where legacy_table = any(%s) and reason ~ '\\[.....\\]$'", [*OWN]
    )
    assert [line for line in unjudged if "[22" not in line[1]] == []
    first = result(clone)
    clone.commit()
    assert run_all(clone) == ["run 2 begins"]
    assert result(clone) == first
