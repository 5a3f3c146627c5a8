"""The driver of the import: cut off anywhere it goes on, a bad row costs itself alone, drift is adapted, indexes come back."""

from __future__ import annotations

import psycopg
import pytest

from scripts.target import Connection, Target
from tests.conftest import test_server
from tests.consolidation.small import accounts, add, begun, check_accounted, create_legacy, put_aside_for_few, result, run_all, take, uid
from tests.migrations.dumps import dump


def many_people(connection: Connection, number: int = 400) -> None:
    """A's people, in several blocks, and a workspace for each."""
    create_legacy(connection, "a", "old_a")
    connection.execute(
        "insert into old_a.users (id, email, full_name, created_at, updated_at)"
        " select format('00000000-0000-4000-8000-%%s',"
        " lpad(n::text, 12, '0'))::uuid, format('p%%s@x.org', n), repeat('n', 200), '2025-01-01', '2025-01-02'"
        " from generate_series(1, %s) as n",
        (number,),
    )
    connection.execute("insert into old_a.workspaces (id, name, owner_id, created_at) select id, 'W', id, '2025-01-01' from old_a.users")
    connection.execute("analyze old_a.users")
    begun(connection)
    put_aside_for_few(connection)


def test_cut_off_after_any_piece_it_ends_in_the_same_rows_and_schema(clone: Connection, clone_target: Target) -> None:
    many_people(clone)
    take(clone, "a", "old_a")
    clone.commit()
    before = dump(test_server(), clone_target.database, "--schema-only", "--schema=public", "--schema=secrets")
    pieces = 0
    while True:
        # what a kill leaves of a piece: nothing
        clone.execute("select * from consolidation.import_next(null, 100)")
        clone.rollback()
        row = clone.execute("select piece from consolidation.import_next(null, 100)").fetchone()
        clone.commit()
        if row is None:
            break
        pieces += 1
    assert pieces > 30
    check_accounted(clone)
    assert accounts(clone) == {"a.users": {"migrated": 400}, "a.workspaces": {"migrated": 400}}
    clone.commit()
    assert dump(test_server(), clone_target.database, "--schema-only", "--schema=public", "--schema=secrets") == before


def test_in_one_transaction_from_sql_alone(clone: Connection) -> None:
    many_people(clone)
    take(clone, "a", "old_a")
    clone.commit()
    done = clone.execute("select is_done, rows_done, rows_total from consolidation.import_all(60)").fetchone()
    clone.commit()
    assert done == (True, 800, 800)
    check_accounted(clone)


def test_what_is_aside_can_be_put_back_without_going_on(clone: Connection, clone_target: Target) -> None:
    many_people(clone)
    take(clone, "a", "old_a")
    clone.commit()
    before = dump(test_server(), clone_target.database, "--schema-only", "--schema=public")
    clone.execute("select * from consolidation.import_next()")
    clone.commit()
    assert dump(test_server(), clone_target.database, "--schema-only", "--schema=public") != before
    clone.execute("select consolidation.put_all_back()")
    clone.commit()
    assert dump(test_server(), clone_target.database, "--schema-only", "--schema=public") == before


def test_for_a_few_rows_nothing_is_put_aside(clone: Connection, clone_target: Target) -> None:
    many_people(clone)
    clone.execute("reset consolidation.bulk_from")
    take(clone, "a", "old_a")
    clone.commit()
    before = dump(test_server(), clone_target.database, "--schema-only", "--schema=public")
    clone.execute("select * from consolidation.import_next()")
    clone.commit()
    added = set(dump(test_server(), clone_target.database, "--schema-only", "--schema=public").splitlines()) - set(before.splitlines())
    assert added
    assert {line for line in added if "import_notes_" not in line} == set()
    run_all(clone)
    assert clone.execute("select was_unused, is_bulk from consolidation.runs where run_number = 2").fetchall() == [(True, False)]
    assert dump(test_server(), clone_target.database, "--schema-only", "--schema=public") == before


def test_a_row_that_cannot_be_carried_costs_itself_alone(clone: Connection) -> None:
    many_people(clone)
    clone.execute("alter table old_a.users alter column created_at drop default, alter column created_at type text")
    clone.execute("update old_a.users set created_at = 'one fine day' where id in (%s, %s)", (uid(7), uid(311)))
    take(clone, "a", "old_a")
    clone.commit()
    run_all(clone)
    check_accounted(clone)
    assert accounts(clone)["a.users"] == {"migrated": 398, "rejected": 2}
    rows = clone.execute("select legacy_key, reason, legacy_row ->> 'created_at' from consolidation.rejects where legacy_table = 'a.users'")
    # where the whole table is read the value is null, and no error
    seen = clone.execute(
        "select id::text, created_at::text from source_a.users where id in (%s, %s) order by 1", (uid(7), uid(8))
    ).fetchall()
    assert seen == [(uid(7), None), (uid(8), "2025-01-01 00:00:00+00")]
    why = "invalid input syntax for type timestamp with time zone [22007]"
    assert sorted(rows) == [(uid(7), why, "one fine day"), (uid(311), why, "one fine day")]


@pytest.mark.parametrize("is_in_parts", [False, True])
def test_rows_whose_id_is_null_or_another_rows_cost_themselves_alone(clone: Connection, is_in_parts: bool) -> None:
    many_people(clone, 9)
    clone.execute("alter table old_a.users drop constraint users_pkey, alter id drop not null")
    if is_in_parts:
        clone.execute(
            "alter table old_a.users rename to whole; create table old_a.users (like old_a.whole) partition by hash (email);"
            " create table old_a.part_0 partition of old_a.users for values with (modulus 2, remainder 0);"
            " create table old_a.part_1 partition of old_a.users for values with (modulus 2, remainder 1);"
            " insert into old_a.users select * from old_a.whole; drop table old_a.whole"
        )
    add(
        clone, "old_a", "users",
        *({"id": key, "email": f"q{number}@x.org"} for number, key in enumerate([None, None, uid(3), uid(3), uid(4)])),
    )  # fmt: skip
    take(clone, "a", "old_a")
    clone.commit()
    run_all(clone)
    check_accounted(clone)
    assert accounts(clone)["a.users"] == {"migrated": 9, "rejected": 5}
    twice = "id: another row has it"
    rejected = clone.execute(
        "select legacy_key, reason, legacy_row ->> 'id' from consolidation.rejects where legacy_table = 'a.users' order by 1"
    ).fetchall()
    assert rejected == [
        (f"{uid(3)} row 2", twice, uid(3)), (f"{uid(3)} row 3", twice, uid(3)), (f"{uid(4)} row 2", twice, uid(4)),
        ("row 1", "id: there is none", None), ("row 2", "id: there is none", None),
    ]  # fmt: skip
    # tried again they are rejected again, and nothing else changes
    before = result(clone)
    assert clone.execute("select consolidation.retry_rejects()").fetchone() == (5,)
    clone.commit()
    run_all(clone)
    check_accounted(clone)
    assert result(clone) == before


def test_a_rejected_row_is_tried_again_when_it_is_mended(clone: Connection) -> None:
    create_legacy(clone, "a", "old_a")
    clone.execute("alter table old_a.users alter column subscription_tier drop default")
    add(clone, "old_a", "users", {"id": uid(1), "email": "a@x.org", "subscription_tier": "Gold"}, {"id": uid(2), "email": "b@x.org"})
    take(clone, "a", "old_a")
    clone.commit()
    run_all(clone)
    assert accounts(clone)["a.users"] == {"migrated": 1, "rejected": 1}
    clone.execute("insert into consolidation.value_map values ('users.subscription_tier', 'gold', 'creator')")
    assert clone.execute("select consolidation.retry_rejects('a.users')").fetchone() == (1,)
    clone.commit()
    assert "again a.users" not in run_all(clone)
    check_accounted(clone)
    assert clone.execute("select subscription_tier from public.users where id = %s", (uid(1),)).fetchone() == ("creator",)


def test_drift_is_adapted_and_what_the_list_does_not_know_is_kept(clone: Connection) -> None:
    create_legacy(clone, "a", "old_a")
    clone.execute(
        "alter table old_a.users alter column created_at type timestamp using '2025-01-01 12:00:00', "
        " alter column onboarding_completed drop default,"
        " alter column onboarding_completed type integer using 1, alter column preferences drop default,"
        " alter column preferences type text using '{\"a\": 1}', drop column avatar_url, add column shoe_size integer"
    )
    clone.execute("alter table old_a.users alter column id type text")
    clone.execute(
        "insert into old_a.users (id, email, created_at, onboarding_completed, preferences, shoe_size)"
        " values (%s, 'a@x.org', '2025-01-01 12:00:00', 1, '{\"a\": 1}', 43)",
        (uid(1).upper(),),
    )
    take(clone, "a", "old_a")
    clone.commit()
    run_all(clone)
    check_accounted(clone)
    row = clone.execute(
        "select (created_at at time zone 'UTC')::text, onboarding_completed, preferences from public.users where id = %s", (uid(1),)
    ).fetchone()
    assert row == ("2025-01-01 12:00:00", True, {"a": 1})
    kept = clone.execute("select legacy_column, value from consolidation.kept where legacy_column = 'shoe_size'").fetchall()
    assert kept == [("shoe_size", 43)]
    drift = clone.execute("select drift from consolidation.sources where legacy_table = 'a.users'").fetchone()
    assert drift
    assert drift[0]["avatar_url"] is None
    assert drift[0]["onboarding_completed"] == "integer"


def test_a_transform_that_gives_a_row_no_line_is_stopped(clone: Connection) -> None:
    many_people(clone, 3)
    take(clone, "a", "old_a")
    clone.execute("create or replace function consolidation.import_a_users() returns void language sql as ''")
    clone.commit()
    with pytest.raises(psycopg.Error) as caught:
        run_all(clone)
    assert caught.value.sqlstate == "HS116"


def refused(connection: Connection, domain: str) -> str | None:
    with pytest.raises(psycopg.Error) as caught:
        connection.execute("select * from consolidation.import_next(%s)", (domain,))
    connection.rollback()
    return caught.value.sqlstate


def test_domains_come_in_their_order_and_an_unfinished_one_first(clone: Connection) -> None:
    many_people(clone, 3)
    take(clone, "a", "old_a")
    clone.execute(
        "insert into consolidation.steps (position, domain, step, legacy_table, is_further, hybrid_tables)"
        " values (99999, 'last', 'a.workspaces_last', 'a.workspaces', true, '{public.workspaces}')"
    )
    clone.commit()
    assert refused(clone, "nonsense") == "HS112"
    assert refused(clone, "last") == "HS114"
    clone.execute("select * from consolidation.import_next('people')")
    clone.commit()
    assert refused(clone, "last") == "HS115"
    run_all(clone, "people")
    check_accounted(clone)


def test_a_transform_that_fails_where_no_row_is_at_fault_is_stopped(clone: Connection) -> None:
    many_people(clone, 3)
    clone.execute("delete from old_a.users")
    take(clone, "a", "old_a")
    clone.execute("create or replace function consolidation.import_a_users() returns void language sql as 'select 1 / 0'")
    clone.commit()
    with pytest.raises(psycopg.Error) as caught:
        run_all(clone, "people")
    assert caught.value.sqlstate == "HS110"
    assert "division by zero [22012]" in str(caught.value)


def test_nothing_captured_says_so(clone: Connection) -> None:
    with pytest.raises(psycopg.Error) as caught:
        run_all(clone)
    assert caught.value.sqlstate == "HS111"


def test_result_sees_a_changed_row(clone: Connection) -> None:
    many_people(clone, 3)
    first = result(clone)
    clone.execute("insert into public.users (id, email) values (%s, 'x@x.org')", (uid(9),))
    assert result(clone) != first
