"""Monthly video credits: limits, months, plans that end, and fifty spenders at once. The clock is an argument."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from scripts.target import Connection, Target
from tests.support.people import make_user
from tests.support.rows import insert, one

TIERS = {"free": 1, "starter": 3, "creator": 8, "creator_pro": 15, "enterprise": 50}

MAY = "2026-05-10 12:00+00"


def _spend(connection: Connection, user: UUID, at: str = MAY) -> Any:
    return one(connection, "select private.spend_video_credit(%s, %s::timestamptz)", user, at)


def _give_back(connection: Connection, user: UUID, at: str = MAY) -> Any:
    return one(connection, "select private.return_video_credit(%s, %s::timestamptz)", user, at)


def _row(connection: Connection, user: UUID) -> tuple[Any, ...] | None:
    return connection.execute(
        "select subscription_tier, monthly_limit, videos_this_month,"
        " to_char(credits_reset_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI')"
        " from public.user_video_limits where user_id = %s",
        (user,),
    ).fetchone()


def _used(connection: Connection, user: UUID) -> Any:
    return one(connection, "select videos_this_month from public.user_video_limits where user_id = %s", user)


def _refused(connection: Connection, user: UUID | None, code: str, at: str = MAY) -> None:
    with pytest.raises(psycopg.Error) as caught, connection.transaction():
        connection.execute("select private.spend_video_credit(%s, %s::timestamptz)", (user, at))
    assert caught.value.sqlstate == code


def _limit(connection: Connection, user: UUID, **values: Any) -> None:
    insert(connection, "user_video_limits", {"user_id": user, "credits_reset_at": "2026-06-01 00:00+00"} | values)


@pytest.mark.parametrize(("tier", "limit"), TIERS.items())
def test_each_tier_has_its_limit_and_the_next_credit_is_refused(db: Connection, tier: str, limit: int) -> None:
    user = make_user(db, subscription_tier=tier)
    assert one(db, "select private.monthly_video_limit(%s)", tier) == limit
    assert [_spend(db, user) for _ in range(limit)] == list(reversed(range(limit)))
    _refused(db, user, "HS050")
    assert _row(db, user) == (tier, limit, limit, "2026-06-01 00:00")


def test_a_tier_that_is_not_known_has_no_limit_to_give(db: Connection) -> None:
    assert one(db, "select private.monthly_video_limit('gold')") is None


def test_the_limits_are_those_of_all_tiers_that_the_tables_know(db: Connection) -> None:
    rules = db.execute(
        "select pg_get_constraintdef(oid) from pg_constraint where conname in ('users_tier_is_known', 'user_video_limits_tier_is_known')"
    ).fetchall()
    assert len(rules) == 2
    for (rule,) in rules:
        assert {word for word in rule.split("'") if word.replace("_", "").isalpha()} == set(TIERS)


def test_the_time_is_now_unless_one_is_given(db: Connection) -> None:
    user = make_user(db)
    assert one(db, "select private.spend_video_credit(%s)", user) == 0
    assert one(db, "select credits_reset_at = private.next_month_begins(now()) from public.user_video_limits")
    assert one(db, "select private.reset_monthly_video_credits()") == 0


@pytest.mark.parametrize("values", [{"is_active": False}, {"role": "viewer"}, {"role": "admin", "is_active": False}], ids=str)
def test_who_is_inactive_or_a_viewer_spends_nothing(db: Connection, values: dict[str, Any]) -> None:
    user = make_user(db, **values)
    _refused(db, user, "HS051")
    assert _row(db, user) is None
    assert _spend(db, make_user(db)) == 0


def test_who_does_not_exist_spends_nothing(db: Connection) -> None:
    _refused(db, uuid4(), "HS051")
    _refused(db, None, "HS051")


def test_a_platform_admin_is_unlimited_and_still_counted(db: Connection) -> None:
    admin = make_user(db, role="admin")
    assert [_spend(db, admin) for _ in range(4)] == [None] * 4
    assert _row(db, admin) == ("free", 1, 4, "2026-06-01 00:00")
    assert _give_back(db, admin) is True
    assert _spend(db, admin, "2026-06-01 00:00+00") is None
    assert _row(db, admin) == ("free", 1, 1, "2026-07-01 00:00")


def test_an_admin_who_becomes_a_user_has_spent_what_was_counted(db: Connection) -> None:
    admin = make_user(db, role="admin", subscription_tier="starter")
    for _ in range(5):
        _spend(db, admin)
    db.execute("update public.users set role = 'user' where id = %s", (admin,))
    _refused(db, admin, "HS050")


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/Los_Angeles"])
@pytest.mark.parametrize(
    ("at", "begins"),
    [
        ("2026-01-01 00:00+00", "2026-02-01 00:00+00"),
        ("2026-01-31 23:59:59.999999+00", "2026-02-01 00:00+00"),
        ("2024-02-29 12:00+00", "2024-03-01 00:00+00"),
        ("2026-12-31 20:00-08", "2027-02-01 00:00+00"),
        ("2026-12-31 12:00+13", "2027-01-01 00:00+00"),
    ],
)
def test_months_are_those_of_utc_whatever_the_client_says(db: Connection, zone: str, at: str, begins: str) -> None:
    db.execute("select set_config('timezone', %s, true)", (zone,))
    assert one(db, "select private.next_month_begins(%s) = %s::timestamptz", at, begins)
    limit = insert(db, "user_video_limits", {"user_id": make_user(db)})
    assert one(db, "select private.next_month_begins(now())") == limit["credits_reset_at"]
    assert one(db, "select extract(day from credits_reset_at at time zone 'UTC') from public.user_video_limits") == 1


def test_a_spent_credit_comes_back_with_the_first_instant_of_the_next_month(db: Connection) -> None:
    user = make_user(db)
    assert _spend(db, user, "2026-05-31 23:59:59+00") == 0
    _refused(db, user, "HS050", "2026-05-31 23:59:59.999999+00")
    assert _spend(db, user, "2026-06-01 00:00+00") == 0
    assert _row(db, user) == ("free", 1, 1, "2026-07-01 00:00")
    _refused(db, user, "HS050", "2026-06-01 00:00+00")


@pytest.mark.parametrize("year", [2001, 2131])
def test_the_servers_own_clock_counts_for_nothing_where_a_time_is_given(db: Connection, year: int) -> None:
    user = make_user(db, subscription_tier="creator")
    _limit(db, user, subscription_tier="creator", monthly_limit=2, credits_reset_at=f"{year}-06-01+00", premium_until=f"{year}-06-15+00")
    assert [_spend(db, user, f"{year}-05-31 23:00+00") for _ in range(2)] == [1, 0]
    _refused(db, user, "HS050", f"{year}-05-31 23:59:59+00")
    assert _give_back(db, user, f"{year}-05-31 23:00+00") is True
    assert _spend(db, user, f"{year}-06-01 00:00+00") == 1
    assert _row(db, user) == ("creator", 2, 1, f"{year}-07-01 00:00")
    assert _give_back(db, user, f"{year}-05-31 23:00+00") is False
    _refused(db, user, "HS050", f"{year}-06-15 00:00+00")
    assert one(db, "select private.reset_monthly_video_credits(%s::timestamptz)", f"{year}-06-30 23:59:59+00") == 0
    assert one(db, "select private.reset_monthly_video_credits(%s::timestamptz)", f"{year}-07-01 00:00+00") == 1
    assert _row(db, user) == ("creator", 2, 0, f"{year}-08-01 00:00")
    first = make_user(db)
    assert _spend(db, first, f"{year}-02-10 00:00+00") == 0
    assert _row(db, first) == ("free", 1, 1, f"{year}-03-01 00:00")


def test_months_without_a_video_are_skipped_and_not_saved_up(db: Connection) -> None:
    user = make_user(db, subscription_tier="starter")
    assert _spend(db, user) == 2
    assert _spend(db, user, "2027-02-03 00:00+00") == 2
    assert _row(db, user) == ("starter", 3, 1, "2027-03-01 00:00")


def test_a_clock_that_is_late_spends_from_the_month_that_has_begun(db: Connection) -> None:
    user = make_user(db)
    assert _spend(db, user, "2026-06-01 00:00+00") == 0
    _refused(db, user, "HS050", "2026-05-31 23:59:59+00")
    assert _row(db, user) == ("free", 1, 1, "2026-07-01 00:00")


def test_a_limit_of_nothing_is_refused_also_in_a_new_month(db: Connection) -> None:
    user = make_user(db)
    _limit(db, user, monthly_limit=0)
    _refused(db, user, "HS050")
    _refused(db, user, "HS050", "2026-07-01 00:00+00")
    assert _used(db, user) == 0


def test_the_paid_limit_counts_until_the_plan_ends_and_the_free_one_from_then_on(db: Connection) -> None:
    user = make_user(db, subscription_tier="creator")
    _limit(db, user, subscription_tier="creator", monthly_limit=8, premium_until="2026-05-15 00:00+00")
    assert _spend(db, user, "2026-05-14 23:59:59+00") == 7
    _refused(db, user, "HS050", "2026-05-15 00:00+00")
    assert _spend(db, user, "2026-06-01 00:00+00") == 0
    _refused(db, user, "HS050", "2026-06-02 00:00+00")
    db.execute("update public.user_video_limits set premium_until = '2026-07-15 00:00+00' where user_id = %s", (user,))
    assert _spend(db, user, "2026-06-02 00:00+00") == 6


def test_the_end_of_a_plan_never_lifts_a_limit(db: Connection) -> None:
    user = make_user(db)
    _limit(db, user, monthly_limit=0, premium_until="2026-05-01 00:00+00")
    _refused(db, user, "HS050")
    limits = [
        one(db, "select private.video_limit_at(%s, '2026-05-01 00:00+00', %s)", limit, at)
        for limit, at in ((50, "2026-04-30 23:59+00"), (50, MAY), (0, MAY))
    ]
    assert limits == [50, 1, 0]


def test_a_credit_is_given_back_and_can_be_spent_again(db: Connection) -> None:
    user = make_user(db)
    assert _spend(db, user) == 0
    _refused(db, user, "HS050")
    assert _give_back(db, user) is True
    assert _spend(db, user) == 0


def test_nothing_is_given_back_where_nothing_is_spent(db: Connection) -> None:
    user = make_user(db)
    assert _give_back(db, user) is False
    assert _row(db, user) is None
    _limit(db, user)
    assert _give_back(db, user) is False
    assert _used(db, user) == 0
    assert _give_back(db, uuid4()) is False


def test_a_credit_of_an_earlier_month_is_not_given_back(db: Connection) -> None:
    user = make_user(db, subscription_tier="starter")
    _spend(db, user, "2026-05-31 23:59:59+00")
    _spend(db, user, "2026-06-01 00:00+00")
    assert _give_back(db, user, "2026-05-31 23:59:59+00") is False
    assert _used(db, user) == 1
    assert _give_back(db, user, "2026-06-01 00:00+00") is True
    assert _used(db, user) == 0


def test_a_month_that_is_over_takes_nothing_back(db: Connection) -> None:
    user = make_user(db)
    _spend(db, user)
    assert _give_back(db, user, "2026-06-01 00:00+00") is False
    assert _give_back(db, user, "2026-05-31 23:59:59+00") is True


def test_the_reset_starts_the_month_of_due_rows_alone(db: Connection) -> None:
    old, older, current = (make_user(db, subscription_tier="starter") for _ in range(3))
    _spend(db, older, "2026-02-10 00:00+00")
    _spend(db, old)
    _spend(db, current, "2026-06-01 00:00+00")
    assert one(db, "select private.reset_monthly_video_credits('2026-06-01 00:00+00')") == 2
    assert _row(db, old) == _row(db, older) == ("starter", 3, 0, "2026-07-01 00:00")
    assert _row(db, current) == ("starter", 3, 1, "2026-07-01 00:00")
    assert one(db, "select private.reset_monthly_video_credits('2026-06-01 00:00+00')") == 0
    assert one(db, "select private.reset_monthly_video_credits('2026-07-01 00:00+00')") == 3


def test_a_new_tier_brings_its_limit_up_and_down(db: Connection) -> None:
    user = make_user(db)
    _spend(db, user)
    for tier in ("creator_pro", "starter", "free"):
        db.execute("update public.users set subscription_tier = %s where id = %s", (tier, user))
        assert _row(db, user) == (tier, TIERS[tier], 1, "2026-06-01 00:00")


def test_a_limit_that_was_set_by_hand_outlives_a_new_tier(db: Connection) -> None:
    user, other = make_user(db), make_user(db)
    _limit(db, user, monthly_limit=20)
    _limit(db, other)
    db.execute("update public.users set subscription_tier = 'creator' where id = %s", (user,))
    assert _row(db, user) == ("creator", 20, 0, "2026-06-01 00:00")
    assert _row(db, other) == ("free", 1, 0, "2026-06-01 00:00")


def test_an_update_that_leaves_the_tier_leaves_the_limits(db: Connection) -> None:
    user = make_user(db, subscription_tier="creator")
    _limit(db, user)
    db.execute("update public.users set subscription_tier = subscription_tier, full_name = 'Ada' where id = %s", (user,))
    assert _row(db, user) == ("free", 1, 0, "2026-06-01 00:00")


def test_the_trigger_writes_for_whoever_may_change_a_tier(db: Connection) -> None:
    user = make_user(db)
    _limit(db, user)
    db.execute("revoke all on public.user_video_limits from service_role")
    db.execute("set local role service_role")
    with pytest.raises(psycopg.errors.InsufficientPrivilege), db.transaction():
        db.execute("update public.user_video_limits set monthly_limit = 50")
    db.execute("update public.users set subscription_tier = 'starter' where id = %s", (user,))
    db.execute("reset role")
    assert _row(db, user) == ("starter", 3, 0, "2026-06-01 00:00")


# What commits, in databases of their own.

SPENDERS = 50

#: Reads, then writes: what A did, and what the race below must catch.
NAIVE = """
create or replace function private.spend_video_credit(user_id uuid, at timestamptz default now()) returns integer
language plpgsql set search_path = '' as $function$
declare
  credits_left integer;
begin
  insert into public.user_video_limits (user_id, monthly_limit, credits_reset_at)
  values (spend_video_credit.user_id, 15, private.next_month_begins(spend_video_credit.at)) on conflict do nothing;
  select limits.monthly_limit - limits.videos_this_month - 1 into credits_left
  from public.user_video_limits as limits where limits.user_id = spend_video_credit.user_id;
  if credits_left < 0 then
    raise exception 'none left' using errcode = 'HS050';
  end if;
  update public.user_video_limits as limits set videos_this_month = limits.videos_this_month + 1
  where limits.user_id = spend_video_credit.user_id;
  return credits_left;
end
$function$
"""


def _race(target: Target, user: UUID, hold: str) -> Counter[Any]:
    """Let fifty connections spend at once, from when all of them wait for the row that the statement `hold` locks."""

    def spend(connection: Connection) -> Any:
        try:
            return _spend(connection, user)
        except psycopg.Error as fault:
            return fault.sqlstate

    connections = [target.connect(application="spender") for _ in range(SPENDERS)]
    try:
        with target.connect() as holder, target.connect() as watcher, ThreadPoolExecutor(SPENDERS) as threads:
            with holder.transaction():
                holder.execute(hold.encode(), (user,))
                going = [threads.submit(spend, connection) for connection in connections]
                _wait(watcher, SPENDERS)
            return Counter(one.result(timeout=60) for one in going)
    finally:
        for connection in connections:
            connection.close()


def _wait(watcher: Connection, count: int) -> None:
    """Return once so many spenders wait for a lock."""
    waiting = "select count(*) from pg_stat_activity where application_name = 'spender' and wait_event_type = 'Lock'"
    deadline = time.monotonic() + 30
    while one(watcher, waiting) < count:
        assert time.monotonic() < deadline, "the spenders never came to wait"
        time.sleep(0.01)


HOLD_USER = "select from public.users where id = %s for update"
HOLD_LIMIT = "select from public.user_video_limits where user_id = %s for update"
ALL_OF_15 = Counter(dict.fromkeys(range(15), 1)) + Counter({"HS050": SPENDERS - 15})


def test_fifty_first_spenders_at_once_make_one_row_and_get_exactly_the_fifteen_credits(clone_target: Target) -> None:
    with clone_target.connect() as connection:
        user = make_user(connection, subscription_tier="creator_pro")
        assert _race(clone_target, user, HOLD_USER) == ALL_OF_15
        assert _row(connection, user) == ("creator_pro", 15, 15, "2026-06-01 00:00")


def test_fifty_spenders_at_once_get_exactly_the_fifteen_credits_of_a_row_that_is_there(clone_target: Target) -> None:
    with clone_target.connect() as connection:
        user = make_user(connection, subscription_tier="creator_pro")
        _limit(connection, user, subscription_tier="creator_pro", monthly_limit=15)
        assert _race(clone_target, user, HOLD_LIMIT) == ALL_OF_15
        assert _used(connection, user) == 15


def test_fifty_spenders_at_once_begin_the_new_month_once(clone_target: Target) -> None:
    with clone_target.connect() as connection:
        user = make_user(connection, subscription_tier="creator_pro")
        last_month = {"videos_this_month": 15, "credits_reset_at": "2026-05-01 00:00+00"}
        _limit(connection, user, subscription_tier="creator_pro", monthly_limit=15, **last_month)
        assert _race(clone_target, user, HOLD_LIMIT) == ALL_OF_15
        assert _row(connection, user) == ("creator_pro", 15, 15, "2026-06-01 00:00")


def test_the_race_catches_a_function_that_reads_and_then_writes(clone_target: Target) -> None:
    with clone_target.connect() as connection:
        connection.execute(NAIVE.encode())
        user = make_user(connection, subscription_tier="creator_pro")
        _limit(connection, user, subscription_tier="creator_pro", monthly_limit=15)
        assert _race(clone_target, user, HOLD_LIMIT) != ALL_OF_15
        assert _used(connection, user) > 15


def _during(target: Target, before: Callable[[Connection], Any], then: Callable[[Connection], Any]) -> None:
    """Do one thing without committing, start the other, and commit once that waits."""
    with target.connect() as first, target.connect(application="spender") as second, target.connect() as watcher:
        with first.transaction():
            before(first)
            thread = threading.Thread(target=then, args=(second,))
            thread.start()
            _wait(watcher, 1)
        thread.join(timeout=60)
        assert not thread.is_alive()


@pytest.mark.parametrize("spender_comes", ["first", "second"])
def test_a_row_that_is_made_while_the_tier_changes_has_the_new_tier(clone_target: Target, spender_comes: str) -> None:
    with clone_target.connect() as connection:
        user = make_user(connection)

        def change(one: Connection) -> None:
            one.execute("update public.users set subscription_tier = 'creator' where id = %s", (user,))

        def spend(one: Connection) -> None:
            _spend(one, user)

        _during(clone_target, *((spend, change) if spender_comes == "first" else (change, spend)))
        assert _row(connection, user) == ("creator", 8, 1, "2026-06-01 00:00")


def test_a_spender_whose_row_is_there_does_not_wait_for_a_change_of_the_person(clone_target: Target) -> None:
    with clone_target.connect() as connection, clone_target.connect() as other:
        user = make_user(connection, subscription_tier="starter")
        assert _spend(connection, user) == 2
        connection.execute("set lock_timeout = '1s'")
        with other.transaction():
            other.execute("update public.users set full_name = 'Ada' where id = %s", (user,))
            assert _spend(connection, user) == 1


def test_a_reset_that_waits_for_a_spender_does_not_take_the_new_credit_away(clone_target: Target) -> None:
    with clone_target.connect() as connection:
        user = make_user(connection)
        _limit(connection, user, videos_this_month=1)
        _during(
            clone_target,
            lambda one: _spend(one, user, "2026-06-01 00:00+00"),
            lambda one: one.execute("select private.reset_monthly_video_credits('2026-06-01 00:00+00')"),
        )
        assert _row(connection, user) == ("free", 1, 1, "2026-07-01 00:00")
