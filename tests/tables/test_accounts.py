"""Platforms and accounts: defaults, what goes with what, and the reference rows."""

from __future__ import annotations

import psycopg
import pytest

from scripts.execute import execute_file
from scripts.files import SqlFile
from scripts.settings import ROOT
from scripts.target import Connection
from tests.support.accounts import make_account, make_platform, make_tokens
from tests.support.people import make_user, make_workspace
from tests.support.rows import insert, one

#: `on delete restrict` has a code of its own from PostgreSQL 18 on.
REFUSED = (psycopg.errors.ForeignKeyViolation, psycopg.errors.RestrictViolation)

PLATFORMS = {
    "linkedin": "LinkedIn",
    "twitter": "X (Twitter)",
    "facebook": "Facebook",
    "instagram": "Instagram",
    "tiktok": "TikTok",
    "youtube": "YouTube",
    "pinterest": "Pinterest",
}


def _seed_platforms(db: Connection) -> None:
    db.execute("set local search_path = ''")
    execute_file(db, SqlFile.read(ROOT / "seeds/0010_social_platforms.sql", ROOT))


def test_a_new_platform_is_active(db: Connection) -> None:
    row = insert(db, "social_platforms", {"name": "mastodon", "display_name": "Mastodon"})
    assert row["is_active"] is True
    assert row["icon_url"] is None
    assert row["created_at"] == row["updated_at"] == one(db, "select now()")


@pytest.mark.parametrize("name", ["", " ", " mastodon", "Mastodon"])
def test_a_platforms_name_is_trimmed_and_in_lower_case(db: Connection, name: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation) as caught:
        insert(db, "social_platforms", {"name": name, "display_name": "Mastodon"})
    assert caught.value.diag.constraint_name == "social_platforms_name_is_normalised"


def test_deleting_an_unused_platform_takes_its_config(db: Connection) -> None:
    platform = make_platform(db)
    insert(db, "secrets.social_platform_configs", {"platform_id": platform, "api_config": {"key": "k"}})
    db.execute("delete from public.social_platforms where id = %s", (platform,))
    assert one(db, "select count(*) from secrets.social_platform_configs where platform_id = %s", platform) == 0


def test_a_platform_with_accounts_cannot_be_deleted(db: Connection) -> None:
    platform = make_platform(db)
    make_account(db, make_workspace(db), platform_id=platform)
    with pytest.raises(REFUSED) as caught:
        db.execute("delete from public.social_platforms where id = %s", (platform,))
    assert caught.value.diag.table_name == "user_social_accounts"


def test_a_new_account_is_active_and_connected_now(db: Connection) -> None:
    values = {"workspace_id": make_workspace(db), "platform_id": make_platform(db), "account_name": "@us"}
    row = insert(db, "user_social_accounts", values)
    assert row["is_active"] is True
    assert row["account_metadata"] == {}
    assert row["connected_at"] == row["updated_at"] == one(db, "select now()")
    assert row["token_expires_at"] is None
    assert row["last_used_at"] is None


def test_a_person_connects_the_same_account_once_in_a_workspace_but_in_each_workspace(db: Connection) -> None:
    workspace, person, platform = make_workspace(db), make_user(db), make_platform(db)
    make_account(db, workspace, user_id=person, platform_id=platform, account_id="42")
    make_account(db, make_workspace(db), user_id=person, platform_id=platform, account_id="42")
    make_account(db, workspace, user_id=make_user(db), platform_id=platform, account_id="42")
    with pytest.raises(psycopg.errors.UniqueViolation) as caught:
        make_account(db, workspace, user_id=person, platform_id=platform, account_id="42")
    assert caught.value.diag.constraint_name == "user_social_accounts_is_connected_once"


def test_two_accounts_whose_id_is_unknown_may_be_two_accounts(db: Connection) -> None:
    workspace, person, platform = make_workspace(db), make_user(db), make_platform(db)
    first = make_account(db, workspace, user_id=person, platform_id=platform, account_id=None)
    assert make_account(db, workspace, user_id=person, platform_id=platform, account_id=None) != first


def test_deleting_the_people_who_connected_an_account_leaves_each_account_and_its_tokens(db: Connection) -> None:
    workspace, platform, people = make_workspace(db), make_platform(db), [make_user(db), make_user(db)]
    for person in people:
        account = make_account(db, workspace, user_id=person, platform_id=platform, account_id="42")
        make_tokens(db, workspace, account)
    db.execute("delete from public.users where id = any(%s)", (people,))
    left = "select count(*) from public.user_social_accounts where workspace_id = %s and user_id is null"
    assert one(db, left, workspace) == 2
    assert one(db, "select count(*) from secrets.social_account_tokens where workspace_id = %s", workspace) == 2


def test_deleting_an_account_takes_its_tokens_and_no_others(db: Connection) -> None:
    workspace = make_workspace(db)
    gone, kept = make_account(db, workspace), make_account(db, workspace)
    make_tokens(db, workspace, gone)
    make_tokens(db, workspace, kept)
    db.execute("delete from public.user_social_accounts where id = %s", (gone,))
    assert one(db, "select array_agg(account_id) from secrets.social_account_tokens") == [kept]


def test_deleting_a_workspace_takes_its_accounts_and_tokens_and_no_others(db: Connection) -> None:
    gone, kept = make_workspace(db), make_workspace(db)
    for workspace in (gone, kept):
        make_tokens(db, workspace, make_account(db, workspace))
    db.execute("delete from public.workspaces where id = %s", (gone,))
    assert one(db, "select array_agg(workspace_id) from public.user_social_accounts") == [kept]
    assert one(db, "select array_agg(workspace_id) from secrets.social_account_tokens") == [kept]


@pytest.mark.parametrize("token", ["access_token", "refresh_token"])
def test_one_token_of_either_kind_is_enough(db: Connection, token: str) -> None:
    workspace = make_workspace(db)
    make_tokens(db, workspace, make_account(db, workspace), **{"access_token": None, "refresh_token": None, token: "t"})


def test_the_seed_brings_the_seven_platforms_with_ids_that_never_change(db: Connection) -> None:
    _seed_platforms(db)
    rows = db.execute("select name, display_name, id = private.computed_id('seed.social_platforms:' || name) from public.social_platforms")
    assert {name: (shown, computed) for name, shown, computed in rows} == {name: (shown, True) for name, shown in PLATFORMS.items()}


def test_the_seed_run_again_changes_nothing_that_somebody_changed(db: Connection) -> None:
    imported = make_platform(db, name="tiktok", display_name="TikTok of before")
    _seed_platforms(db)
    db.execute("update public.social_platforms set display_name = 'X', is_active = false where name = 'twitter'")
    before = db.execute("select * from public.social_platforms order by id").fetchall()
    _seed_platforms(db)
    assert db.execute("select * from public.social_platforms order by id").fetchall() == before
    assert len(before) == len(PLATFORMS)
    assert one(db, "select id from public.social_platforms where name = 'tiktok'") == imported
