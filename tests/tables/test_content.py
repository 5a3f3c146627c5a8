"""Campaigns, templates, posts, forms, media and publications: defaults, states, what goes with what, plans, seeds."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from scripts.execute import execute_file
from scripts.files import SqlFile
from scripts.settings import ROOT
from scripts.target import Connection
from tests.support import accounts, content
from tests.support.accounts import make_account, make_platform
from tests.support.content import (
    attach,
    make_asset,
    make_campaign,
    make_form,
    make_post,
    make_publication,
    make_template,
)
from tests.support.people import make_user, make_workspace
from tests.support.rows import insert, one

MAKERS = accounts.MAKERS | content.MAKERS

STATES = {
    "campaigns": ["draft", "active", "paused", "completed", "archived"],
    "content_posts": ["draft", "scheduled", "publishing", "published", "partially_published", "failed", "archived"],
    "social_media_posts": ["draft", "scheduled", "publishing", "published", "failed", "cancelled"],
    "post_publications": ["pending", "publishing", "published", "failed", "deleted"],
}


def _ids(db: Connection, table: str) -> list[UUID]:
    return [row[0] for row in db.execute(sql.SQL("select id from {}").format(sql.Identifier("public", table)))]


@pytest.mark.parametrize(("table", "state"), [(table, state) for table, states in STATES.items() for state in states])
def test_each_known_state_is_accepted(db: Connection, table: str, state: str) -> None:
    values = MAKERS[table](db, make_workspace(db)) | {"status": state}
    if state == "scheduled":
        values["scheduled_for"] = "2026-05-01 09:00+00"
    assert insert(db, table, values)["status"] == state


@pytest.mark.parametrize("table", STATES)
def test_there_are_no_other_states(db: Connection, table: str) -> None:
    rule = one(db, "select pg_get_constraintdef(oid) from pg_constraint where conname = %s", f"{table}_status_is_known")
    assert re.findall(r"'(\w+)'", rule) == STATES[table]


@pytest.mark.parametrize("table", STATES)
def test_the_first_state_is_the_default(db: Connection, table: str) -> None:
    assert insert(db, table, MAKERS[table](db, make_workspace(db)))["status"] == STATES[table][0]


@pytest.mark.parametrize("kind", ["text", "image", "video", "carousel", "story"])
def test_each_kind_of_post_is_accepted(db: Connection, kind: str) -> None:
    make_post(db, make_workspace(db), content_type=kind)


@pytest.mark.parametrize("kind", ["image", "video", "audio", "document", "other"])
def test_each_kind_of_asset_is_accepted(db: Connection, kind: str) -> None:
    make_asset(db, make_workspace(db), media_type=kind)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            "campaigns",
            {
                "objectives": [],
                "target_audience": {},
                "budget": None,
                "start_date": None,
                "end_date": None,
                "analytics": {},
            },
        ),
        (
            "content_templates",
            {"platforms": [], "tags": [], "usage_count": 0, "is_public": False, "description": None},
        ),
        (
            "content_posts",
            {"title": None, "content_type": "text", "scheduled_for": None, "published_at": None, "tags": []},
        ),
        (
            "social_media_posts",
            {"hashtags": [], "mentions": [], "platform_results": {}, "analytics": {}, "ayrshare_post_id": None},
        ),
        (
            "media_assets",
            {
                "mime_type": "application/octet-stream",
                "original_filename": None,
                "file_size": None,
                "duration": None,
                "dimensions": {},
                "generation_params": {},
                "tags": [],
                "is_public": False,
            },
        ),
        ("content_media", {"position": 0, "alt_text": None}),
        ("post_publications", {"attempt": 1, "social_media_post_id": None, "platform_response": {}}),
    ],
)
def test_what_is_not_said_has_a_sensible_default(db: Connection, table: str, expected: dict[str, Any]) -> None:
    row = insert(db, table, MAKERS[table](db, make_workspace(db)))
    if "metadata" in row:
        expected = expected | {"metadata": {}}
    assert {column: row[column] for column in expected} == expected
    assert row["created_at"] == one(db, "select now()")


@pytest.mark.parametrize("table", sorted(set(MAKERS) - {"content_media"}))
def test_an_update_stamps_the_row(db: Connection, table: str) -> None:
    schema, _, name = table.rpartition(".")
    insert(db, table, MAKERS[table](db, make_workspace(db)) | {"updated_at": "2000-01-01"})
    place = sql.Identifier(schema or "public", name)
    changed = db.execute(sql.SQL("update {} set updated_at = '2001-01-01' returning updated_at = now()").format(place))
    assert changed.fetchall() == [(True,)]


@pytest.mark.parametrize(("table", "column"), [("campaigns", "budget"), ("media_assets", "duration")])
@pytest.mark.parametrize(("value", "accepted"), [("0", True), ("12.5", True), ("-0.01", False), ("NaN", False), ("Infinity", False)])
def test_an_amount_or_a_time_is_a_finite_number(db: Connection, table: str, column: str, value: str, accepted: bool) -> None:
    values = MAKERS[table](db, make_workspace(db)) | {column: value}
    if accepted:
        insert(db, table, values)
    else:
        with pytest.raises(psycopg.errors.CheckViolation):
            insert(db, table, values)


def test_a_file_may_be_larger_than_an_integer(db: Connection) -> None:
    make_asset(db, make_workspace(db), file_size=2**40)


def test_a_file_may_be_empty(db: Connection) -> None:
    asset = make_asset(db, make_workspace(db), file_size=0)
    assert one(db, "select file_size from public.media_assets where id = %s", asset) == 0


def test_a_campaign_may_end_when_it_starts_and_be_open_at_either_end(db: Connection) -> None:
    workspace = make_workspace(db)
    make_campaign(db, workspace, start_date="2026-02-01", end_date="2026-02-01")
    make_campaign(db, workspace, start_date="2026-02-01")
    make_campaign(db, workspace, end_date="2026-02-01")


def test_a_published_post_may_lack_its_time_as_old_ones_do(db: Connection) -> None:
    make_post(db, make_workspace(db), status="published", published_at=None)


def test_deleting_a_campaign_leaves_its_posts_in_the_workspace_without_it(db: Connection) -> None:
    workspace = make_workspace(db)
    campaign = make_campaign(db, workspace)
    post = make_post(db, workspace, campaign_id=campaign)
    db.execute("delete from public.campaigns where id = %s", (campaign,))
    found = db.execute("select workspace_id, campaign_id from public.content_posts where id = %s", (post,))
    assert found.fetchall() == [(workspace, None)]


def test_a_post_has_one_form_for_each_platform(db: Connection) -> None:
    workspace, platform = make_workspace(db), make_platform(db)
    post = make_post(db, workspace)
    make_form(db, workspace, post, platform_id=platform)
    make_form(db, workspace, post)
    make_form(db, workspace, platform_id=platform)
    with pytest.raises(psycopg.errors.UniqueViolation) as caught:
        make_form(db, workspace, post, platform_id=platform)
    assert caught.value.diag.constraint_name == "social_media_posts_one_for_each_platform"


def test_a_platform_with_forms_cannot_be_deleted(db: Connection) -> None:
    platform = make_platform(db)
    make_form(db, make_workspace(db), platform_id=platform)
    with pytest.raises((psycopg.errors.ForeignKeyViolation, psycopg.errors.RestrictViolation)) as caught:
        db.execute("delete from public.social_platforms where id = %s", (platform,))
    assert caught.value.diag.table_name == "social_media_posts"


def test_a_publication_names_a_form_of_its_own_post(db: Connection) -> None:
    workspace = make_workspace(db)
    post, other = make_post(db, workspace), make_post(db, workspace)
    form = make_form(db, workspace, post)
    make_publication(db, workspace, post, social_media_post_id=form)
    with pytest.raises(psycopg.errors.ForeignKeyViolation) as caught:
        make_publication(db, workspace, other, social_media_post_id=form)
    assert caught.value.diag.constraint_name == "post_publications_form_is_of_the_post"


def test_a_form_that_was_published_cannot_be_moved_to_another_post(db: Connection) -> None:
    workspace = make_workspace(db)
    post, other = make_post(db, workspace), make_post(db, workspace)
    published, fresh = make_form(db, workspace, post), make_form(db, workspace, post)
    make_publication(db, workspace, post, social_media_post_id=published)
    move = "update public.social_media_posts set content_post_id = %s where id = %s"
    db.execute(move, (other, fresh))
    with pytest.raises(psycopg.errors.ForeignKeyViolation) as caught:
        db.execute(move, (other, published))
    assert caught.value.diag.constraint_name == "post_publications_form_is_of_the_post"


def test_deleting_a_form_or_an_account_leaves_what_was_published(db: Connection) -> None:
    workspace = make_workspace(db)
    post = make_post(db, workspace)
    form, account = make_form(db, workspace, post), make_account(db, workspace)
    publication = make_publication(db, workspace, post, social_media_post_id=form, account_id=account)
    query = "select workspace_id, post_id, social_media_post_id, account_id from public.post_publications where id = %s"
    db.execute("delete from public.social_media_posts where id = %s", (form,))
    assert db.execute(query, (publication,)).fetchall() == [(workspace, post, None, account)]
    db.execute("delete from public.user_social_accounts where id = %s", (account,))
    assert db.execute(query, (publication,)).fetchall() == [(workspace, post, None, None)]


def test_deleting_a_post_takes_its_forms_publications_and_attachments_but_no_asset_and_no_campaign(
    db: Connection,
) -> None:
    workspace = make_workspace(db)
    asset, campaign, account = make_asset(db, workspace), make_campaign(db, workspace), make_account(db, workspace)
    gone, kept = (make_post(db, workspace, campaign_id=campaign) for _ in range(2))
    left = {}
    for post in (gone, kept):
        form = make_form(db, workspace, post)
        left = {
            "social_media_posts": form,
            "content_media": attach(db, workspace, post, asset),
            "post_publications": make_publication(db, workspace, post, social_media_post_id=form, account_id=account),
        }
    db.execute("delete from public.content_posts where id = %s", (gone,))
    assert {table: _ids(db, table) for table in left} == {table: [key] for table, key in left.items()}
    assert _ids(db, "media_assets") == [asset]
    assert _ids(db, "campaigns") == [campaign]


def test_deleting_an_asset_takes_it_off_its_posts_and_leaves_them(db: Connection) -> None:
    workspace = make_workspace(db)
    post, gone, kept = make_post(db, workspace), make_asset(db, workspace), make_asset(db, workspace)
    attach(db, workspace, post, gone)
    left = attach(db, workspace, post, kept, 1)
    db.execute("delete from public.media_assets where id = %s", (gone,))
    assert _ids(db, "content_media") == [left]
    assert _ids(db, "content_posts") == [post]


def test_two_media_exchange_their_places_in_one_statement(db: Connection) -> None:
    workspace = make_workspace(db)
    post = make_post(db, workspace)
    first, second = (attach(db, workspace, post, make_asset(db, workspace), place) for place in range(2))
    db.execute("update public.content_media set position = 1 - position where post_id = %s", (post,))
    assert one(db, "select array_agg(id order by position) from public.content_media") == [second, first]


def test_an_asset_stands_twice_in_a_post_but_a_place_is_taken_once(db: Connection) -> None:
    workspace = make_workspace(db)
    post, asset = make_post(db, workspace), make_asset(db, workspace)
    attach(db, workspace, post, asset, 0)
    attach(db, workspace, post, asset, 1)
    with pytest.raises(psycopg.errors.UniqueViolation) as caught:
        attach(db, workspace, post, make_asset(db, workspace), 1)
    assert caught.value.diag.constraint_name == "content_media_place_is_taken_once"


def test_deleting_a_person_leaves_all_that_was_written_without_an_author(db: Connection) -> None:
    workspace, person = make_workspace(db), make_user(db)
    tables = ["campaigns", "content_templates", "content_posts", "social_media_posts", "media_assets"]
    made = {table: insert(db, table, MAKERS[table](db, workspace) | {"user_id": person})["id"] for table in tables}
    db.execute("delete from public.users where id = %s", (person,))
    for table, key in made.items():
        query = f"select workspace_id, user_id from public.{table} where id = %s"
        assert db.execute(query.encode(), (key,)).fetchall() == [(workspace, None)]


def test_deleting_a_workspace_takes_all_its_content_and_no_others(db: Connection) -> None:
    gone, kept = make_workspace(db), make_workspace(db)
    for workspace in (gone, kept):
        make_template(db, workspace)
        post = make_post(db, workspace, campaign_id=make_campaign(db, workspace))
        attach(db, workspace, post, make_asset(db, workspace))
        form, account = make_form(db, workspace, post), make_account(db, workspace)
        make_publication(db, workspace, post, social_media_post_id=form, account_id=account)
    db.execute("delete from public.workspaces where id = %s", (gone,))
    for table in content.MAKERS:
        found = db.execute(sql.SQL("select workspace_id from {}").format(sql.Identifier("public", table)))
        assert found.fetchall() == [(kept,)], table


#: What the application asks most, and the index that answers. w and k stand for a workspace and another key.
READS = {
    "content_posts_workspace_id_created_at_idx": ("content_posts where workspace_id = {w} order by created_at desc limit 50"),
    "content_posts_workspace_id_status_created_at_idx": (
        "content_posts where workspace_id = {w} and status = 'draft' order by created_at desc limit 50"
    ),
    "content_posts_workspace_id_campaign_id_created_at_idx": (
        "content_posts where workspace_id = {w} and campaign_id = {k} order by created_at desc limit 50"
    ),
    "content_posts_workspace_id_scheduled_for_idx": (
        "content_posts where workspace_id = {w} and scheduled_for >= '2026-05-01' and scheduled_for < '2026-06-01' order by scheduled_for"
    ),
    "content_posts_scheduled_for_due_idx": (
        "content_posts where status = 'scheduled' and scheduled_for <= now() order by scheduled_for limit 100"
    ),
    "content_posts_user_id_idx": "content_posts where user_id = {k}",
    "social_media_posts_workspace_id_created_at_idx": ("social_media_posts where workspace_id = {w} order by created_at desc limit 50"),
    "social_media_posts_workspace_id_status_created_at_idx": (
        "social_media_posts where workspace_id = {w} and status = 'failed' order by created_at desc limit 50"
    ),
    "social_media_posts_workspace_id_scheduled_for_idx": (
        "social_media_posts where workspace_id = {w} and scheduled_for >= '2026-05-01' and scheduled_for < '2026-06-01'"
        " order by scheduled_for"
    ),
    "social_media_posts_scheduled_for_due_idx": (
        "social_media_posts where status = 'scheduled' and scheduled_for <= now() order by scheduled_for limit 100"
    ),
    "social_media_posts_ayrshare_post_id_idx": "social_media_posts where ayrshare_post_id = 'a'",
    "social_media_posts_one_for_each_platform": (
        "social_media_posts where workspace_id = {w} and content_post_id = {k} order by platform_id"
    ),
    "social_media_posts_user_id_idx": "social_media_posts where user_id = {k}",
    "social_media_posts_platform_id_idx": "social_media_posts where platform_id = {k}",
    "media_assets_workspace_id_created_at_idx": ("media_assets where workspace_id = {w} order by created_at desc limit 50"),
    "media_assets_workspace_id_media_type_created_at_idx": (
        "media_assets where workspace_id = {w} and media_type = 'image' order by created_at desc limit 50"
    ),
    "media_assets_created_at_public_idx": "media_assets where is_public order by created_at desc limit 50",
    "media_assets_user_id_idx": "media_assets where user_id = {k}",
    "content_media_place_is_taken_once": ("content_media where workspace_id = {w} and post_id = {k} order by position"),
    "content_media_asset_id_workspace_id_idx": "content_media where workspace_id = {w} and asset_id = {k}",
    "post_publications_workspace_id_post_id_social_media_post_id_idx": ("post_publications where workspace_id = {w} and post_id = {k}"),
    "post_publications_workspace_id_account_id_created_at_idx": (
        "post_publications where workspace_id = {w} and account_id = {k} order by created_at desc limit 50"
    ),
    "post_publications_workspace_id_status_created_at_idx": (
        "post_publications where workspace_id = {w} and status = 'failed' order by created_at desc limit 50"
    ),
    "post_publications_created_at_open_idx": ("post_publications where status in ('pending', 'publishing') order by created_at limit 100"),
    "campaigns_workspace_id_created_at_idx": "campaigns where workspace_id = {w} order by created_at desc limit 50",
    "campaigns_user_id_idx": "campaigns where user_id = {k}",
    "content_templates_workspace_id_category_name_idx": (
        "content_templates where workspace_id = {w} and category = 'announcement' order by name"
    ),
    "content_templates_category_name_public_idx": ("content_templates where is_public and category = 'announcement' order by name"),
    "content_templates_user_id_idx": "content_templates where user_id = {k}",
    "user_social_accounts_is_connected_once": "user_social_accounts where workspace_id = {w} and user_id = {k}",
    "user_social_accounts_user_id_idx": "user_social_accounts where user_id = {k}",
    "user_social_accounts_platform_id_idx": "user_social_accounts where platform_id = {k}",
    "user_social_accounts_token_expires_at_idx": (
        "user_social_accounts where is_active and token_expires_at <= now() order by token_expires_at"
    ),
}


@pytest.mark.parametrize("index", sorted(READS))
def test_each_read_of_the_application_is_answered_by_its_index(db: Connection, index: str) -> None:
    """A sort would cost as much as the workspace has rows; without one the index gives the order too."""
    for way in ("seqscan", "bitmapscan", "sort", "incremental_sort"):
        db.execute(f"set local enable_{way} = off".encode())
    key = f"'{UUID(int=7)}'"
    query = f"explain (costs off) select * from public.{READS[index].format(w=key, k=key)}"
    plan = "\n".join(row[0] for row in db.execute(query.encode()))
    assert f"using {index} " in plan, plan
    assert "Sort" not in plan, plan


def test_every_index_of_these_tables_has_a_read_or_is_a_key(db: Connection) -> None:
    rows = db.execute(
        "select relname from pg_index join pg_class on pg_class.oid = indexrelid where indrelid = any(%s::regclass[])",
        ([table if "." in table else f"public.{table}" for table in MAKERS],),
    )
    free = {name for (name,) in rows if not name.endswith(("_pkey", "_key"))} - {
        "social_platforms_name_stands_once",
        "post_publications_attempt_counts_once",
    }
    assert free == set(READS)


def _seed_templates(db: Connection) -> None:
    db.execute("set local search_path = ''")
    db.execute("insert into public.workspaces (id, name) values (private.platform_workspace_id(), 'Platform') on conflict do nothing")
    execute_file(db, SqlFile.read(ROOT / "seeds/0010_social_platforms.sql", ROOT))
    execute_file(db, SqlFile.read(ROOT / "seeds/0030_content_templates.sql", ROOT))


def test_the_seed_brings_public_templates_of_the_platform_without_an_author(db: Connection) -> None:
    _seed_templates(db)
    found = db.execute(
        "select distinct workspace_id = private.platform_workspace_id(), is_public, user_id, usage_count from public.content_templates"
    )
    assert found.fetchall() == [(True, True, None, 0)]
    assert one(db, "select count(*) from public.content_templates") == 7


def test_seeded_templates_ask_for_what_they_fill_in_and_name_platforms_that_exist(db: Connection) -> None:
    _seed_templates(db)
    known = {row[0] for row in db.execute("select name from public.social_platforms")}
    for name, text, variables, platforms in db.execute("select name, template_content, variables, platforms from public.content_templates"):
        assert list(dict.fromkeys(re.findall(r"{{(\w+)}}", text))) == variables, name
        assert set(platforms) <= known, name


def test_the_seed_run_again_leaves_a_changed_template_as_it_is(db: Connection) -> None:
    _seed_templates(db)
    db.execute("update public.content_templates set is_public = false, name = 'Launch' where name = 'Product launch'")
    before = db.execute("select * from public.content_templates order by id").fetchall()
    _seed_templates(db)
    assert db.execute("select * from public.content_templates order by id").fetchall() == before
