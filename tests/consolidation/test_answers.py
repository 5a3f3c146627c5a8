"""What waits for a human: listed, answered, recorded, applied, and taken back with the import."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from scripts.target import Connection, Target
from tests.consolidation.legacy.lists import A, B
from tests.consolidation.small import accounts, add, check_accounted, create_legacy, result, run_all, take, uid
from tests.consolidation.test_import_people import DAY, fill_a, fill_b
from tests.consolidation.test_undo import changes, differing, install_whatever_is_odd, undo

FIXED = "insert into consolidation.runs (run_number, started_at, finished_at) values (1, '2026-01-01 00:00:00+00', now())"


def _ready(clone: Connection) -> Connection:
    fill_a(clone)
    fill_b(clone)
    # the person whose address an identity provider says has a workspace in B
    day = {"created_at": DAY.format(5), "updated_at": DAY.format(6)}
    add(clone, "old_b", "workspaces", {"id": uid(16), "name": "Vic's", "owner_id": uid(7), **day})
    take(clone, "a", "old_a")
    take(clone, "b", "old_b")
    clone.execute(FIXED)
    clone.commit()
    return clone


@pytest.fixture
def captured(clone: Connection) -> Connection:
    """A and B captured, nothing imported."""
    return _ready(clone)


@pytest.fixture
def imported(captured: Connection) -> Connection:
    """A and B imported, nothing answered."""
    run_all(captured)
    return captured


def waiting(connection: Connection) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for kind, key in connection.execute("select kind, key from consolidation.waiting()"):
        found.setdefault(kind, []).append(key)
    return found


def decide(connection: Connection, *answers: tuple[str, str, str], by: str = "Ann") -> list[tuple[Any, ...]]:
    said = [{"kind": kind, "key": key, "answer": answer} for kind, key, answer in answers]
    done = connection.execute("select * from consolidation.decide_all(%s, %s)", (Jsonb(said), by)).fetchall()
    connection.commit()
    if any(row[3] for row in done):
        run_all(connection)
        check_accounted(connection)
    return done


def refused(connection: Connection, *answers: tuple[str, str, str], by: str = "Ann") -> tuple[str | None, str]:
    before, questions = result(connection), waiting(connection)
    with pytest.raises(psycopg.Error) as caught:
        decide(connection, *answers, by=by)
    connection.rollback()
    assert result(connection) == before
    assert waiting(connection) == questions
    assert connection.execute("select count(*) from consolidation.decisions").fetchone() == (0,)
    return caught.value.sqlstate, str(caught.value.diag.message_primary)


def test_everything_that_waits_is_listed_with_what_can_be_answered(imported: Connection) -> None:
    rows = imported.execute("select kind, key, row_count, about, answers from consolidation.waiting()").fetchall()
    assert [(kind, key, number) for kind, key, number, _, _ in rows] == [
        ("same_person", f"b.users:{uid(6)}", 1),
        ("same_person", f"b.users:{uid(7)}", 1),
        ("trust_addresses", "all", 2),
        ("same_workspace", f"b.workspaces:{uid(14)}", 1),
        ("candidate_admin", f"a.users:{uid(1)}", 1),
        ("candidate_admin", f"b.users:{uid(6)}", 1),
        ("candidate_tier", f"b.users:{uid(5)}", 1),
        ("no_owner", f"a.workspaces:{uid(13)}", 1),
        ("no_owner", f"b.workspaces:{uid(15)}", 1),
        ("no_workspace", f"a.workspace_members:{uid(24)}", 1),
        ("rejected", "a.workspace_members:user_id: no such person", 1),
        ("rejected", "b.users:email: no address", 1),
    ]
    about = {(kind, key): (said, answers) for kind, key, _, said, answers in rows}
    assert about["same_person", f"b.users:{uid(6)}"] == (
        f"B's bob@x.org may be the person {uid(2)} of A (bob@x.org, Bob); A does not confirm the address", "merge | separate",
    )  # fmt: skip
    assert about["candidate_tier", f"b.users:{uid(5)}"] == ("ann@x.org had the plan enterprise, and has free", "confirm | refuse")


def test_two_people_who_are_one_become_one_as_if_it_had_been_decided_before(captured: Connection) -> None:
    captured.execute(
        "insert into consolidation.decisions (kind, legacy_table, legacy_key, answer, decided_by)"
        " values ('same_person', 'b.users', %s, 'merge', 'Ann')",
        (uid(7),),
    )
    captured.commit()
    run_all(captured)
    decided_before = result(captured)
    captured.execute("select consolidation.undo()")
    captured.execute("delete from consolidation.decisions")
    captured.commit()
    run_all(captured)
    assert result(captured) != decided_before

    assert decide(captured, ("same_person", f"b.users:{uid(7)}", "merge")) == [("same_person", f"b.users:{uid(7)}", "merge", True)]
    after = result(captured)
    assert after == decided_before
    assert accounts(captured)["b.users"] == {"migrated": 2, "merged": 2, "rejected": 1}
    assert captured.execute("select count(*) from public.users where email = 'vic@x.org'").fetchone() == (1,)
    owner = captured.execute("select owner_id::text from public.workspaces where id = %s", (uid(16),)).fetchone()
    assert owner == (uid(3),)
    decided = captured.execute("select answer, decided_by, applied_at is not null from consolidation.decisions").fetchall()
    assert decided == [("merge", "Ann", True)]
    assert f"b.users:{uid(7)}" not in waiting(captured)["same_person"]


def test_what_the_person_of_b_has_got_since_goes_to_the_person_of_a(imported: Connection) -> None:
    imported.execute("insert into public.workspace_members (workspace_id, user_id, role) values (%s, %s, 'editor')", (uid(11), uid(6)))
    imported.execute("insert into public.workspace_members (workspace_id, user_id) values (%s, %s)", (uid(11), uid(2)))
    imported.execute(
        "insert into public.content_posts (id, workspace_id, user_id, content) values (%s, %s, %s, 'x')", (uid(90), uid(11), uid(6))
    )
    imported.execute(
        "insert into public.analytics_events (id, workspace_id, user_id, event_type) values (%s, %s, %s, 'x')", (uid(91), uid(11), uid(6))
    )
    imported.commit()
    decide(imported, ("same_person", f"b.users:{uid(6)}", "merge"))
    assert imported.execute("select user_id::text from public.content_posts where id = %s", (uid(90),)).fetchone() == (uid(2),)
    assert imported.execute("select user_id::text from public.analytics_events where id = %s", (uid(91),)).fetchone() == (uid(2),)
    # the higher role of the two
    members = imported.execute("select role from public.workspace_members where workspace_id = %s and user_id = %s", (uid(11), uid(2)))
    assert members.fetchall() == [("editor",)]
    assert imported.execute("select count(*) from public.users where id = %s", (uid(6),)).fetchone() == (0,)
    assert imported.execute("select count(*) from secrets.claimable_users where user_id = %s", (uid(6),)).fetchone() == (0,)
    # he was a candidate, and still is
    assert f"b.users:{uid(6)}" in waiting(imported)["candidate_admin"]


def test_a_right_of_somebody_who_is_joined_is_the_right_of_whom_he_becomes(imported: Connection) -> None:
    before, joined = f"b.users:{uid(6)}", "select id::text, role, subscription_tier from public.users where email = 'bob@x.org'"
    decide(imported, ("candidate_admin", before, "confirm"))
    assert imported.execute(joined + " order by 1").fetchall() == [(uid(2), "user", "creator"), (uid(6), "admin", "free")]
    decide(imported, ("same_person", before, "merge"))
    assert imported.execute(joined).fetchall() == [(uid(2), "admin", "creator")]


def test_the_rights_and_the_person_are_answered_at_once(imported: Connection) -> None:
    decide(imported, ("candidate_admin", f"b.users:{uid(6)}", "confirm"), ("same_person", f"b.users:{uid(6)}", "merge"))
    assert imported.execute("select id::text from public.users where is_admin").fetchall() == [(uid(2),)]
    assert imported.execute("select count(*) from consolidation.decisions where applied_at is null").fetchone() == (0,)


def test_two_people_stay_two_when_it_is_said(imported: Connection) -> None:
    before = result(imported)
    decide(imported, ("same_person", f"b.users:{uid(7)}", "separate"))
    assert result(imported) == before
    assert waiting(imported)["same_person"] == [f"b.users:{uid(6)}"]


def test_trusting_addresses_joins_all_that_nobody_has_kept_apart(imported: Connection) -> None:
    decide(imported, ("same_person", f"b.users:{uid(7)}", "separate"))
    assert decide(imported, ("trust_addresses", "all", "yes")) == [("trust_addresses", "all", "yes", True)]
    assert "same_person" not in waiting(imported)
    emails = imported.execute("select email, count(*) from public.users group by 1 order by 1").fetchall()
    assert emails == [("ann@x.org", 1), ("bob@x.org", 1), ("other@x.org", 1), ("vic@x.org", 2)]


def test_an_address_that_several_of_a_have_typed_joins_nobody(clone: Connection) -> None:
    create_legacy(clone, "a", "old_a")
    create_legacy(clone, "b", "old_b")
    add(clone, "old_a", "users", {"id": uid(1), "email": "x@x.org"}, {"id": uid(2), "email": "X@x.org"})
    add(clone, "old_b", "users", {"id": uid(3), "email": "x@x.org"})
    take(clone, "a", "old_a")
    take(clone, "b", "old_b")
    clone.commit()
    run_all(clone)
    code, said = refused(clone, ("same_person", f"b.users:{uid(3)}", "merge"))
    assert (code, said) == ("HS134", f"same_person b.users:{uid(3)}: several people of A have typed that address")
    decide(clone, ("trust_addresses", "all", "yes"))
    assert clone.execute("select count(*) from public.users").fetchone() == (3,)
    assert waiting(clone)["same_person"] == [f"b.users:{uid(3)}"]


def test_a_right_is_given_when_it_is_confirmed_and_only_then(imported: Connection) -> None:
    decide(imported, ("candidate_admin", f"a.users:{uid(1)}", "confirm"), ("candidate_admin", "all", "refuse"))
    admins = imported.execute("select id::text from public.users where is_admin").fetchall()
    assert admins == [(uid(1),)]
    decide(imported, ("candidate_tier", "b.users:all", "confirm"))
    # B's person is A's
    assert imported.execute("select subscription_tier from public.users where id = %s", (uid(1),)).fetchone() == ("enterprise",)
    log = imported.execute("select user_id::text, changed_by, after from secrets.user_changes order by after::text").fetchall()
    assert log == [(uid(1), None, {"role": "admin"}), (uid(1), None, {"subscription_tier": "enterprise"})]
    assert [kind for kind in waiting(imported) if kind.startswith("candidate")] == []
    answers = imported.execute("select legacy_key, answer from consolidation.decisions order by kind, legacy_key").fetchall()
    assert answers == [(uid(1), "confirm"), (uid(6), "refuse"), (uid(5), "confirm")]


def test_a_word_is_mapped_and_its_rows_come_with_all_that_hangs_on_them(clone: Connection) -> None:
    create_legacy(clone, "a", "old_a")
    clone.execute("alter table old_a.users alter column subscription_tier drop default")
    add(clone, "old_a", "users", {"id": uid(1), "email": "a@x.org", "subscription_tier": "Gold "}, {"id": uid(2), "email": "b@x.org"})
    add(clone, "old_a", "workspaces", {"id": uid(11), "name": "One", "owner_id": uid(1)})
    add(clone, "old_a", "workspace_members", {"id": uid(21), "workspace_id": uid(11), "user_id": uid(2), "role": "boss"})
    take(clone, "a", "old_a")
    clone.commit()
    run_all(clone)
    assert accounts(clone) == {
        "a.users": {"migrated": 1, "rejected": 1}, "a.workspaces": {"rejected": 1}, "a.workspace_members": {"rejected": 1},
    }  # fmt: skip
    assert waiting(clone) == {
        "word": ["users.subscription_tier:gold"], "no_owner": [f"a.workspaces:{uid(11)}"],
        "no_workspace": [f"a.workspace_members:{uid(21)}"],
    }  # fmt: skip
    answers = clone.execute("select answers from consolidation.waiting() where kind = 'word'").fetchone()
    assert answers == ("creator | creator_pro | enterprise | free | starter",)
    decide(clone, ("word", "users.subscription_tier:gold", "creator"))
    # the member's role was not looked at before: there was no workspace
    assert waiting(clone) == {"word": ["workspace_members.role:boss"]}
    decide(clone, ("word", "workspace_members.role:boss", "admin"))
    assert waiting(clone) == {}
    assert accounts(clone) == {"a.users": {"migrated": 2}, "a.workspaces": {"migrated": 1}, "a.workspace_members": {"migrated": 1}}
    assert clone.execute("select subscription_tier from public.users where id = %s", (uid(1),)).fetchone() == ("creator",)


def test_a_workspace_without_an_owner_gets_the_one_that_is_named(imported: Connection) -> None:
    decide(
        imported, ("no_owner", f"a.workspaces:{uid(13)}", uid(3)), ("no_owner", f"b.workspaces:{uid(15)}", f"owner {uid(6)}")
    )  # fmt: skip
    rows = imported.execute("select id::text, owner_id::text from public.workspaces where id = any(%s) order by 1", ([uid(13), uid(15)],))
    assert rows.fetchall() == [(uid(13), uid(3)), (uid(15), uid(6))]
    assert "no_owner" not in waiting(imported)
    # the membership in it came too
    assert "no_workspace" not in waiting(imported)


def test_a_row_without_a_workspace_goes_to_the_one_that_is_named(imported: Connection) -> None:
    decide(imported, ("no_workspace", f"a.workspace_members:{uid(24)}", uid(11)))
    member = imported.execute("select workspace_id::text, user_id::text, role from public.workspace_members where id = %s", (uid(24),))
    assert member.fetchall() == [(uid(11), uid(3), "member")]
    assert "no_workspace" not in waiting(imported)


def test_a_workspace_of_one_id_and_two_owners_stays_or_gets_another_owner(imported: Connection) -> None:
    where = imported.execute("select hybrid_id from consolidation.conflicts where kind = 'same_workspace'").fetchone()
    assert where
    decide(imported, ("same_workspace", f"b.workspaces:{uid(14)}", f"owner {uid(2)}"))
    assert imported.execute("select owner_id::text from public.workspaces where id = %s", where).fetchone() == (uid(2),)
    owners = imported.execute("select user_id::text from public.workspace_members where workspace_id = %s and role = 'owner'", where)
    assert sorted(owners.fetchall()) == [(uid(2),), (uid(6),)]
    assert "same_workspace" not in waiting(imported)


def test_rejected_rows_are_left_or_tried_again(imported: Connection) -> None:
    decide(imported, ("rejected", "b.users:email: no address", "leave"))
    assert waiting(imported)["rejected"] == ["a.workspace_members:user_id: no such person"]
    imported.execute("update legacy_a.workspace_members set user_id = %s where id = %s", (uid(2), uid(25)))
    decide(imported, ("rejected", "a.workspace_members:user_id: no such person", "again"))
    assert "rejected" not in waiting(imported)
    assert imported.execute("select user_id::text from public.workspace_members where id = %s", (uid(25),)).fetchone() == (uid(2),)


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        (("same_person", "b.users:x", "merge"), "HS131", "nothing waits as 'same_person' 'b.users:x'"),
        (("nonsense", "all", "merge"), "HS131", "nothing waits as 'nonsense' 'all'"),
        (("candidate_tier", "a.users:all", "confirm"), "HS131", "nothing waits as 'candidate_tier' 'a.users:all'"),
        (("candidate_tier", "all", "maybe"), "HS132", f"candidate_tier b.users:{uid(5)}: 'maybe' is not an answer to that"),
        (("trust_addresses", "all", "no"), "HS132", "trust_addresses all: 'no' is not an answer to that"),
        (("no_owner", f"a.workspaces:{uid(13)}", "x"), "HS132", f"no_owner a.workspaces:{uid(13)}: there is no active person x"),
        (
            ("no_workspace", f"a.workspace_members:{uid(24)}", uid(15)), "HS132",
            f"no_workspace a.workspace_members:{uid(24)}: no workspace {uid(15)} has come from A",
        ),
        (("same_workspace", "all", "owner nobody"), "HS132", f"same_workspace b.workspaces:{uid(14)}: there is no active person nobody"),
        (("same_workspace", "all", "merge"), "HS132", f"same_workspace b.workspaces:{uid(14)}: 'merge' is not an answer to that"),
    ],
)  # fmt: skip
def test_one_mistake_and_no_answer_counts(imported: Connection, answer: tuple[str, str, str], code: str, said: str) -> None:
    good = ("candidate_admin", f"a.users:{uid(1)}", "confirm")
    assert refused(imported, good, answer) == (code, said)


def test_who_decides_is_named(imported: Connection) -> None:
    assert refused(imported, ("candidate_admin", "all", "confirm"), by=" ")[0] == "HS133"


def test_the_line_of_a_mistake_is_said(imported: Connection) -> None:
    answers = [
        {"kind": "candidate_tier", "key": "all", "answer": "", "line": 2},
        {"kind": "candidate_tier", "key": "all", "answer": "x", "line": 3},
    ]
    with pytest.raises(psycopg.Error) as caught:
        imported.execute("select * from consolidation.decide_all(%s, 'Ann')", (Jsonb(answers),))
    assert str(caught.value.diag.message_primary).startswith("line 3: candidate_tier b.users:")
    assert caught.value.diag.message_hint == "Possible is: confirm | refuse"


def test_a_question_is_answered_once(imported: Connection) -> None:
    imported.execute("select * from consolidation.decide('candidate_tier', 'all', 'confirm', 'Ann')")
    imported.commit()
    with pytest.raises(psycopg.Error) as caught:
        imported.execute("select * from consolidation.decide('candidate_tier', 'all', 'refuse', 'Ann')")
    assert caught.value.sqlstate == "HS131"


def test_nothing_is_decided_while_a_run_is_unfinished(captured: Connection) -> None:
    captured.execute("select * from consolidation.import_next()")
    captured.commit()
    assert refused(captured, ("candidate_tier", "all", "confirm"))[0] == "HS130"


def test_answers_are_taken_back_with_the_import_and_in_force_again_with_the_next(captured: Connection) -> None:
    captured.execute("insert into auth.users (id, email, email_confirmed_at) values (%s, 'own@x.org', now())", (uid(77),))
    captured.execute("insert into public.user_video_limits (user_id) values (%s)", (uid(77),))
    captured.execute("update legacy_a.users set is_admin = true where id = %s", (uid(2),))
    captured.execute("insert into legacy_b.users (id, email, subscription_tier) values (%s, 'own@x.org', 'creator')", (uid(70),))
    captured.execute("insert into legacy_a.users (id, email) values (%s, 'own@x.org')", (uid(77),))
    captured.commit()
    before = result(captured)
    run_all(captured)
    decide(
        captured,
        ("candidate_admin", "all", "confirm"), ("candidate_tier", "all", "confirm"), ("same_person", f"b.users:{uid(7)}", "merge"),
        ("same_workspace", "all", f"owner {uid(2)}"), ("no_owner", f"a.workspaces:{uid(13)}", uid(2)),
    )  # fmt: skip
    own = "select subscription_tier from public.user_video_limits where user_id = %s"
    assert captured.execute(own, (uid(77),)).fetchone() == ("creator",)
    rights = "select id, role, subscription_tier from public.users order by 1"
    owners = "select workspace_id, user_id, role from public.workspace_members order by 1, 2"
    given, owning = captured.execute(rights).fetchall(), captured.execute(owners).fetchall()
    assert captured.execute("select * from consolidation.changed_since()").fetchall() == []
    captured.execute("select consolidation.undo()")
    captured.commit()
    assert result(captured) == before
    assert captured.execute(own, (uid(77),)).fetchone() == ("free",)

    run_all(captured)
    assert captured.execute(rights).fetchall() == given
    assert captured.execute(owners).fetchall() == owning
    assert [kind for kind in waiting(captured) if kind.startswith("candidate")] == []


def test_whatever_is_odd_is_answered_and_taken_back(clone: Connection, clone_target: Target) -> None:
    install_whatever_is_odd(clone, clone_target, (A, B), in_use=True)
    take(clone, "a", "old_a")
    take(clone, "b", "old_b")
    clone.commit()
    before = result(clone)
    run_all(clone)
    homes: dict[str, str] = dict(
        clone.execute(
            "select distinct on (legacy_table) legacy_table, hybrid_id::text from consolidation.ledger"
            " where legacy_table in ('a.workspaces', 'b.workspaces') and hybrid_id is not null order by 1, 2"
        ).fetchall()
    )
    owner = clone.execute("select id::text from public.users where is_active order by id limit 1").fetchone()
    assert owner
    asked = clone.execute("select kind, key, answers from consolidation.waiting() where kind <> 'trust_addresses'").fetchall()
    assert {kind for kind, _, _ in asked} >= {"same_person", "same_workspace", "candidate_admin", "candidate_tier", "word", "no_workspace"}
    said = {
        "same_person": "separate", "same_workspace": "separate", "candidate_admin": "confirm", "candidate_tier": "confirm",
        "no_owner": owner[0], "rejected": "leave",
    }  # fmt: skip
    answers = [
        (kind, key, said.get(kind) or (homes[f"{key[0]}.workspaces"] if kind == "no_workspace" else options.split(" | ")[0]))
        for kind, key, options in asked
    ]
    decide(clone, *answers)
    # what waits now came with rows that were tried again: nothing is asked twice
    again = {(kind, key) for kind, keys in waiting(clone).items() for key in keys} & {(kind, key) for kind, key, _ in asked}
    assert again == set()
    assert clone.execute("select count(*) > 0 from public.users where is_admin").fetchone() == (True,)
    assert changes(clone) == []
    undo(clone)
    assert differing(before, result(clone)) == {}
