"""Make a legacy schema as it stood: tables by the lists, and around them what docs/legacy/README.md tells and the lists do not show.

Names are not qualified: all is made under a search_path that begins with the schema, so that A and B can stand in `public` of a
database of their own, in schemas side by side, or both together in one. Defaults call gen_random_uuid(), as the lists say: the embedded
server's wheel has neither uuid-ossp nor pgcrypto, only vector.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

from psycopg import sql

from scripts.target import Connection
from tests.consolidation.legacy.lists import Column, Letter, Shape, columns_of, in_order, refers

SQL = Path(__file__).parent / "sql"

#: A stamps updated_at on these alone, B on all that have it.
_STAMPED_BY_A = (
    "users", "workspaces", "content_posts", "avatar_profiles", "user_video_limits", "avatar_usage_stats", "workflow_executions",
)  # fmt: skip

#: A's policies: table, verb, and the condition. The faults are A's own: bare auth.uid(), and members whom nobody may read.
_OWN = "auth.uid() = user_id"
_OF_MEMBERS = "workspace_id in (select workspace_id from workspace_members where user_id = auth.uid())"
_POLICIES_OF_A = (
    ("users", "select", "auth.uid() = id"),
    ("users", "update", "auth.uid() = id"),
    ("workspaces", "select", "id in (select workspace_id from workspace_members where user_id = auth.uid())"),
    ("content_posts", "select", _OF_MEMBERS),
    ("content_posts", "insert", _OWN),
    ("social_media_posts", "select", _OF_MEMBERS),
    ("user_social_accounts", "select", _OWN),
    ("script_generations", "select", _OWN),
    ("video_generations", "select", _OWN),
    ("user_video_limits", "select", _OWN),
)

#: What B's policies ask, of workspaces and of every table that names one.
_OWNED = "owner_id = auth.uid()"
_OF_THE_OWNER = "workspace_id in (select id from workspaces where owner_id = auth.uid())"


def build(connection: Connection, shape: Shape, schema: str = "public", *, indexes: bool = True) -> None:
    """Make the schema and all in it, in one transaction; vector has to be in the database, in any schema."""
    with connection.transaction():
        create_tables(connection, shape, schema)
        finish(connection, shape, schema, indexes=indexes)


def create_tables(connection: Connection, shape: Shape, schema: str) -> None:
    """Make the bare tables, without keys and checks, which is how millions of rows are filled in."""
    connection.execute(sql.SQL("create schema if not exists {}").format(sql.Identifier(schema)))
    with standing_in(connection, schema):
        _run(connection, chain.from_iterable(_table(shape, table) for table in in_order(shape)))


def finish(connection: Connection, shape: Shape, schema: str, *, indexes: bool = True) -> None:
    """Add keys, checks, functions, triggers, policies and indexes to tables, full or empty."""
    with standing_in(connection, schema):
        _run(connection, _keys(shape))
        if indexes:
            _run(connection, _indexes(shape))
        run_in(connection, schema, *_functions(shape))
        _run(connection, _triggers(shape))
        _run(connection, _row_security(shape, _one(connection, "select to_regprocedure('auth.uid()') is not null")))


def relax(connection: Connection, schema: str, columns: Iterable[tuple[str, str]]) -> None:
    """Drop checks, foreign keys and `not null` of (table, column): databases in which somebody has done so hold what the lists forbid."""
    for table, column in sorted(set(columns)):
        names = connection.execute(
            """
            select conname from pg_constraint
            join pg_attribute on attrelid = conrelid and attnum = any(conkey)
            where conrelid = %s::regclass and contype in ('c', 'f') and attname = %s
            """,
            (sql.Identifier(schema, table).as_string(connection), column),
        ).fetchall()
        actions = [sql.SQL("drop constraint {}").format(sql.Identifier(name)) for (name,) in names]
        actions.append(sql.SQL("alter {} drop not null").format(sql.Identifier(column)))
        connection.execute(sql.SQL("alter table {} {}").format(sql.Identifier(schema, table), sql.SQL(", ").join(actions)))


@contextmanager
def standing_in(connection: Connection, schema: str) -> Iterator[None]:
    """Let unqualified names mean a schema, for the block, in a transaction of its own."""
    with connection.transaction():
        before = _one(connection, "select current_setting('search_path')")
        vector = _one(connection, "select extnamespace::regnamespace::text from pg_extension where extname = 'vector'")
        path = [sql.Identifier(schema), *([sql.SQL(vector)] if vector else [])]
        connection.execute(sql.SQL("set local search_path = {}").format(sql.SQL(", ").join(path)))
        yield
        connection.execute("select set_config('search_path', %s, true)", (before,))


def _one(connection: Connection, query: str) -> Any:
    row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def run_in(connection: Connection, schema: str, *statements: str) -> None:
    """Run statements that call the schema public by name, as bodies of functions do."""
    name = sql.Identifier(schema).as_string(connection)
    _run(connection, [statement.replace("public.", f"{name}.") for statement in statements])


def _run(connection: Connection, statements: Iterable[str]) -> None:
    """Send all in one message; the words come from the lists and from here alone."""
    connection.execute(";\n".join(statements).encode())


def _table(shape: Shape, table: str) -> Iterator[str]:
    columns = columns_of(shape[table], table)
    yield from (f"create sequence {column.sequence} as integer" for column in columns if column.sequence)
    yield f"create table {table} ({', '.join(map(_definition, columns))})"
    yield from (f"alter sequence {column.sequence} owned by {table}.{column.name}" for column in columns if column.sequence)


def _definition(column: Column) -> str:
    return " ".join(
        part
        for part in (
            column.name,
            column.type,
            f"default {column.default}" if column.default else "",
            "not null" if column.required else "",
        )
        if part
    )


def _keys(shape: Shape) -> Iterator[str]:
    """Keys and checks; foreign keys last, when all that they refer to is unique."""
    foreign = []
    for table in in_order(shape):
        rules: dict[str, None] = {}  # in order, and a rule over several columns stands at each of them
        for column in columns_of(shape[table], table):
            for rule in column.constraints:
                if rule.startswith("references "):
                    parent, _, action = rule.removeprefix("references ").partition(" ")
                    if refers(shape, column):
                        foreign.append(f"alter table {table} add foreign key ({column.name}) references {parent} (id) {action}")
                elif rule == "primary key":
                    rules[f"primary key ({column.name})"] = None
                else:
                    rules[_as_written(rule)] = None
        yield f"alter table {table} " + ", ".join(f"add {rule}" for rule in rules)
    yield from foreign


def _as_written(rule: str) -> str:
    """Return a check as it was written before PostgreSQL printed it, or it would print it in another form the second time."""
    found = re.fullmatch(r"CHECK \(\(\((\w+)\)::text = ANY \(\(ARRAY\[(.+)\]\)::text\[\]\)\)\)", rule)
    return f"check ({found[1]} in ({found[2].replace('::character varying', '')}))" if found else rule


def _indexes(shape: Shape) -> Iterator[str]:
    """What is queried: foreign keys, states, times, the order of avatars; of B also what its jsonb and its vectors hold."""
    for table, letter in shape.items():
        for column in columns_of(letter, table):
            plain = column.parent or column.name in {"status", "created_at", "display_order"}
            if plain and f"unique ({column.name})" not in column.constraints:
                yield f"create index idx_{table}_{column.name} on {table} ({column.name})"
            if letter == "B" and column.name == "metadata":
                yield f"create index idx_{table}_metadata on {table} using gin (metadata)"
            if column.type.startswith("vector"):
                yield f"create index idx_{table}_vector on {table} using ivfflat ({column.name} vector_cosine_ops) with (lists = 100)"


def _functions(shape: Shape) -> Iterator[str]:
    names = ["stamp"]
    if shape.get("user_video_limits") == "A":
        names.append("credits_a")
    if shape.get("users") == shape.get("workspaces") == "B":
        names.append("default_workspace_b")
    for name in names:
        yield (SQL / f"{name}.sql").read_text().rstrip(";\n")


def _triggers(shape: Shape) -> Iterator[str]:
    for table, letter in shape.items():
        has_it = any(column.name == "updated_at" for column in columns_of(letter, table))
        if table in _STAMPED_BY_A if letter == "A" else has_it:
            yield (
                f"create trigger update_{table}_updated_at before update on {table}"
                " for each row execute function update_updated_at_column()"
            )


def _row_security(shape: Shape, signed_in: bool) -> Iterator[str]:
    """Row-level security; policies only where there is an auth.uid() to ask, so not in a copy away from the platform."""
    for table, letter in shape.items():
        if table != "social_platforms":
            yield f"alter table {table} enable row level security"
        if signed_in:
            yield from _policies(letter, table)


def _policies(letter: Letter, table: str) -> Iterator[str]:
    if letter == "A":
        for name, verb, condition in _POLICIES_OF_A:
            if name == table:
                clause = "with check" if verb == "insert" else "using"
                yield f'create policy "{table} {verb}" on {table} for {verb} {clause} ({condition})'
    elif table == "workspaces":
        yield f'create policy "owner" on {table} using ({_OWNED})'
    elif any(column.name == "workspace_id" for column in columns_of(letter, table)):
        yield f'create policy "owner" on {table} using ({_OF_THE_OWNER})'
