"""Platforms and accounts of A, and the accounts that B kept in its workspaces: what becomes of each, and where tokens go."""

from __future__ import annotations

import json
from typing import Any

import pytest
from psycopg.types.json import Jsonb

from scripts.target import Connection
from tests.consolidation.small import JsonList, accounts, add, begun, check_accounted, create_legacy, result, run_all, take, uid

DAY = "2025-03-0{} 10:00:00+00"

TWITTER = {
    "platform": "X", "account_id": "t1", "account_name": "@one", "access_token": "hush-b", "refresh_token": "hush-r",
    "token_expires_at": "2026-05-01T00:00:00Z", "is_active": False, "connected_at": "2024-01-01T00:00:00Z",
    "last_used_at": "2024-02-01T00:00:00Z", "followers": 12, "app": {"apiKey": "hush-key", "name": "shown"},
}  # fmt: skip


def add_people(connection: Connection) -> None:
    """A's Ann owns two workspaces and Bob one, so that a row of his without a workspace has a home and one of hers has none."""
    create_legacy(connection, "a", "old_a")
    day = {"created_at": DAY.format(1), "updated_at": DAY.format(1)}
    for number, name in ((1, "ann"), (2, "bob")):
        add(connection, "old_a", "users", {"id": uid(number), "email": f"{name}@x.org", **day})
    for number, owner in ((11, 1), (12, 1), (13, 2)):
        add(connection, "old_a", "workspaces", {"id": uid(number), "name": f"W{number}", "owner_id": uid(owner), **day})


def fill_a(connection: Connection) -> None:
    add_people(connection)
    connection.execute(
        "alter table old_a.social_platforms alter column display_name drop not null;"
        "alter table old_a.user_social_accounts alter column account_name drop not null"
    )
    add(
        connection, "old_a", "social_platforms",
        {"id": uid(31), "name": "X", "display_name": "X", "api_config": {"client_secret": "hush-1"}, "created_at": DAY.format(1)},
        {"id": uid(32), "name": "twitter", "display_name": "Twitter", "api_config": {"client_secret": "hush-2"}, "is_active": False,
         "icon_url": "https://x.org/t.png", "created_at": DAY.format(2)},
        {"id": uid(33), "name": " Mastodon", "display_name": "Mastodon", "icon_url": "https://x.org/m.png", "is_active": False,
         "created_at": DAY.format(3)},
        {"id": uid(34), "name": "linkedin", "display_name": "Linked", "icon_url": "https://x.org/l.png", "is_active": None,
         "created_at": DAY.format(4)},
        {"id": uid(35), "name": " ", "display_name": "Blank"},
        {"id": uid(36), "name": "threads", "display_name": None},
    )  # fmt: skip
    own = {"workspace_id": uid(11), "user_id": uid(1), "platform_id": uid(31)}
    add(
        connection, "old_a", "user_social_accounts",
        {"id": uid(41), **own, "account_name": "@one", "account_id": "t1", "access_token": "hush-a", "refresh_token": " ",
         "token_expires_at": None, "account_metadata": {"seen": 1, "token": "hush-m"}, "is_active": True,
         "connected_at": DAY.format(4), "last_used_at": DAY.format(5)},
        {"id": uid(42), **own, "workspace_id": None, "user_id": uid(2), "account_name": "home", "connected_at": None},
        {"id": uid(43), **own, "workspace_id": None, "account_name": "none to be found"},
        {"id": uid(44), **own, "platform_id": uid(99), "account_name": "no platform"},
        {"id": uid(45), **own, "platform_id": None, "account_name": "no platform"},
        {"id": uid(46), **own, "user_id": uid(99), "account_name": "unknown person", "account_id": "t1", "refresh_token": "hush-c"},
        {"id": uid(47), **own, "platform_id": uid(32), "account_name": "again", "account_id": "t1", "connected_at": DAY.format(6)},
        {"id": uid(48), **own, "account_name": None},
        {"id": uid(49), **own, "workspace_id": uid(99), "account_name": "no workspace"},
        {"id": uid(50), **own, "account_name": "two unknown ones", "access_token": "", "account_metadata": None, "is_active": None},
        {"id": uid(51), **own, "account_name": "may be two", "platform_id": uid(33)},
    )  # fmt: skip


def fill_b(connection: Connection) -> None:
    create_legacy(connection, "b", "old_b")
    day = {"created_at": DAY.format(5), "updated_at": DAY.format(6)}
    add(connection, "old_b", "users", {"id": uid(1), "email": "ann@x.org", **day}, {"id": uid(5), "email": "eve@x.org", **day})
    add(
        connection, "old_b", "workspaces",
        # the same workspace: its account is A's, and there is one more
        {"id": uid(11), "name": "W11", "owner_id": uid(1), **day, "social_accounts": JsonList(
            [TWITTER, {"platform": "linkedin", "account_id": 7, "username": "seven", "name": "Seven", "note": "left"}])},
        {"id": uid(15), "name": "B's own", "owner_id": uid(5), **day, "social_accounts": JsonList([
            TWITTER,
            {"platform": "twitter", "account_id": "t1", "account_name": "again"},
            {"platform": "mastodon", "name": "by name", "token_expires_at": "soon", "is_active": "maybe", "connected_at": "now"},
            {"platform": "mastodon"},
            {"platform": "myspace", "account_id": "m", "access_token": "hush-u"},
            "twitter", None,
            {"account_id": "no platform"},
        ])},
        {"id": uid(16), "name": "No list", "owner_id": uid(5), **day, "social_accounts": {"twitter": {"access_token": "hush-o"}}},
        {"id": uid(17), "name": "Null", "owner_id": uid(5), **day, "social_accounts": None},
        {"id": uid(18), "name": "Nobody's", "owner_id": None, **day, "social_accounts": JsonList([TWITTER])},
    )  # fmt: skip


def one_person(connection: Connection) -> None:
    """Let A's Ann be B's."""
    connection.execute(
        "insert into consolidation.decisions (kind, legacy_table, legacy_key, answer, decided_by)"
        " values ('trust_addresses', '', '', 'yes', 'a test')"
    )


@pytest.fixture
def both(clone: Connection) -> Connection:
    fill_a(clone)
    fill_b(clone)
    begun(clone)
    one_person(clone)
    take(clone, "a", "old_a")
    take(clone, "b", "old_b")
    clone.commit()
    return clone


def start_anew(connection: Connection) -> None:
    """Take back what an import wrote, all of it."""
    connection.execute("delete from public.workspaces where owner_id is not null; delete from public.users")
    # those of the platform's own workspace stay with it
    connection.execute("delete from public.avatar_profiles")
    connection.execute("delete from public.social_platforms")
    for table in (
        "ledger", "ledger_targets", "rejects", "kept", "conflicts", "progress", "runs", "taken", "auth_addresses", "places",
    ):  # fmt: skip
        connection.execute(f"delete from consolidation.{table}".encode())
    begun(connection)
    connection.commit()


def rows(connection: Connection, query: str, *values: object) -> list[tuple[Any, ...]]:
    return connection.execute(query.encode(), values or None).fetchall()


def reasons(connection: Connection, table: str) -> dict[str, str]:
    """Return by the number in its id why a row was rejected."""
    found = rows(connection, "select right(legacy_key, 2), reason from consolidation.rejects where legacy_table = %s order by 1", table)
    return dict(found)


def test_every_row_is_accounted_for_and_a_second_run_changes_nothing(both: Connection) -> None:
    run_all(both)
    check_accounted(both)
    found = accounts(both)
    assert found["a.social_platforms"] == {"migrated": 3, "merged": 1, "rejected": 2}
    assert found["a.user_social_accounts"] == {"migrated": 5, "rejected": 6}
    assert found["b.workspaces"] == {"merged": 1, "migrated": 3, "rejected": 1}
    first = result(both)
    assert run_all(both) == ["run 3 begins"]
    assert result(both) == first


def test_platforms_of_one_name_are_one_and_what_differs_is_listed(both: Connection) -> None:
    run_all(both)
    found = rows(
        both,
        "select id::text, name, display_name, icon_url, is_active, created_at::date::text, updated_at::date::text"
        " from public.social_platforms order by name",
    )
    assert found == [
        (uid(34), "linkedin", "Linked", "https://x.org/l.png", True, "2025-03-04", "2025-03-04"),
        (uid(33), "mastodon", "Mastodon", "https://x.org/m.png", False, "2025-03-03", "2025-03-03"),
        (uid(31), "twitter", "X", None, True, "2025-03-01", "2025-03-01"),
    ]
    assert reasons(both, "a.social_platforms") == {"35": "name: there is none", "36": "display_name: there is none"}
    differs = rows(
        both,
        "select hybrid_column, value_a, value_b from consolidation.conflicts"
        " where legacy_table = 'a.social_platforms' and legacy_key = %s and hybrid_id = %s and kind = 'difference' order by 1",
        uid(32), uid(31),
    )  # fmt: skip
    assert differs == [
        ("created_at", "2025-03-01T10:00:00+00:00", "2025-03-02T10:00:00+00:00"),
        ("display_name", "X", "Twitter"),
        ("icon_url", None, "https://x.org/t.png"),
        ("is_active", True, False),
    ]


def test_the_configuration_of_a_platform_is_a_secret_and_a_second_one_is_kept(both: Connection) -> None:
    run_all(both)
    assert rows(both, "select platform_id::text, api_config, updated_at::date::text from secrets.social_platform_configs") == [
        (uid(31), {"client_secret": "hush-1"}, "2025-03-01")
    ]
    assert rows(both, "select legacy_key, value from consolidation.kept where legacy_column = 'api_config'") == [
        (uid(32), {"client_secret": "hush-2"})
    ]


def test_a_platform_that_is_there_stands_and_takes_in_what_it_leaves_open(both: Connection) -> None:
    both.execute(
        "insert into public.social_platforms (id, name, display_name, created_at) values"
        " (%s, 'linkedin', 'LinkedIn', '2026-01-01'), (%s, 'mastodon', 'Mastodon', '2020-01-01'), (%s, 'other', 'Other', '2026-01-01')",
        (uid(91), uid(92), uid(31)),
    )
    both.commit()
    run_all(both)
    check_accounted(both)
    found = rows(
        both, "select id::text, name, display_name, icon_url, is_active, created_at::date::text from public.social_platforms order by name"
    )
    # the id of X is another platform's
    (computed,) = rows(both, "select private.computed_id('legacy_a.social_platforms:' || %s)::text", uid(31))[0]
    assert found == [
        (uid(91), "linkedin", "LinkedIn", "https://x.org/l.png", True, "2025-03-04"),
        (uid(92), "mastodon", "Mastodon", "https://x.org/m.png", False, "2020-01-01"),
        (uid(31), "other", "Other", None, True, "2026-01-01"),
        (computed, "twitter", "X", None, True, "2025-03-01"),
    ]
    lines = rows(
        both, "select legacy_key, outcome, hybrid_id::text from consolidation.ledger where legacy_table = 'a.social_platforms'"
        " and outcome <> 'rejected' order by 1",
    )  # fmt: skip
    assert lines == [
        (uid(31), "migrated", computed), (uid(32), "merged", computed), (uid(33), "merged", uid(92)), (uid(34), "merged", uid(91)),
    ]  # fmt: skip
    assert rows(both, "select legacy_key from consolidation.conflicts where kind = 'same_id'") == [(uid(31),)]
    # and accounts follow
    assert rows(both, "select platform_id::text from public.user_social_accounts where id = %s", uid(41)) == [(computed,)]


def test_an_account_comes_whole_and_its_tokens_stand_apart(both: Connection) -> None:
    run_all(both, "people")
    run_all(both, "accounts")
    found = rows(
        both,
        "select workspace_id::text, user_id::text, platform_id::text, account_name, account_id, is_active, connected_at::date::text,"
        " last_used_at::date::text, updated_at::date::text from public.user_social_accounts where id = %s",
        uid(41),
    )
    assert found == [(uid(11), uid(1), uid(31), "@one", "t1", True, "2025-03-04", "2025-03-05", "2025-03-04")]
    # null and blank are no tokens, and nothing at all is no row
    tokens = rows(
        both,
        "select right(account_id::text, 2), access_token, refresh_token, workspace_id::text, updated_at::date::text"
        " from secrets.social_account_tokens where account_id::text like '00000000%%' order by 1",
    )
    assert tokens == [
        ("41", "hush-a", "hush-r", uid(11), "2025-03-04"),  # the second one from B
        ("46", None, "hush-c", uid(11), str(both.execute("select connected_at::date from legacy_a.user_social_accounts where id = %s",
                                                        (uid(46),)).fetchone()[0])),  # type: ignore[index]
    ]  # fmt: skip


def test_a_row_without_a_workspace_goes_home_and_defaults_stand_in_for_nulls(both: Connection) -> None:
    run_all(both)
    found = rows(
        both, "select workspace_id::text, connected_at::date::text, account_metadata, is_active from public.user_social_accounts"
        " where id in (%s, %s) order by id", uid(42), uid(50),
    )  # fmt: skip
    assert found[0][:2] == (uid(13), "2026-01-01")
    assert found[1][2:] == ({}, True)


def test_what_an_account_cannot_do_without_rejects_it(both: Connection) -> None:
    run_all(both)
    assert reasons(both, "a.user_social_accounts") == {
        "43": "workspace_id: none, and none to be found",
        "44": "platform_id: no such platform",
        "45": "platform_id: no such platform",
        "47": "account_id: the person has connected it to the workspace already",
        "48": "account_name: there is none",
        "49": "workspace_id: no such workspace",
    }
    assert rows(both, "select user_id from public.user_social_accounts where id = %s", uid(46)) == [(None,)]
    assert rows(both, "select legacy_key, value from consolidation.kept where legacy_table = 'a.user_social_accounts'") == [
        (uid(46), uid(99))
    ]


def of_b(connection: Connection, workspace: str) -> dict[str, tuple[Any, ...]]:
    """Return the accounts that B's workspace brought, by name, with the tokens of each."""
    found = rows(
        connection,
        "select account.account_name, account.id = private.computed_id(format('legacy_b.workspaces:%%s:%%s:%%s', target.legacy_key,"
        " target.part, coalesce(account.account_id, nullif(account.account_name, target.part), '3'))), account.workspace_id::text,"
        " account.user_id::text, platform.name, account.account_id, account.token_expires_at::date::text, account.account_metadata,"
        " account.is_active, account.connected_at::date::text, account.last_used_at::date::text, account.updated_at::date::text,"
        " token.access_token, token.refresh_token"
        " from consolidation.ledger_targets as target join public.user_social_accounts as account on account.id = target.hybrid_id"
        " join public.social_platforms as platform on platform.id = account.platform_id"
        " left join secrets.social_account_tokens as token on token.account_id = account.id"
        " where target.legacy_table = 'b.workspaces' and target.legacy_key = %s order by 1",
        workspace,
    )
    return {row[0]: row[1:] for row in found}


def test_each_account_in_a_workspace_of_b_becomes_a_row(both: Connection) -> None:
    run_all(both)
    open_rest = {"followers": 12, "app": {"name": "shown"}}
    assert of_b(both, uid(15)) == {
        "@one": (True, uid(15), uid(5), "twitter", "t1", "2026-05-01", open_rest, False, "2024-01-01", "2024-02-01", "2024-01-01",
                 "hush-b", "hush-r"),
        "by name": (True, uid(15), uid(5), "mastodon", None, None, {"is_active": "maybe", "connected_at": "now"}, True, "2026-01-01",
                    None, "2026-01-01", None, None),
        "mastodon": (True, uid(15), uid(5), "mastodon", None, None, {}, True, "2026-01-01", None, "2026-01-01", None, None),
    }  # fmt: skip
    # one more in the workspace that A has too; a number is an id
    assert of_b(both, uid(11)) == {
        "Seven": (True, uid(11), uid(1), "linkedin", "7", None, {"username": "seven", "note": "left"}, True, "2026-01-01", None,
                  "2026-01-01", None, None),
    }  # fmt: skip


def test_what_gives_no_account_and_what_may_be_secret_is_kept(both: Connection) -> None:
    run_all(both)
    kept = dict(rows(both, "select right(legacy_key, 2), value from consolidation.kept where legacy_table = 'b.workspaces'"))
    assert kept == {
        # A's token stands, and what A says of the account
        "11": {"0": {"app": {"apiKey": "hush-key", "name": "shown"}, "followers": 12, "access_token": "hush-b"}},
        "15": {
            "0": {"app": {"apiKey": "hush-key"}},
            "1": {"platform": "twitter", "account_id": "t1", "account_name": "again"},
            "2": {"token_expires_at": "soon"},
            "4": {"platform": "myspace", "account_id": "m", "access_token": "hush-u"},
            "5": "twitter",
            "6": None,
            "7": {"account_id": "no platform"},
        },
        "16": {"twitter": {"access_token": "hush-o"}},
    }


def test_an_account_of_a_takes_the_same_one_of_b_in(both: Connection) -> None:
    run_all(both)
    found = rows(
        both,
        "select account_name, token_expires_at::date::text, account_metadata, is_active, connected_at::date::text, last_used_at::date::text"
        " from public.user_social_accounts where id = %s",
        uid(41),
    )
    assert found == [("@one", "2026-05-01", {"seen": 1, "token": "hush-m"}, True, "2025-03-04", "2025-03-05")]
    differs = rows(
        both,
        "select hybrid_column, value_a, value_b, hybrid_id::text from consolidation.conflicts where legacy_table = 'b.workspaces'"
        " and hybrid_table = 'public.user_social_accounts' order by 1",
    )
    assert differs == [
        ("connected_at", "2025-03-04T10:00:00+00:00", "2024-01-01T00:00:00+00:00", uid(41)),
        ("is_active", True, False, uid(41)),
        ("last_used_at", "2025-03-05T10:00:00+00:00", "2024-02-01T00:00:00+00:00", uid(41)),
    ]


@pytest.mark.parametrize(
    ("of_a", "stands", "set_aside"),
    [
        (None, {"followers": 12, "app": {"name": "shown"}}, {"app": {"apiKey": "hush-key"}}),
        ({"followers": 12, "app": {"name": "shown", "more": 1}}, {"followers": 12, "app": {"name": "shown", "more": 1}},
         {"app": {"apiKey": "hush-key"}}),
        ({"followers": 9}, {"followers": 9}, {"followers": 12, "app": {"name": "shown", "apiKey": "hush-key"}}),
    ],
    ids=["A says nothing", "A says the same and more", "A says otherwise"],
)  # fmt: skip
def test_metadata_of_an_account_is_as_a_says_it_and_what_b_says_beside_it_is_kept(
    both: Connection, of_a: object, stands: object, set_aside: dict[str, object]
) -> None:
    both.execute("update legacy_a.user_social_accounts set account_metadata = %s where id = %s", (Jsonb(of_a), uid(41)))
    both.commit()
    run_all(both)
    assert rows(both, "select account_metadata from public.user_social_accounts where id = %s", uid(41)) == [(stands,)]
    kept = rows(both, "select value -> '0' from consolidation.kept where legacy_table = 'b.workspaces' and legacy_key = %s", uid(11))
    assert kept == [({**set_aside, "access_token": "hush-b"},)]


def test_no_secret_is_where_people_look(both: Connection) -> None:
    run_all(both)
    for query in (
        "select to_jsonb(found) from consolidation.ledger as found",
        "select to_jsonb(found) from consolidation.rejects as found",
        "select to_jsonb(found) from consolidation.conflicts as found",
        "select to_jsonb(found) - 'account_metadata' from public.user_social_accounts as found",
    ):
        assert "hush" not in json.dumps(rows(both, query)), query
    # none of B's is in metadata either, which no client reads
    of_others = "select account_metadata from public.user_social_accounts where id <> %s"
    assert "hush" not in json.dumps(rows(both, of_others, uid(41)))


def test_the_id_of_another_account_becomes_a_computed_one(both: Connection) -> None:
    run_all(both, "people")
    both.execute("insert into public.social_platforms (id, name, display_name) values (%s, 'twitter', 'T')", (uid(91),))
    both.execute(
        "insert into public.user_social_accounts (id, workspace_id, platform_id, account_name, account_metadata)"
        " values (%s, %s, %s, 'another', '{\"token\": \"hush-h\"}'), (%s, %s, %s, 'two unknown ones', '{}')",
        (uid(41), uid(12), uid(91), uid(50), uid(11), uid(91)),
    )
    both.execute("update public.user_social_accounts set user_id = %s where id = %s", (uid(1), uid(50)))
    both.commit()
    run_all(both)
    check_accounted(both)
    line = "select outcome, hybrid_id = private.computed_id('legacy_a.user_social_accounts:' || legacy_key), reason"
    found = rows(both, f"{line} from consolidation.ledger where legacy_key in (%s, %s) order by legacy_key", uid(41), uid(50))
    assert found == [("migrated", True, "keep_id: the id is another account's"), ("merged", False, "keep_id: the same id and content")]
    listed = rows(both, "select value_a::text from consolidation.conflicts where kind = 'same_id' and legacy_table ~ 'accounts'")
    assert len(listed) == 1
    assert "hush" not in listed[0][0]


def test_an_id_that_is_there_twice_or_not_at_all_costs_its_row_alone(both: Connection) -> None:
    for table, identity, time in (("social_platforms", uid(31), "created_at"), ("user_social_accounts", uid(41), "connected_at")):
        both.execute(f"alter table legacy_a.{table} drop constraint {table}_pkey, alter column id drop not null".encode())
        # once more, earlier, and once without an id
        both.execute(
            f"create table legacy_a.more as select old.* from legacy_a.{table} as old, generate_series(1, 2) where id = '{identity}';"
            f"update legacy_a.more set {time} = '2020-01-01'; update legacy_a.more set id = null where ctid = '(0,4)';"
            f"insert into legacy_a.{table} select * from legacy_a.more; drop table legacy_a.more".encode()
        )
    both.commit()
    run_all(both)
    check_accounted(both)
    found = accounts(both)
    assert found["a.social_platforms"] == {"migrated": 3, "merged": 1, "rejected": 4}
    assert found["a.user_social_accounts"] == {"migrated": 5, "rejected": 8}
    assert rows(both, "select created_at::date::text from public.social_platforms where id = %s", uid(31)) == [("2025-03-01",)]
    assert rows(both, "select connected_at::date::text from public.user_social_accounts where id = %s", uid(41)) == [("2025-03-04",)]


# ---------------------------------------------------------------- reading a table again


def test_a_workspace_that_is_tried_again_brings_its_accounts_and_no_other_does_so_twice(both: Connection) -> None:
    run_all(both)
    before = result(both)
    assert of_b(both, uid(18)) == {}
    both.execute("update legacy_b.workspaces set owner_id = %s where id = %s", (uid(5), uid(18)))
    # prepared with the first: it is found again by the owner that it has now
    both.execute("insert into consolidation.workspace_owners values ('b.workspaces', %s, %s)", (uid(18), uid(5)))
    both.execute("select consolidation.retry_rejects('b.workspaces')")
    both.commit()
    pieces = run_all(both)
    assert "batch b.workspaces_accounts" in pieces
    check_accounted(both)
    assert list(of_b(both, uid(18))) == ["@one"]
    after = result(both)
    for table in ("public.user_social_accounts", "consolidation.ledger_targets", "consolidation.kept"):
        assert set(before[table]) <= set(after[table]), table
    assert len(after["public.user_social_accounts"]) == len(before["public.user_social_accounts"]) + 1
    assert after["consolidation.conflicts"] == before["consolidation.conflicts"]


def test_what_a_further_step_cannot_carry_costs_that_row_alone_and_is_tried_again(both: Connection) -> None:
    # a name that a rule of the owner's own forbids
    both.execute("alter table public.user_social_accounts add constraint no_sevens check (account_name <> 'Seven') not valid")
    both.commit()
    run_all(both)
    check_accounted(both)
    assert of_b(both, uid(11)) == {}
    assert len(of_b(both, uid(15))) == 3
    why = 'new row for relation "user_social_accounts" violates check constraint'
    found = rows(
        both, "select legacy_table, legacy_key, reason, legacy_row ->> 'social_accounts' from consolidation.rejects where reason ~ 'check'"
    )
    assert [(table, key, secret) for table, key, _, secret in found] == [("b.workspaces_accounts", uid(11), "********")]
    assert found[0][2].startswith(why)
    # the row itself has its line
    assert rows(both, "select outcome from consolidation.ledger where legacy_table = 'b.workspaces' and legacy_key = %s", uid(11)) == [
        ("merged",)
    ]
    both.execute("alter table public.user_social_accounts drop constraint no_sevens")
    assert rows(both, "select consolidation.retry_rejects('b.workspaces_accounts')") == [(1,)]
    both.commit()
    assert "again b.workspaces" not in run_all(both)
    check_accounted(both)
    assert list(of_b(both, uid(11))) == ["Seven"]
    retried = result(both)
    start_anew(both)
    run_all(both)
    assert result(both) == retried


def test_a_word_that_is_mapped_later_brings_the_account_and_takes_it_out_of_what_is_kept(both: Connection) -> None:
    run_all(both)
    both.execute("insert into consolidation.value_map values ('platform', 'myspace', 'mastodon')")
    both.execute("update consolidation.progress set state = 'pending', next_block = 0 where step = 'b.workspaces_accounts'")
    both.commit()
    run_all(both)
    assert of_b(both, uid(15))["m"][3:5] == ("mastodon", "m")
    kept = rows(both, "select value from consolidation.kept where legacy_table = 'b.workspaces' and legacy_key = %s", uid(15))
    assert set(kept[0][0]) == {"0", "1", "2", "5", "6", "7"}


def test_cut_off_in_any_place_and_in_batches_of_one_block_it_ends_in_the_same_rows(both: Connection) -> None:
    run_all(both)
    once = result(both)
    start_anew(both)
    while True:
        both.execute("select * from consolidation.import_next(null, 1)")
        both.rollback()
        row = both.execute("select piece from consolidation.import_next(null, 1)").fetchone()
        both.commit()
        if row is None:
            break
    assert result(both) == once


def test_a_and_then_b_ends_in_the_rows_of_both_at_once(clone: Connection) -> None:
    fill_a(clone)
    fill_b(clone)
    begun(clone)
    one_person(clone)
    take(clone, "a", "old_a")
    clone.commit()
    run_all(clone)
    take(clone, "b", "old_b")
    run_all(clone)
    check_accounted(clone)
    after_each_other = result(clone)
    start_anew(clone)
    run_all(clone)
    assert result(clone) == after_each_other


def test_b_alone_brings_its_accounts_to_the_platforms_that_are_there(clone: Connection) -> None:
    fill_b(clone)
    clone.execute("insert into public.social_platforms (name, display_name) values ('twitter', 'T'), ('linkedin', 'L')")
    take(clone, "b", "old_b")
    clone.commit()
    run_all(clone)
    check_accounted(clone)
    assert list(of_b(clone, uid(15))) == ["@one"]
    assert list(of_b(clone, uid(11))) == ["@one", "Seven"]
