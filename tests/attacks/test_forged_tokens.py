"""Tokens that are forged, torn, stale or odd: whoever cannot be told reads nothing, writes nothing, and calls nothing."""

from __future__ import annotations

import time
from typing import Any
from uuid import uuid4

import pytest
from psycopg import sql

from tests.support.scenes import Answer, Scene, insertion, touch, written

#: Claims as raw text, and the code with which PostgreSQL refuses to read them; None where they are read and belong to nobody.
RAW = {
    "": None,
    "{}": None,
    "[]": None,
    "null": None,
    "42": None,
    '"sub"': None,
    '["sub"]': None,
    '{"sub": null}': None,
    '{"sub": ""}': "22P02",
    '{"sub": "nobody"}': "22P02",
    '{"sub": 7}': "22P02",
    '{"sub": true}': "22P02",
    '{"sub": {"id": 1}}': "22P02",
    '{"sub": "00000000-0000-0000-0000-00000000000"}': "22P02",
    "not json": "22P02",
    "{": "22P02",
    '{"sub": "\\u0000"}': "22P05",
}

#: Changes to the claims of a real member, and the code; None where the token is read and counts for nothing.
ODD: dict[str, tuple[dict[str, Any], str | None]] = {
    "of nobody": ({"sub": str(uuid4())}, None),
    "without a subject": ({"sub": None}, None),
    "of the platform's workspace": ({"sub": "00000000-0000-8000-8000-000000000001"}, None),
    "of an anonymous sign-in": ({"is_anonymous": True}, None),
    "of an anonymous sign-in, as text": ({"is_anonymous": "true"}, None),
    "of an anonymous sign-in, as a number": ({"is_anonymous": 1}, None),
    "of an anonymous sign-in, in capitals": ({"is_anonymous": "TRUE"}, None),
    "without an end, as text": ({"exp": "Infinity"}, None),
    "that ended at the beginning of time": ({"exp": 0}, None),
    "that ended before the beginning of time": ({"exp": -1}, None),
    "that ended, as text": ({"exp": "1000"}, None),
    "that ended, with a fraction": ({"exp": 1.5}, None),
    "whose end is no number": ({"exp": "NaN"}, None),
    "whose end is past all time": ({"exp": 1e300}, "22008"),
    "whose end is a word": ({"exp": "soon"}, None),
    "whose end is a yes": ({"exp": True}, None),
    "whose end is a list": ({"exp": [9999999999]}, None),
    "whose end is an object": ({"exp": {"at": 9999999999}}, None),
    "whose end is empty": ({"exp": ""}, None),
}


def _asked(scene: Scene, claims: str, named: bool) -> dict[str, Answer]:
    """Return what somebody with these claims gets, naming home or not: all rows, and the answers to a write of each kind and to a call."""
    workspace = scene.home.workspace if named else None
    member = scene.home["author"]
    campaign = scene.id("campaigns", scene.home)
    ways: dict[str, sql.Composable | str] = {
        "insert": insertion("campaigns", scene.new("campaigns", scene.home, member.user)),
        "update": touch("campaigns", "name", campaign),
        "delete": "delete from public.campaigns returning id",
        # reads nothing, so only the policy for writing is asked
        "profile": "update public.users set full_name = 'Ada'",
        "call": "select public.create_workspace('Mine')",
    }
    read = scene.visible(member, claims=claims, workspace=workspace)
    return {"read": read} | {name: scene.tried(member, way, claims=claims, workspace=workspace) for name, way in ways.items()}


def _is_nobody(answers: dict[str, Answer]) -> bool:
    """Tell whether the answers are those that a stranger without any account gets."""
    return (
        (answers["read"].code, answers["read"].rows) == (None, ())
        and [answers[name].count for name in ("update", "delete", "profile")] == [0, 0, 0]
        and (answers["insert"].code, answers["call"].code) == ("42501", "HS020")
    )


def _is_member(answers: dict[str, Answer]) -> bool:
    return {table for table, *_ in answers["read"].rows} >= {"campaigns", "users", "social_platforms"} and all(
        answer.count for answer in answers.values()
    )


@pytest.mark.parametrize("named", [False, True])
def test_the_token_of_a_member_reads_writes_and_calls(scene: Scene, named: bool) -> None:
    """The twin of all below."""
    assert _is_member(_asked(scene, written(scene.home["author"].claims), named))


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("claims", RAW)
def test_claims_that_are_none_give_nothing(scene: Scene, claims: str, named: bool) -> None:
    """Whatever reaches the setting: empty, torn, of another shape, or a subject that is no key."""
    answers = _asked(scene, claims, named)
    code = RAW[claims]
    if code is None:
        assert _is_nobody(answers), answers
    else:
        assert {answer.code for answer in answers.values()} == {code}, answers


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("name", ODD)
def test_token_gives_nothing(scene: Scene, name: str, named: bool) -> None:
    """The token of a real member with one claim exchanged."""
    changes, code = ODD[name]
    answers = _asked(scene, written({**scene.home["author"].claims, **changes}), named)
    if code is None:
        assert _is_nobody(answers), answers
    else:
        assert {answer.code for answer in answers.values()} == {code}, answers


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize(("age", "counts"), [(-3600, True), (0, True), (20, True), (31, False), (3600, False), (10**9, False)])
def test_token_counts_until_half_a_minute_after_its_end(scene: Scene, age: int, counts: bool, named: bool) -> None:
    """A token that was copied is used on and on."""
    answers = _asked(scene, written({**scene.home["author"].claims, "exp": time.time() - age}), named)
    assert _is_member(answers) if counts else _is_nobody(answers)


@pytest.mark.parametrize("named", [False, True])
def test_token_that_ends_while_a_transaction_goes_on_counts_no_more(scene: Scene, named: bool) -> None:
    """A transaction is kept open past the end of the token: what counts is the statement and not when the transaction began."""
    begun = scene.db.execute("select extract(epoch from now())::float8").fetchone()
    assert begun is not None
    # counted by the beginning of this transaction it has a tenth of a millisecond to go
    answers = _asked(scene, written({**scene.home["author"].claims, "exp": begun[0] - 30 + 0.0001}), named)
    assert _is_nobody(answers)


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("claims", [{"exp": None}, {"is_anonymous": None}, {"is_anonymous": "false"}])
def test_token_without_an_end_or_a_word_on_anonymity_counts(scene: Scene, claims: dict[str, Any], named: bool) -> None:
    """Decision 7: a token that a backend or a test made by hand."""
    assert _is_member(_asked(scene, written({**scene.home["author"].claims, **claims}), named))


@pytest.mark.parametrize("named", [False, True])
def test_settings_of_older_interfaces_count_for_nothing_alone(scene: Scene, named: bool) -> None:
    """Older PostgREST set a setting for each claim. Left over in a session, they name somebody whose token is not there."""
    author = scene.home["author"]
    scene.db.execute(
        "select set_config('request.jwt.claim.sub', %s, true), set_config('request.jwt.claim.role', 'service_role', true)",
        (str(author.user),),
    )
    assert _is_nobody(_asked(scene, "", named))
    assert _is_nobody(_asked(scene, "{}", named))


def test_settings_of_older_interfaces_do_not_let_one_write_as_another(scene: Scene) -> None:
    """Beside a token that counts, the leftover names another person of the same workspace."""
    scene.db.execute("select set_config('request.jwt.claim.sub', %s, true)", (str(scene.home.user("author")),))
    member = scene.home["member"]
    forged = insertion("campaigns", scene.new("campaigns", scene.home, scene.home.user("author")))
    assert scene.tried(member, forged).code == "42501"
    assert scene.tried(scene.home["author"], forged).code is None
