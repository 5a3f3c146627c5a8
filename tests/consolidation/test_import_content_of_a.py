"""What A wrote, the files and forms of it, and what was published: what becomes of each row, by which rule."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from psycopg import sql
from psycopg.types.json import Jsonb

from scripts import shim
from scripts.server import SUPERUSER
from scripts.target import Connection, Target
from tests.conftest import test_server
from tests.consolidation.legacy.generator import ALL, TINY, generate
from tests.consolidation.legacy.lists import A, B, Shape, together
from tests.consolidation.legacy.load import install, load_accounts
from tests.consolidation.legacy.values import SECRET
from tests.consolidation.small import JsonList, accounts, add, begun, check_accounted, result, run_all, take, uid
from tests.consolidation.test_import_accounts import DAY, add_people, reasons, rows, start_anew

URL = "https://x.org/files"

#: What a row of each table says that is nothing out of the way.
POST = {"workspace_id": uid(11), "user_id": uid(1), "content": "text"}
FILE = {"workspace_id": uid(11), "file_name": "f.png", "file_url": f"{URL}/f.png", "file_type": "image"}

#: A post that stands in both tables, and says the same.
TWICE = {
    **POST, "title": "Twice", "content": "the same", "status": "published", "published_at": DAY.format(3), "metadata": {"k": 1},
    "created_at": DAY.format(1), "updated_at": DAY.format(2),
}  # fmt: skip


def fill_a(connection: Connection) -> None:
    add_people(connection)
    connection.execute(
        "alter table old_a.content_posts alter column content drop not null;"
        "alter table old_a.social_media_posts alter column content drop not null;"
        "alter table old_a.content_media alter column file_name drop not null, alter column file_url drop not null;"
    )
    for number, name in ((31, "x"), (32, "facebook"), (33, "mastodon")):
        add(connection, "old_a", "social_platforms", {"id": uid(number), "name": name, "display_name": name, "created_at": DAY.format(1)})
    for number, workspace, platform in ((41, 11, 31), (42, 13, 31), (43, 11, 33)):
        account = {"id": uid(number), "workspace_id": uid(workspace), "platform_id": uid(platform), "account_name": f"a{number}"}
        add(connection, "old_a", "user_social_accounts", {**account, "connected_at": DAY.format(1)})
    fill_posts(connection)
    fill_files(connection)
    fill_forms(connection)
    fill_publications(connection)


def fill_posts(connection: Connection) -> None:
    add(
        connection, "old_a", "content_posts",
        {**POST, "id": uid(101), "title": "Plain", "content_type": "video", "status": "scheduled", "scheduled_for": DAY.format(5),
         "published_at": DAY.format(6), "metadata": {"k": 1}, "tags": ["b", None, "a"], "created_at": DAY.format(1),
         "updated_at": DAY.format(2)},
        {**POST, "id": uid(102), "workspace_id": None, "user_id": uid(2), "content_type": None, "status": None, "metadata": None,
         "tags": None, "created_at": None, "updated_at": None},
        {**POST, "id": uid(103), "workspace_id": None},
        {**POST, "id": uid(104), "status": "Posted ", "content_type": " Image", "metadata": JsonList([1])},
        {**POST, "id": uid(105), "status": "scheduled", "scheduled_for": None},
        {**POST, "id": uid(106), "status": "on hold"},
        {**POST, "id": uid(107), "content_type": "reel"},
        {**POST, "id": uid(108), "content": None},
        {**POST, "id": uid(109), "workspace_id": uid(99)},
        {**POST, "id": uid(110), "user_id": uid(99)},
        {**TWICE, "id": uid(111)},
    )  # fmt: skip


def fill_files(connection: Connection) -> None:
    add(
        connection, "old_a", "content_media",
        {**FILE, "id": uid(201), "post_id": uid(101), "file_size": 5, "mime_type": "image/png", "alt_text": "what it shows",
         "metadata": {"m": 1}, "created_at": DAY.format(3)},
        {**FILE, "id": uid(202), "post_id": uid(101), "created_at": DAY.format(2), "file_url": f"{URL}/two.png", "metadata": JsonList([2])},
        {**FILE, "id": uid(203), "post_id": uid(101), "created_at": None, "metadata": None},
        {**FILE, "id": uid(204), "post_id": None, "alt_text": "alone", "metadata": {"file_type": "mine"}, "file_type": ".PDF",
         "created_at": DAY.format(4)},
        {**FILE, "id": uid(205), "post_id": uid(102), "alt_text": "elsewhere"},
        {**FILE, "id": uid(206), "post_id": uid(102), "workspace_id": None, "file_size": -1, "mime_type": None, "file_type": "hologram"},
        {**FILE, "id": uid(207), "post_id": None, "workspace_id": None},
        {**FILE, "id": uid(208), "post_id": uid(103)},
        {**FILE, "id": uid(209), "file_name": None, "post_id": uid(101), "created_at": DAY.format(1)},
        {**FILE, "id": uid(210), "file_url": None},
        {**FILE, "id": uid(211), "workspace_id": uid(99)},
        {**FILE, "id": uid(212), "post_id": uid(111), "file_type": "video/mp4", "created_at": DAY.format(4)},
    )  # fmt: skip


def fill_forms(connection: Connection) -> None:
    day = {"created_at": DAY.format(3), "updated_at": DAY.format(4)}
    add(
        connection, "old_a", "social_media_posts",
        {**POST, **day, "id": uid(301), "title": "Plain", "platforms": ["twitter", "facebook"], "hashtags": ["#a", None],
         "mentions": ["@m"], "status": "published", "scheduled_for": DAY.format(5), "published_at": DAY.format(6),
         "ayrshare_post_id": "ayr", "platform_results": {"twitter": {"id": "t"}, "facebook": {"id": "f"}},
         "analytics": {"twitter": {"likes": 1}},
         "metadata": {"k": 2}, "media_assets": [f"{URL}/new%20one.mp4?x=1", f" {URL}/f.png", f"{URL}/new%20one.mp4?x=1"]},
        {**POST, **day, "id": uid(302), "workspace_id": None, "user_id": uid(2), "platforms": [" Mastodon", "X", "x", "", None, "Twitter"],
         "platform_results": JsonList([{"platform": "x", "n": 1}, {"platform": "Twitter", "n": 2}, {"platform": "myspace"}, "text", None]),
         "analytics": {"x": 1, "total": 2}, "media_assets": [uid(77), "", None, f"{URL}/new%20one.mp4?x=1"]},
        {**POST, **day, "id": uid(303), "platforms": [], "hashtags": ["#a"], "mentions": ["@m"], "ayrshare_post_id": "ayr",
         "analytics": {"likes": 3}, "platform_results": {"twitter": 1}, "metadata": {"legacy_hashtags": "mine"}},
        {**POST, **day, "id": uid(304), "platforms": ["twitter", "myspace"]},
        {**POST, **day, "id": uid(305), "platforms": ["Friendster", "twitter"], "analytics": {"likes": 4}},
        {**POST, **day, "id": uid(306), "platforms": ["twitter", "mastodon"], "analytics": {"likes": 5},
         "platform_results": json.dumps(json.dumps({"X": 1, "twitter": 2, "errors": [1]}))},
        {**POST, **day, "id": uid(307), "platforms": None, "hashtags": None, "mentions": None, "media_assets": None, "status": None,
         "platform_results": '"no JSON"', "analytics": None, "metadata": None, "user_id": uid(99)},
        {**POST, **day, "id": uid(308), "platforms": ["twitter"], "status": "scheduled", "platform_results": JsonList([])},
        {**POST, **day, "id": uid(309), "platforms": ["twitter"], "status": "archived"},
        {**POST, **day, "id": uid(310), "platforms": [], "status": "archived"},
        {**POST, **day, "id": uid(311), "status": "on hold"},
        {**POST, **day, "id": uid(312), "content": None},
        {**POST, **day, "id": uid(313), "workspace_id": None},
        {**POST, **day, "id": uid(314), "workspace_id": uid(99)},
        # the id of a post that says something else, and of one that says the same
        {**POST, **day, "id": uid(101), "title": "Another", "platforms": ["facebook"]},
        {**TWICE, "id": uid(111), "platforms": ["x"], "hashtags": ["#a"], "media_assets": [f"{URL}/new%20one.mp4?x=1", "no address"]},
    )  # fmt: skip


def fill_publications(connection: Connection) -> None:
    own = {"post_id": uid(101), "account_id": uid(41)}
    add(
        connection, "old_a", "post_publications",
        {**own, "id": uid(401), "platform_post_id": "p", "status": "published", "published_at": DAY.format(5), "error_message": "none",
         "platform_response": {"token": "hush"}, "created_at": DAY.format(4)},
        {**own, "id": uid(402), "created_at": DAY.format(3), "status": "Error"},
        {**own, "id": uid(403), "created_at": None, "status": None, "platform_response": None},
        {**own, "id": uid(404), "account_id": None},
        {**own, "id": uid(405), "account_id": None},
        {**own, "id": uid(406), "account_id": uid(42)},
        {**own, "id": uid(407), "account_id": uid(98)},
        {**own, "id": uid(408), "post_id": None},
        {**own, "id": uid(409), "post_id": uid(103)},
        {**own, "id": uid(410), "status": "on hold", "created_at": DAY.format(6)},
        {**own, "id": uid(411), "post_id": uid(111)},
        {**own, "id": uid(412), "post_id": uid(111), "account_id": uid(43)},
    )  # fmt: skip


def prepare(connection: Connection) -> None:
    fill_a(connection)
    begun(connection)
    connection.execute("insert into consolidation.value_map values ('platform', 'friendster', '')")
    take(connection, "a", "old_a")
    connection.commit()


@pytest.fixture
def a(clone: Connection) -> Connection:
    """A database in which A is captured."""
    prepare(clone)
    return clone


@pytest.fixture(scope="module")
def _imported(database: Any, _admin: Connection) -> Iterator[Target]:
    """The same, imported: for tests that only look."""
    target = test_server().target(f"{database.dbname}_content_of_a")
    shim.clone_database(_admin, database.template_dbname, target.database)
    with target.connect(autocommit=False) as connection:
        prepare(connection)
        run_all(connection)
    yield target
    shim.drop_database(test_server(), target.database)


@pytest.fixture
def done(_imported: Target) -> Iterator[Connection]:
    with _imported.connect(autocommit=False) as connection:
        yield connection


def one(connection: Connection, table: str, identity: str) -> dict[str, Any]:
    """Return a row of the hybrid as JSON."""
    found = connection.execute(
        sql.SQL("select to_jsonb(found) from public.{} as found where id = %s").format(sql.Identifier(table)), [identity]
    )
    row = found.fetchone()
    assert row, f"{table} has no {identity}"
    return dict(row[0])


def computed(connection: Connection, name: str) -> str:
    return str(rows(connection, "select private.computed_id(%s)", name)[0][0])


def form(connection: Connection, number: int, platform: str) -> dict[str, Any]:
    return one(connection, "social_media_posts", computed(connection, f"legacy_a.social_media_posts:{uid(number)}:{platform}"))


def kept(connection: Connection, table: str) -> dict[tuple[str, str], Any]:
    found = rows(connection, "select right(legacy_key, 3), legacy_column, value from consolidation.kept where legacy_table = %s", table)
    return {(key, column): value for key, column, value in found}


def at(day: int) -> str:
    return f"2025-03-0{day}T10:00:00+00:00"


def test_every_row_is_accounted_for_and_a_second_run_changes_nothing(a: Connection) -> None:
    run_all(a)
    check_accounted(a)
    found = accounts(a)
    assert found["a.content_posts"] == {"migrated": 6, "rejected": 5}
    assert found["a.content_media"] == {"split": 5, "migrated": 3, "rejected": 4}
    assert found["a.social_media_posts"] == {"split": 6, "migrated": 3, "merged": 1, "rejected": 6}
    assert found["a.post_publications"] == {"migrated": 9, "rejected": 3}
    first = result(a)
    assert run_all(a) == ["run 3 begins"]
    assert result(a) == first


# ---------------------------------------------------------------- content_posts


def test_a_post_comes_whole(done: Connection) -> None:
    assert one(done, "content_posts", uid(101)) == {
        "id": uid(101), "workspace_id": uid(11), "user_id": uid(1), "campaign_id": None, "title": "Plain", "content": "text",
        "content_type": "video", "status": "scheduled", "scheduled_for": at(5), "published_at": at(6), "tags": ["b", "a"],
        "metadata": {"k": 1}, "created_at": at(1), "updated_at": at(2),
    }  # fmt: skip


def test_a_post_without_a_workspace_goes_home_and_defaults_stand_in_for_nulls(done: Connection) -> None:
    post = one(done, "content_posts", uid(102))
    assert (post["workspace_id"], post["content_type"], post["status"], post["tags"], post["metadata"]) == (
        uid(13),
        "text",
        "draft",
        [],
        {},
    )
    assert post["created_at"] == post["updated_at"] == "2026-01-01T00:00:00+00:00"


def test_words_of_posts_are_mapped_and_metadata_is_an_object(done: Connection) -> None:
    post = one(done, "content_posts", uid(104))
    assert (post["status"], post["content_type"], post["metadata"]) == ("published", "image", {"legacy_metadata": [1]})
    assert one(done, "content_posts", uid(105))["status"] == "draft"
    assert one(done, "content_posts", uid(110))["user_id"] is None
    assert kept(done, "a.content_posts") == {("105", "status"): "scheduled", ("110", "user_id"): uid(99)}


def test_a_post_that_cannot_be_placed_or_told_is_rejected(done: Connection) -> None:
    assert reasons(done, "a.content_posts") == {
        "03": "workspace_id: none, and none to be found",
        "06": "status: a word that is not mapped",
        "07": "content_type: a word that is not mapped",
        "08": "content: there is none",
        "09": "workspace_id: no such workspace",
    }


# ---------------------------------------------------------------- content_media


def asset_of(connection: Connection, number: int) -> dict[str, Any]:
    return one(connection, "media_assets", computed(connection, f"legacy_a.content_media:{uid(number)}:file"))


def test_a_file_becomes_an_asset_and_its_place_in_the_post(done: Connection) -> None:
    asset = asset_of(done, 201)
    assert asset == {
        "id": asset["id"], "workspace_id": uid(11), "user_id": uid(1), "filename": "f.png", "original_filename": "f.png",
        "media_type": "image", "mime_type": "image/png", "file_size": 5, "url": f"{URL}/f.png", "thumbnail_url": None, "dimensions": {},
        "duration": None, "generated_by": None, "generation_params": {}, "tags": [], "is_public": False,
        "metadata": {"file_type": "image"}, "created_at": at(3), "updated_at": at(3),
    }  # fmt: skip
    assert one(done, "content_media", uid(201)) == {
        "id": uid(201), "workspace_id": uid(11), "post_id": uid(101), "asset_id": asset["id"], "position": 1,
        "alt_text": "what it shows", "metadata": {"m": 1}, "created_at": at(3),
    }  # fmt: skip
    line = rows(
        done,
        "select hybrid_id::text, outcome from consolidation.ledger where legacy_table = 'a.content_media' and legacy_key = %s",
        uid(201),
    )
    assert line == [(asset["id"], "split")]
    assert rows(done, "select hybrid_id::text, hybrid_table from consolidation.ledger_targets where legacy_key = %s", uid(201)) == [
        (uid(201), "public.content_media")
    ]


def test_files_stand_in_their_post_by_time_and_rejected_ones_leave_no_gap(done: Connection) -> None:
    assert [one(done, "content_media", uid(number))["position"] for number in (202, 201, 203)] == [0, 1, 2]
    assert one(done, "content_media", uid(202))["metadata"] == {"legacy_metadata": [2]}


def test_a_file_without_its_post_joins_the_library_alone(done: Connection) -> None:
    alone = asset_of(done, 204)
    assert (alone["media_type"], alone["user_id"]) == ("document", None)
    assert alone["metadata"] == {"file_type": ".PDF", "alt_text": "alone", "legacy_metadata": {"file_type": "mine"}}
    # of a post in another workspace, whose author it names; and of one that was rejected
    elsewhere, rejected = asset_of(done, 205), asset_of(done, 208)
    assert (elsewhere["workspace_id"], elsewhere["user_id"], elsewhere["metadata"]) == (
        uid(11),
        uid(2),
        {"file_type": "image", "alt_text": "elsewhere"},
    )
    assert rejected["user_id"] is None
    assert (
        rows(done, "select right(id::text, 3) from public.content_media where id = any(%s::uuid[])", [uid(204), uid(205), uid(208)]) == []
    )
    assert kept(done, "a.content_media") == {
        ("205", "post_id"): uid(102), ("206", "file_size"): -1, ("208", "post_id"): uid(103),
    }  # fmt: skip


def test_a_file_without_a_workspace_is_of_its_posts_and_odd_values_are_brought_into_range(done: Connection) -> None:
    asset = asset_of(done, 206)
    assert (asset["workspace_id"], asset["file_size"], asset["mime_type"], asset["media_type"]) == (
        uid(13), None, "application/octet-stream", "other",
    )  # fmt: skip
    assert one(done, "content_media", uid(206))["post_id"] == uid(102)
    assert reasons(done, "a.content_media") == {
        "07": "workspace_id: none, and none to be found",
        "09": "file_name: there is none",
        "10": "file_url: there is none",
        "11": "workspace_id: no such workspace",
    }


# ---------------------------------------------------------------- social_media_posts


def test_a_post_for_platforms_becomes_what_was_written_and_a_form_for_each(done: Connection) -> None:
    assert one(done, "content_posts", uid(301)) == {
        "id": uid(301), "workspace_id": uid(11), "user_id": uid(1), "campaign_id": None, "title": "Plain", "content": "text",
        "content_type": "text", "status": "published", "scheduled_for": at(5), "published_at": at(6), "tags": [], "metadata": {"k": 2},
        "created_at": at(3), "updated_at": at(4),
    }  # fmt: skip
    of_twitter = form(done, 301, "twitter")
    assert of_twitter == {
        "id": of_twitter["id"], "workspace_id": uid(11), "content_post_id": uid(301), "user_id": uid(1), "platform_id": uid(31),
        "title": "Plain", "content": "text", "hashtags": ["#a"], "mentions": ["@m"], "status": "published", "scheduled_for": at(5),
        "published_at": at(6), "ayrshare_post_id": "ayr", "platform_results": {"id": "t"}, "analytics": {"likes": 1}, "metadata": {},
        "created_at": at(3), "updated_at": at(4),
    }  # fmt: skip
    other = form(done, 301, "facebook")
    assert (other["platform_id"], other["platform_results"], other["analytics"]) == (uid(32), {"id": "f"}, {})
    targets = rows(
        done, "select hybrid_id::text, part from consolidation.ledger_targets"
        " where legacy_table = 'a.social_media_posts' and legacy_key = %s and hybrid_table = 'public.social_media_posts' order by part",
        uid(301),
    )  # fmt: skip
    assert targets == [(other["id"], "facebook"), (of_twitter["id"], "twitter")]


def test_platforms_by_other_names_count_once_and_what_belongs_to_no_form_is_kept(done: Connection) -> None:
    of_post = rows(done, "select platform_id::text from public.social_media_posts where content_post_id = %s order by 1", uid(302))
    assert of_post == [(uid(31),), (uid(33),)]
    of_twitter = form(done, 302, "twitter")
    assert of_twitter["workspace_id"] == uid(13)
    # several as a list; figures that are keyed by platform go to their form, and the rest to nobody's
    assert of_twitter["platform_results"] == [{"platform": "x", "n": 1}, {"platform": "Twitter", "n": 2}]
    assert of_twitter["analytics"] == 1
    assert form(done, 302, "mastodon")["platform_results"] == form(done, 302, "mastodon")["analytics"] == {}
    assert one(done, "content_posts", uid(302))["metadata"] == {"legacy_media_assets": [uid(77), ""], "legacy_analytics": {"total": 2}}


def test_a_post_for_no_platform_keeps_in_metadata_what_a_form_would_carry(done: Connection) -> None:
    post = one(done, "content_posts", uid(303))
    assert post["metadata"] == {
        "legacy_hashtags": "mine", "legacy_hashtags_2": ["#a"], "legacy_mentions": ["@m"], "legacy_ayrshare_post_id": "ayr",
        "legacy_analytics": {"likes": 3},
    }  # fmt: skip
    # one state that only posts have is enough where there is no form
    assert one(done, "content_posts", uid(310))["status"] == "archived"
    nothing = one(done, "content_posts", uid(307))
    assert (nothing["status"], nothing["metadata"], nothing["user_id"]) == ("draft", {}, None)


def test_results_that_no_form_has_are_kept_and_never_shown(done: Connection) -> None:
    assert form(done, 306, "twitter")["platform_results"] == [1, 2]
    assert kept(done, "a.social_media_posts") == {
        ("302", "platform_results"): [{"platform": "myspace"}, "text", None],
        ("303", "platform_results"): {"twitter": 1},
        ("306", "platform_results"): {"errors": [1]},
        ("307", "platform_results"): "no JSON",
        ("307", "user_id"): uid(99),
        ("308", "status"): "scheduled",
    }


def test_figures_of_all_go_to_the_only_form_and_are_never_counted_twice(done: Connection) -> None:
    # one platform is ignored, so there is one form
    assert form(done, 305, "twitter")["analytics"] == {"likes": 4}
    assert one(done, "content_posts", uid(305))["metadata"] == {"legacy_platforms": ["Friendster"]}
    assert form(done, 306, "twitter")["analytics"] == form(done, 306, "mastodon")["analytics"] == {}
    assert one(done, "content_posts", uid(306))["metadata"] == {"legacy_analytics": {"likes": 5}}


def test_scheduled_without_a_time_is_a_draft_in_both(done: Connection) -> None:
    assert one(done, "content_posts", uid(308))["status"] == form(done, 308, "twitter")["status"] == "draft"


def test_a_post_that_names_no_known_platform_or_state_is_rejected(done: Connection) -> None:
    assert reasons(done, "a.social_media_posts") == {
        "04": "platforms: a name that is not mapped",
        "09": "status: a word that is not mapped for social_media_posts",
        "11": "status: a word that is not mapped",
        "12": "content: there is none",
        "13": "workspace_id: none, and none to be found",
        "14": "workspace_id: no such workspace",
    }


def test_an_address_is_one_asset_in_its_workspace(done: Connection) -> None:
    address = f"{URL}/new%20one.mp4?x=1"
    made = one(done, "media_assets", computed(done, f"legacy_a.social_media_posts:{uid(11)}:{address}"))
    assert made == {
        **asset_of(done, 201), "id": made["id"], "filename": "new one.mp4", "original_filename": "new one.mp4", "media_type": "video",
        "mime_type": "application/octet-stream", "file_size": None, "url": address, "metadata": {},
        # the oldest post that names it is 111
        "created_at": at(1), "updated_at": at(2),
    }  # fmt: skip
    other = one(done, "media_assets", computed(done, f"legacy_a.social_media_posts:{uid(13)}:{address}"))
    assert (other["workspace_id"], other["user_id"]) == (uid(13), uid(2))
    # the one that a file brought is attached, the oldest of three
    shown = rows(
        done,
        "select position, asset_id::text, id::text, created_at::date::text from public.content_media where post_id = %s order by 1",
        uid(301),
    )
    file = asset_of(done, 201)["id"]
    assert shown == [
        (0, made["id"], computed(done, f"legacy_a.social_media_posts:{uid(301)}:{made['id']}"), "2025-03-03"),
        (1, file, computed(done, f"legacy_a.social_media_posts:{uid(301)}:{file}"), "2025-03-03"),
    ]
    # who made it is said once
    assert rows(done, "select right(legacy_key, 3) from consolidation.ledger_targets where hybrid_id = %s", made["id"]) == [("301",)]


def test_the_id_of_another_post_becomes_a_computed_one_and_is_recorded(done: Connection) -> None:
    identity = computed(done, f"legacy_a.social_media_posts:{uid(101)}")
    assert one(done, "content_posts", identity)["title"] == "Another"
    assert form(done, 101, "facebook")["content_post_id"] == identity
    assert one(done, "content_posts", uid(101))["title"] == "Plain"
    listed = rows(
        done,
        "select legacy_key, hybrid_id::text, value_a ->> 'title', value_b ->> 'title' from consolidation.conflicts where kind = 'same_id'",
    )
    assert listed == [(uid(101), identity, "Plain", "Another")]


def test_the_same_post_in_both_tables_is_one_with_forms_files_and_publications(done: Connection) -> None:
    post = one(done, "content_posts", uid(111))
    assert post["metadata"] == {"k": 1, "legacy_media_assets": ["no address"]}
    of_twitter = form(done, 111, "twitter")
    assert (of_twitter["content_post_id"], of_twitter["hashtags"]) == (uid(111), ["#a"])
    # its file first, then what the other row names
    shown = rows(done, "select position, id::text = %s from public.content_media where post_id = %s order by 1", uid(212), uid(111))
    assert shown == [(0, True), (1, False)]
    assert one(done, "post_publications", uid(411))["social_media_post_id"] == of_twitter["id"]
    # of a platform that it has no form for
    assert one(done, "post_publications", uid(412))["social_media_post_id"] is None


# ---------------------------------------------------------------- post_publications


def test_a_publication_comes_whole(done: Connection) -> None:
    assert one(done, "post_publications", uid(401)) == {
        "id": uid(401), "workspace_id": uid(11), "post_id": uid(101), "social_media_post_id": None, "account_id": uid(41), "attempt": 2,
        "status": "published", "platform_post_id": "p", "published_at": at(5), "error_message": "none",
        "platform_response": {"token": "hush"}, "created_at": at(4), "updated_at": at(4),
    }  # fmt: skip


def test_attempts_are_counted_by_time_for_each_account(done: Connection) -> None:
    found = rows(done, "select right(id::text, 3), attempt from public.post_publications where post_id = %s order by 1", uid(101))
    # 410 is the third, though it was rejected; without an account each is one of its own
    assert found == [("401", 2), ("402", 1), ("403", 4), ("404", 1), ("405", 1), ("406", 1), ("407", 1)]
    assert one(done, "post_publications", uid(402))["status"] == "failed"
    third = one(done, "post_publications", uid(403))
    assert (third["status"], third["platform_response"], third["created_at"]) == ("pending", {}, "2026-01-01T00:00:00+00:00")


def test_an_account_of_another_workspace_or_of_nobody_is_kept_beside_the_publication(done: Connection) -> None:
    assert one(done, "post_publications", uid(406))["account_id"] is None
    assert kept(done, "a.post_publications") == {("406", "account_id"): uid(42), ("407", "account_id"): uid(98)}
    assert reasons(done, "a.post_publications") == {
        "08": "post_id: there is none",
        "09": "post_id: no such post",
        "10": "status: a word that is not mapped",
    }


# ---------------------------------------------------------------- all of them


def test_no_answer_of_a_platform_is_where_people_look(a: Connection) -> None:
    a.execute('update legacy_a.social_media_posts set platform_results = \'{"twitter": "hush", "rest": "hush"}\'')
    a.execute("update legacy_a.post_publications set platform_response = '\"hush\"'")
    a.commit()
    run_all(a)
    assert len(kept(a, "a.social_media_posts")) > 3
    for query in (
        "select to_jsonb(found) from consolidation.ledger as found",
        "select to_jsonb(found) from consolidation.rejects as found",
        "select to_jsonb(found) from consolidation.conflicts as found",
        "select to_jsonb(found) from public.content_posts as found",
        "select to_jsonb(found) - 'platform_results' from public.social_media_posts as found",
        "select to_jsonb(found) - 'platform_response' from public.post_publications as found",
    ):
        assert "hush" not in json.dumps(rows(a, query)), query


def test_rows_of_a_hybrid_in_use_stay_and_an_equal_one_takes_the_row_in(a: Connection) -> None:
    run_all(a, "people")
    run_all(a, "accounts")
    a.execute(
        "insert into public.content_posts select * from jsonb_populate_recordset(null::public.content_posts, %s)",
        [
            Jsonb([
                # the same as A's 101, and another than its 104
                {"id": uid(101), "workspace_id": uid(11), "user_id": uid(1), "title": "Plain", "content": "text", "content_type": "video",
                 "status": "scheduled", "scheduled_for": at(5), "published_at": at(6), "metadata": {"k": 1}, "tags": ["b", "a"],
                 "created_at": at(1), "updated_at": at(2)},
                {"id": uid(104), "workspace_id": uid(12), "content": "mine", "content_type": "text", "status": "draft", "metadata": {},
                 "tags": [], "created_at": at(1), "updated_at": at(1)},
            ])
        ],
    )  # fmt: skip
    a.execute(
        "insert into public.media_assets (id, workspace_id, filename, media_type, url) values (%s, %s, 'm', 'image', %s)",
        (uid(91), uid(11), f"{URL}/new%20one.mp4?x=1"),
    )
    a.execute(
        "insert into public.content_media (id, workspace_id, post_id, asset_id, position) values (%s, %s, %s, %s, 4)",
        (uid(201), uid(11), uid(101), uid(91)),
    )
    a.execute("insert into public.post_publications (id, workspace_id, post_id) values (%s, %s, %s)", (uid(401), uid(12), uid(104)))
    a.commit()
    run_all(a)
    check_accounted(a)
    lines = rows(
        a,
        "select legacy_table, right(legacy_key, 3), outcome,"
        " hybrid_id = private.computed_id(format('legacy_%%s:%%s', legacy_table, legacy_key))"
        " from consolidation.ledger where (legacy_table, legacy_key) in (('a.content_posts', %s), ('a.content_posts', %s),"
        " ('a.post_publications', %s)) order by 1, 2",
        uid(101), uid(104), uid(401),
    )  # fmt: skip
    assert lines == [
        ("a.content_posts", "101", "merged", False), ("a.content_posts", "104", "migrated", True),
        ("a.post_publications", "401", "migrated", True),
    ]  # fmt: skip
    assert one(a, "content_posts", uid(104))["content"] == "mine"
    # after what the post had, and under another key
    shown = rows(a, "select right(id::text, 3), position from public.content_media where post_id = %s order by position", uid(101))
    assert shown == [("201", 4), ("202", 5), (computed(a, f"legacy_a.content_media:{uid(201)}")[-3:], 6), ("203", 7)]
    # a file that was there with the address is the one
    assert rows(a, "select asset_id::text from public.content_media where post_id = %s and position = 0", uid(301)) == [(uid(91),)]
    listed = rows(a, "select legacy_table from consolidation.conflicts where kind = 'same_id' order by 1")
    assert [table for (table,) in listed] == ["a.content_media", "a.content_posts", "a.post_publications", "a.social_media_posts"]


def test_cut_off_in_any_place_and_in_batches_of_one_block_it_ends_in_the_same_rows(a: Connection) -> None:
    for table in ("content_posts", "social_media_posts", "content_media", "post_publications"):
        a.execute(f"alter table legacy_a.{table} set (fillfactor = 10)".encode())
        a.execute(f"update legacy_a.{table} set id = id".encode())
    a.commit()
    a.autocommit = True
    for table in ("content_posts", "social_media_posts", "content_media", "post_publications"):
        a.execute(f"vacuum full legacy_a.{table}".encode())
    a.autocommit = False
    run_all(a)
    once = result(a)
    start_anew(a)
    pieces = 0
    while True:
        a.execute("select * from consolidation.import_next(null, 1)")
        a.rollback()
        row = a.execute("select piece from consolidation.import_next(null, 1)").fetchone()
        a.commit()
        if row is None:
            break
        pieces += row[0] == "batch"
    assert pieces > 15
    assert result(a) == once


def test_a_post_that_is_mapped_later_finds_its_assets(a: Connection) -> None:
    a.execute(
        "update legacy_a.social_media_posts set media_assets = array[%s, %s] where id = %s", (f"{URL}/two.png", f"{URL}/late.png", uid(304))
    )
    a.commit()
    run_all(a)
    assert rows(a, "select 1 from public.media_assets where url = %s", f"{URL}/late.png") == []
    a.execute("insert into consolidation.value_map values ('platform', 'myspace', 'mastodon')")
    a.execute("select consolidation.retry_rejects('a.social_media_posts')")
    a.commit()
    run_all(a)
    check_accounted(a)
    shown = rows(
        a, "select position, asset.url from public.content_media join public.media_assets as asset on asset.id = asset_id"
        " where post_id = %s order by 1", uid(304),
    )  # fmt: skip
    assert shown == [(0, f"{URL}/two.png"), (1, f"{URL}/late.png")]
    assert rows(a, "select count(*) from public.media_assets where url = %s", f"{URL}/two.png") == [(1,)]


def test_a_post_that_is_there_twice_costs_none_of_its_files_and_publications(a: Connection) -> None:
    a.execute("alter table legacy_a.content_posts drop constraint content_posts_pkey")
    a.execute("insert into legacy_a.content_posts select * from legacy_a.content_posts where id = %s", (uid(101),))
    a.commit()
    run_all(a)
    check_accounted(a)
    found = accounts(a)
    assert found["a.content_posts"] == {"migrated": 6, "rejected": 6}
    assert found["a.content_media"] == {"split": 5, "migrated": 3, "rejected": 4}
    assert found["a.post_publications"] == {"migrated": 9, "rejected": 3}


def test_a_list_of_lists_costs_nothing(a: Connection) -> None:
    a.execute("update legacy_a.content_posts set tags = '{{a,b},{null,c}}' where id = %s", (uid(101),))
    a.execute(
        "update legacy_a.social_media_posts set platforms = '{{x},{facebook}}', hashtags = '{{a},{b}}', media_assets = '{{a},{b}}'"
        " where id = %s",
        (uid(301),),
    )
    a.commit()
    run_all(a)
    check_accounted(a)
    assert one(a, "content_posts", uid(101))["tags"] == ["a", "b", "c"]
    assert form(a, 301, "facebook")["hashtags"] == ["a", "b"]
    assert one(a, "content_posts", uid(301))["metadata"]["legacy_media_assets"] == ["a", "b"]


@pytest.mark.parametrize("shapes", [(A, B), (together(frozenset({"users"})),)], ids=["apart", "together"])
def test_whatever_is_odd_is_accounted_for_and_no_secret_is_where_people_look(
    clone: Connection, clone_target: Target, shapes: tuple[Shape, ...]
) -> None:
    legacy = generate(1, TINY, ALL, shapes=shapes)
    for database in legacy.databases:
        install(clone, database, f"old_{database.name.lower()}")
        clone.execute("select * from consolidation.capture(%s)", (f"old_{database.name.lower()}",))
    clone.commit()
    with test_server().target(clone_target.database, SUPERUSER).connect() as superuser:
        load_accounts(superuser, legacy.accounts)
    run_all(clone)
    check_accounted(clone)
    found = accounts(clone)
    for table in ("content_posts", "content_media", "social_media_posts", "post_publications", "social_platforms", "user_social_accounts"):
        done = found[f"a.{table}"]
        assert done.keys() & {"migrated", "split"}, table
        # what slipped through to a constraint says so with its code
        slips = "select reason from consolidation.rejects where legacy_table = %s and reason ~ '\\[[0-9A-Z]{5}\\]$'"
        assert rows(clone, slips, f"a.{table}") == [], table
    for table, unseen in (
        ("consolidation.ledger", ""), ("consolidation.rejects", ""), ("consolidation.conflicts", ""), ("public.content_posts", ""),
        ("public.content_media", ""), ("public.media_assets", ""), ("public.social_platforms", ""),
        ("public.social_media_posts", "platform_results"), ("public.post_publications", "platform_response"),
        ("public.user_social_accounts", "account_metadata"),
    ):  # fmt: skip
        query = f"select count(*) from {table} as found where (to_jsonb(found) - %s)::text ~ %s"
        assert rows(clone, query, unseen, SECRET) == [(0,)], table
    first = result(clone)
    assert run_all(clone) == ["run 2 begins"]
    assert result(clone) == first


def test_a_and_then_b_ends_in_the_rows_of_both_at_once(clone: Connection, clone_target: Target) -> None:
    legacy = generate(5, TINY, ALL)
    for database in legacy.databases:
        install(clone, database, f"old_{database.name.lower()}")
    begun(clone)
    take(clone, "a", "old_a")
    clone.commit()
    with test_server().target(clone_target.database, SUPERUSER).connect() as superuser:
        load_accounts(superuser, legacy.accounts)
    run_all(clone)
    take(clone, "b", "old_b")
    clone.commit()
    run_all(clone)
    check_accounted(clone)
    after_each_other = result(clone)
    start_anew(clone)
    run_all(clone)
    at_once = result(clone)
    assert {table: set(after_each_other[table]) ^ set(found) for table, found in at_once.items() if after_each_other[table] != found} == {}
