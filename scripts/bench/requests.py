"""Whole requests of the Data API, statement by statement as PostgREST sends them to PostgreSQL.

Each is a transaction: begin, one statement for all settings, the query wrapped so that it answers in JSON, commit. Whatever a client
chooses is a parameter of a prepared statement: filters, limit and offset too, so that PostgreSQL decides between a plan for these values
and one for any, as it does in production.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from psycopg import sql

from scripts.settings import query
from scripts.target import Connection

_VARIABLE = re.compile(r"(?<!:):([a-z_]+)")

#: Where the query goes in read_answer.sql and write_answer.sql.
_PLACE = "select * from query"


@dataclass(frozen=True)
class Request:
    """One kind of request: the file of its query in scripts/sql/bench, and the values of the query's parameters."""

    what: str
    query: str
    values: Mapping[str, str] = field(default_factory=dict)
    writes: bool = False

    @property
    def statements(self) -> tuple[str, ...]:
        """The statements, with :names for parameters."""
        access = "write" if self.writes else "read"
        answer = statement(f"{access}_answer").replace(_PLACE, statement(self.query))
        begin = "begin isolation level read committed read " + ("write" if self.writes else "only")
        return begin, statement("settings"), answer, "commit"

    @property
    def answer(self) -> str:
        """The statement that does the work."""
        return self.statements[2]


@dataclass(frozen=True)
class Sender:
    """Who sends requests, and the workspace that the header names, if any."""

    user: str
    workspace: str | None = None


def parameters(request: Request, sender: Sender) -> dict[str, str]:
    """Return the values of all parameters of a request."""
    return {
        "search_path": '"public", "extensions"',
        "role": "authenticated",
        "claims": _compact(_claims(sender.user)),
        "method": "POST" if request.writes else "GET",
        "path": "/content_posts",
        "headers": _compact(_headers(sender.workspace)),
        "cookies": "{}",
        "limit": "50",
        "offset": "0",
        **request.values,
    }


def positional(text: str, values: Mapping[str, str]) -> tuple[str, list[str]]:
    """Return a statement with $1, $2 … for its :names, and the values in that order."""
    names: list[str] = []

    def number(found: re.Match[str]) -> str:
        if found[1] not in names:
            names.append(found[1])
        return f"${names.index(found[1]) + 1}"

    numbered = _VARIABLE.sub(number, text)
    return numbered, [values[name] for name in names]


def send(connection: Connection, request: Request, sender: Sender) -> tuple[int, Any]:
    """Send a request once, undo it, and return how many rows it was answered with, and these."""
    values = parameters(request, sender)
    with connection.transaction(force_rollback=True):
        connection.execute(literally(statement("settings"), values))
        row = connection.execute(literally(request.answer, values)).fetchone()
    assert row is not None
    return row[1], row[3] if request.writes else row[2]


def literally(text: str, values: Mapping[str, str]) -> sql.Composed:
    """Return a statement with its values written into it."""
    parts = _VARIABLE.split(text)
    return sql.Composed([sql.Literal(values[part]) if place % 2 else sql.SQL(part) for place, part in enumerate(parts)])


def statement(name: str) -> str:
    """Return the statement of a file in scripts/sql/bench, without its comments."""
    lines = query(f"bench/{name}").decode().splitlines()
    return "\n".join(line for line in lines if not line.startswith("--")).strip().removesuffix(";")


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _claims(user: str) -> dict[str, Any]:
    """What the token of a signed-in person of Supabase holds."""
    return {
        "aal": "aal1",
        "amr": [{"method": "password", "timestamp": 1767225600}],
        "app_metadata": {"provider": "email", "providers": ["email"]},
        "aud": "authenticated",
        "email": "someone@example.org",
        "exp": 4102444800,
        "iat": 1767225600,
        "is_anonymous": False,
        "iss": "https://abcdefghijklmnopqrst.supabase.co/auth/v1",
        "phone": "",
        "role": "authenticated",
        "session_id": "7f7f7f7f-0000-4000-8000-000000000001",
        "sub": user,
        "user_metadata": {"email": "someone@example.org", "email_verified": True, "full_name": "Some One", "sub": user},
    }


def _headers(workspace: str | None) -> dict[str, str]:
    """What a browser sends by way of supabase-js."""
    named = {"x-workspace-id": workspace} if workspace else {}
    return {
        "accept": "application/json",
        "accept-encoding": "gzip, br",
        "accept-profile": "public",
        "host": "abcdefghijklmnopqrst.supabase.co",
        "user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36",
        "x-client-info": "supabase-js-web/2.39.0",
        "x-forwarded-for": "203.0.113.7",
        **named,
    }
