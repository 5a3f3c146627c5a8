"""A search path that leads to planted functions, operators, types and tables: nothing of ours looks there, as whoever it runs.

The attacker has a schema of his own, and the temporary one that PostgreSQL gives everybody, and puts both before pg_catalog. In it stand
all functions that our own bodies name, all operators of the types that they compare, their types, and the tables of public. Each
planted thing raises: ATK01 where it runs as somebody else than the attacker, ATK00 where it runs as himself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from psycopg import sql

from tests.attacks.test_oracles_of_functions import CALLS
from tests.support.actors import Actor, acting
from tests.support.rights import granted_tables
from tests.support.scenes import Answer, Scene, insertion

#: Types of which operators and domains are planted.
TYPES = ("uuid", "text", "jsonb", "json", "timestamptz", "interval", "bool", "int4", "int8", "float8", "bytea", "regclass", "name",
         "_uuid", "_text")  # fmt: skip

BODY = (
    "begin if current_user operator(pg_catalog.<>) 'authenticated' then raise exception 'planted' using errcode = 'ATK01'; end if;"
    " raise exception 'planted' using errcode = 'ATK00'; end"
)

_BODIES = """
  select coalesce(pg_get_function_sqlbody(oid), prosrc) from pg_proc
  where pronamespace in ('public'::regnamespace, 'private'::regnamespace)
    and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')
"""

_FUNCTIONS = """
  select proname, oidvectortypes(proargtypes), format_type(prorettype, null), proretset from pg_proc as f
  where pronamespace = 'pg_catalog'::regnamespace and proname = any(%s) and prokind = 'f' and proargmodes is null
    and not exists (select from pg_type where oid = any(f.proargtypes || f.prorettype) and typtype = 'p')
"""

_OPERATORS = """
  select oprname, format_type(oprleft, null), format_type(oprright, null), format_type(oprresult, null) from pg_operator
  where oprnamespace = 'pg_catalog'::regnamespace and oprkind = 'b' and oprresult <> 0
    and oprleft = any(%s::regtype[]) and oprright = any(%s::regtype[])
  union all
  select name, one.type::regtype::text, one.type::regtype::text, case name when '||' then one.type::regtype::text else 'boolean' end
  from unnest(array['=', '<>', '||', '@>', '&&']) as name, unnest(array['uuid[]', 'text[]']) as one (type)
"""


_COLUMNS = """
  select relname, string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)), ', ') from pg_class
  join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
  where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') group by relname
"""


def _plant(scene: Scene) -> int:
    """Plant everything, as the attacker, and return how many functions and operators that were."""
    db = scene.db
    # the test itself must not step into the traps, and temporary types come first where a path does not say otherwise
    db.execute("set local search_path = pg_catalog, pg_temp")
    bodies = " ".join(body for (body,) in db.execute(_BODIES.encode()))
    functions = db.execute(_FUNCTIONS.encode(), (sorted(set(re.findall(r"[a-z_0-9]+", bodies))),)).fetchall()
    operators = db.execute(_OPERATORS.encode(), (list(TYPES), list(TYPES))).fetchall()
    db.execute("create schema attacker")
    db.execute("grant all on schema attacker to authenticated")
    made = [sql.SQL("create function attacker.planted() returns boolean language plpgsql as {}").format(sql.Literal(BODY))]
    for name, arguments, result, is_set in functions:
        made.append(
            sql.SQL("create function attacker.{}({}) returns {} language plpgsql as {}").format(
                sql.Identifier(name), sql.SQL(arguments), sql.SQL("setof " * is_set + result), sql.Literal(BODY)
            )
        )
    for number, (name, left, right, result) in enumerate(operators):
        function = sql.Identifier("attacker", f"operator_{number}")
        made.append(
            sql.SQL("create function {}({}, {}) returns {} language plpgsql as {}").format(
                function, sql.SQL(left), sql.SQL(right), sql.SQL(result), sql.Literal(BODY)
            )
        )
        made.append(
            sql.SQL("create operator attacker.{} (leftarg = {}, rightarg = {}, function = {})").format(
                sql.SQL(name), sql.SQL(left), sql.SQL(right), function
            )
        )
    for schema in ("attacker", "pg_temp"):
        # the tables first: their columns are of the real types
        for table, columns in db.execute(_COLUMNS.encode()).fetchall():
            made.append(sql.SQL("create table {} ({})").format(sql.Identifier(schema, table), sql.SQL(columns)))
        for kind in TYPES:
            if not kind.startswith("_"):
                made.append(sql.SQL("create domain {} as pg_catalog.text check (attacker.planted())").format(sql.Identifier(schema, kind)))
    with acting(db, scene.home["outsider"]):
        db.execute(sql.SQL("; ").join(made))
    return len(functions) + len(operators)


@contextmanager
def _hostile(scene: Scene) -> Iterator[None]:
    """Lead the search path of the session to what was planted, within the block."""
    with scene.db.transaction(force_rollback=True):
        scene.db.execute("set local search_path = attacker, pg_temp, pg_catalog")
        yield


def _text(value: Any) -> Any:
    """Return a value that is written without the name of its type, since that would be a planted one."""
    return str(value) if isinstance(value, UUID) else json.dumps(value) if isinstance(value, dict) else value


def _statements(scene: Scene, actor: Actor) -> dict[str, sql.Composed]:
    """Everything that a client does, by name, without any function or operator of its own."""
    made = {f"select {table}": sql.SQL("select id from public.{}").format(sql.Identifier(table)) for table in scene.readable}
    for table in scene.insertable:
        new = {name: _text(value) for name, value in scene.new(table, scene.home, actor.user).items()}
        made[f"insert {table}"] = insertion(table, new)
    for table, columns in scene.updatable.items():
        column = sql.Identifier("status" if "status" in columns else columns[0])
        for value in (column, sql.Literal("cancelled") if "status" in columns else sql.SQL("default")):
            made[f"update {table} {value.as_string()}"] = sql.SQL("update public.{} set {} = {} returning id").format(
                sql.Identifier(table), column, value
            )
    for table in granted_tables(scene.db, "DELETE"):
        made[f"delete {table}"] = sql.SQL("delete from public.{} returning id").format(sql.Identifier(table))
    for name, call in CALLS.items():
        if "::" not in call.text and "secrets.workspace_invitations" not in call.ids:
            ids = [sql.Literal(str(scene.id(table, scene.home))) for table in call.ids]
            made[f"call {name}"] = sql.SQL("select {}").format(sql.SQL(call.text.replace("%s", "{}").replace("length(", "(")).format(*ids))
    made["call create_workspace"] = sql.SQL("select public.create_workspace('Mine')").format()
    made["call accept_invitation"] = sql.SQL("select public.accept_invitation('none')").format()
    return made


def _learned(answer: Answer, name: str) -> tuple[Any, ...]:
    """Return what must be the same on every path; keys and tokens that a call makes are new each time."""
    made_anew = name.startswith("call") and name not in {"call co_members", "call newest_posts", "call open_invitations"}
    return answer.code, answer.count, None if made_anew else sorted(answer.rows)


@dataclass(frozen=True)
class _Usual:
    """What some actors do, and the answers that they get before anything is planted."""

    scene: Scene
    statements: dict[tuple[str, str], sql.Composed]
    answers: dict[tuple[str, str], Answer]

    def differing(self) -> dict[tuple[str, str], tuple[str | None, str | None]]:
        """Return the statements whose answer is another one on the hostile path, with the codes before and now."""
        found = {}
        with _hostile(self.scene):
            for (who, name), usual in self.answers.items():
                now = self.scene.tried(self.scene.home[who], self.statements[who, name])
                if _learned(usual, name) != _learned(now, name):
                    found[who, name] = (usual.code, now.code)
        return found


def _usual(scene: Scene, *names: str) -> _Usual:
    statements = {(who, name): each for who in names for name, each in _statements(scene, scene.home[who]).items()}
    return _Usual(scene, statements, {(who, name): scene.tried(scene.home[who], each) for (who, name), each in statements.items()})


def test_nothing_planted_is_run_and_every_answer_is_the_usual_one(scene: Scene) -> None:
    """All tables, all writes with their triggers, checks, defaults and foreign keys, and all functions that clients call."""
    usual = _usual(scene, "owner", "author", "inactive", "platform_admin")
    assert {answer.code for (who, _), answer in usual.answers.items() if who == "owner"} >= {None, "HS032", "HS043", "HS080"}
    assert _plant(scene) > 100
    assert usual.differing() == {}


def test_what_was_planted_is_found_first_by_whoever_looks_for_it(scene: Scene) -> None:
    """The twin: the traps are set where the path leads, for functions, operators, types and tables."""
    _plant(scene)
    for bait in (
        "select current_setting('request.jwt.claims', true)",
        "select '00000000-0000-0000-0000-000000000000'::pg_catalog.uuid = null::pg_catalog.uuid",
        "select '1'::uuid",
        "select '{}'::pg_catalog.jsonb ->> 'sub'::pg_catalog.text",
    ):
        with _hostile(scene):
            assert scene.tried(scene.home["owner"], bait).code == "ATK00", bait
    with _hostile(scene):
        assert scene.tried(scene.home["owner"], "select from users").code is None
        assert scene.tried(scene.home["owner"], "select from pg_temp.users").code is None


@pytest.mark.parametrize("helper", ["acting_person()", "writable_workspaces(text)", "keep_accountable_owner()"])
def test_a_helper_that_looks_where_its_caller_says_runs_planted_code_as_the_owner_and_is_found(scene: Scene, helper: str) -> None:
    """Planted: a function that has lost its path."""
    usual = _usual(scene, "owner")
    _plant(scene)
    scene.db.execute(f"alter function private.{helper} reset search_path".encode())
    assert "ATK01" in {code for _, code in usual.differing().values()}


def test_a_helper_that_names_a_table_alone_reads_the_attackers_and_is_found(scene: Scene) -> None:
    """Planted: public in the path is not enough, since the temporary schema comes before it."""
    usual = _usual(scene, "owner")
    _plant(scene)
    scene.db.execute(
        "create or replace function private.acting_person() returns pg_catalog.uuid language plpgsql stable security definer"
        " set search_path = public as $$ begin return (select u.id from users as u"
        " where u.id = (current_setting('request.jwt.claims', true)::pg_catalog.jsonb ->> 'sub')::pg_catalog.uuid); end $$"
    )
    assert ("owner", "select users") in usual.differing()
