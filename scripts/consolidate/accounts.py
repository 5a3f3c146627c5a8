"""The list from which the Auth Admin API makes accounts for people of B under their ids; consolidation.accounts() decides who."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass

from scripts.target import Connection

TO_BE_MADE = "to be made"
IS_THERE = "is there"
LEFT_OUT = "left out: "


@dataclass(frozen=True)
class Account:
    """One person of B: the account that there is to be, and what is there."""

    user_id: str
    email: str
    name: str | None
    state: str


def accounts(connection: Connection) -> list[Account]:
    """Return the people of B."""
    rows = connection.execute("select user_id::text, email, full_name, state from consolidation.accounts()")
    return [Account(*row) for row in rows]


def left_out(people: list[Account]) -> list[tuple[str, int]]:
    """Return the reasons why people get no account, with how many each is for."""
    return sorted(Counter(one.state.removeprefix(LEFT_OUT) for one in people if one.state.startswith(LEFT_OUT)).items())


def missing(people: list[Account]) -> list[Account]:
    """Return those who should have an account under their id and address, and have not."""
    return [one for one in people if one.state != IS_THERE and not one.state.startswith(LEFT_OUT)]


def as_json_lines(people: list[Account]) -> str:
    """Return one object a line, as POST /admin/users of the auth service takes it."""
    return "".join(
        json.dumps(
            {"id": one.user_id, "email": one.email, "email_confirm": False, "user_metadata": {"name": one.name} if one.name else {}},
            ensure_ascii=False,
        )
        + "\n"
        for one in people
        if one.state == TO_BE_MADE
    )
