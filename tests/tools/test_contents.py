"""The hash of a table's rows: no matter which order and settings, what Python makes of the same text, and another after each change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import psycopg
import pytest

from scripts import contents
from scripts.target import Connection, Target
from tests.tools.backups import as_superuser

_TABLE = """
create table public.kinds (
  id integer, words text, number numeric, twice double precision, at timestamptz, span interval, bytes bytea, names text[], doc jsonb
);
insert into public.kinds values
(
  1, 'Ünïcode 😀', 1.10, '-0', '2024-02-29 23:59:59.999999+00', '-1 mon +2 days -03:04:05.000006', '\\x00ff', '{null,"NULL",""}',
  '{"a": 1.10}'
),
(2, '', 'NaN', 'NaN', 'infinity', null, '', '{}', null),
(3, null, '-Infinity', 0.30000000000000004, '-infinity', '0', null, null, 'null');
"""

# what psql shows of these rows, columns in the order of their names
_TEXTS = [
    r'("2024-02-29 23:59:59.999999+00","\\x00ff","{""a"": 1.10}",1,"{NULL,""NULL"",""""}",1.10,"-1 mons +2 days -03:04:05.000006",'
    r'-0,"Ünïcode 😀")',
    r'(infinity,"\\x",,2,{},NaN,,NaN,"")',
    r"(-infinity,,null,3,,-Infinity,00:00:00,0.30000000000000004,)",
]


@pytest.fixture
def table(empty: Target) -> Iterator[Connection]:
    """A table with values that are easily bent."""
    with empty.connect() as connection:
        connection.execute(_TABLE.encode())
        contents.settle(connection)
        yield connection


def _measure(connection: Connection) -> contents.Content:
    contents.look_at(connection, ["public"])
    (found,) = contents.tables(connection)
    return contents.measure(connection, "public", "kinds", found.columns)


def test_the_hash_is_what_python_makes_of_the_same_text_on_every_version(table: Connection) -> None:
    hashes = [int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], signed=True) for text in _TEXTS]
    found = _measure(table)
    assert found.rows == 3
    assert found.content == str(sum(hashes))


def test_settings_of_the_database_and_the_role_do_not_change_the_hash(table: Connection, empty: Target) -> None:
    before = _measure(table)
    odd = {
        "timezone": "Asia/Kathmandu",
        "datestyle": "SQL, DMY",
        "intervalstyle": "iso_8601",
        "extra_float_digits": "-10",
        "bytea_output": "escape",
        "quote_all_identifiers": "on",
        "row_security": "on",
    }
    for name, value in odd.items():
        table.execute(f"alter database {empty.database} set {name} = '{value}'".encode())
    with empty.connect() as other:
        assert other.execute("show timezone").fetchone() == ("Asia/Kathmandu",)
        contents.settle(other)
        assert _measure(other) == before


def test_the_order_of_rows_and_columns_does_not_change_the_hash(table: Connection) -> None:
    before = _measure(table)
    table.execute("create table public.other as select * from public.kinds order by id desc")
    table.execute("drop table public.kinds")
    table.execute("alter table public.other rename to kinds")
    assert _measure(table) == before
    table.execute("create table public.other as select doc, names, bytes, span, at, twice, number, words, id from public.kinds")
    table.execute("drop table public.kinds")
    table.execute("alter table public.other rename to kinds")
    assert _measure(table) == before


@pytest.mark.parametrize(
    "change",
    [
        "delete from public.kinds where id = 3",
        "insert into public.kinds select * from public.kinds where id = 2",
        "update public.kinds set words = null where id = 2",
        "update public.kinds set words = '' where id = 3",
        "update public.kinds set words = words || ' ' where id = 1",
        "update public.kinds set words = left(words, 8) where id = 1",
        "update public.kinds set words = lower(words) where id = 1",
        "update public.kinds set number = 1.1 where id = 1",
        "update public.kinds set number = 'Infinity' where id = 3",
        "update public.kinds set twice = 0 where id = 1",
        "update public.kinds set twice = 0.3 where id = 3",
        "update public.kinds set at = at + interval '1 microsecond' where id = 1",
        "update public.kinds set at = at + interval '1 hour' where id = 1",
        "update public.kinds set at = '-infinity' where id = 2",
        "update public.kinds set span = interval '-28 days -03:04:05.000006' where id = 1",
        "update public.kinds set bytes = '\\xff00' where id = 1",
        'update public.kinds set names = \'{"NULL",null,""}\' where id = 1',
        "update public.kinds set names = null where id = 2",
        "update public.kinds set doc = '{\"a\": 1.1}' where id = 1",
        "update public.kinds set doc = null where id = 3",
        # a pair of values that changed places between two rows, and a row in the place of another
        "update public.kinds set words = case id when 2 then null else '' end where id in (2, 3)",
        "update public.kinds as a set (words, number, twice, at, span, bytes, names, doc)"
        " = (select words, number, twice, at, span, bytes, names, doc from public.kinds where id = 2) where id = 3",
    ],
)
def test_each_change_shows(table: Connection, change: str) -> None:
    before = _measure(table)
    table.execute(change.encode())
    after = _measure(table)
    assert (after.rows, after.content) != (before.rows, before.content)


def test_two_equal_rows_are_not_none(table: Connection) -> None:
    before = _measure(table)
    table.execute("insert into public.kinds select null from generate_series(1, 2)")
    twice = _measure(table)
    assert twice.content != before.content
    table.execute("insert into public.kinds select null from generate_series(1, 2)")
    assert _measure(table).content not in {twice.content, before.content}


def test_rows_that_row_security_hides_are_an_error_and_not_fewer(table: Connection) -> None:
    table.execute("alter table public.kinds enable row level security")
    table.execute("grant usage on schema public to anon; grant select on public.kinds to anon")
    table.execute("set role anon")
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        contents.measure(table, "public", "kinds", ("id",))
    contents.look_at(table, ["public"])
    assert [one.readable for one in contents.tables(table)] == [False]


def test_a_table_without_columns_and_one_without_rows_have_hashes(empty: Target) -> None:
    with empty.connect() as connection:
        connection.execute("create table public.kinds ()")
        contents.settle(connection)
        assert (_measure(connection).rows, _measure(connection).content) == (0, "0")
        connection.execute("insert into public.kinds default values")
        assert _measure(connection).rows == 1
        assert _measure(connection).content != "0"


def test_an_inheriting_table_is_counted_once(empty: Target) -> None:
    with empty.connect() as connection:
        connection.execute("create table public.parent (a integer); create table public.child () inherits (public.parent)")
        connection.execute("insert into public.parent values (1); insert into public.child values (2), (3)")
        contents.settle(connection)
        contents.look_at(connection, ["public"])
        found = [contents.measure(connection, one.schema, one.name, one.columns).rows for one in contents.tables(connection)]
    assert found == [2, 1]


_CHANGES = {
    "alter table public.things add column more text": "column public.things.more",
    "alter table public.things alter column name type varchar(100)": "column public.things.name",
    "create index extra on public.things (name)": "index public.extra",
    "alter table public.things owner to supabase_auth_admin": "owner relation public.things",
    "grant select on public.things to anon": "right SELECT on table public.things to anon",
    "alter default privileges in schema public grant select on tables to anon": "default right SELECT on tables in schema public",
    "comment on table public.things is 'something'": "comment table public.things",
    "alter table public.things enable row level security": "row security public.things",
    "create function public.f() returns integer language sql return 2": "function public.f()",
    "drop trigger follow on auth.users": "trigger follow on auth.users",
    "alter table public.parts detach partition public.part": "partition public.part",
}


@pytest.mark.parametrize("change", _CHANGES)
def test_each_change_of_the_structure_shows(empty: Target, change: str) -> None:
    with empty.connect() as connection:
        connection.execute("create table public.things (id integer, name text)")
        connection.execute("create function public.f() returns integer language sql return 1")
        connection.execute("create table public.parts (a integer) partition by list (a)")
        connection.execute("create table public.part partition of public.parts for values in (1)")
        connection.execute("create function public.t() returns trigger language plpgsql as $$ begin return new; end $$")
        connection.execute("create trigger follow after insert on auth.users for each row execute function public.t()")
        before = contents.structure(connection, "public")
        with as_superuser(empty).connect() as admin:
            admin.execute(change.replace("create function", "create or replace function").encode())
        after = contents.structure(connection, "public")
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    assert any(key.startswith(_CHANGES[change]) for key in changed), changed


def test_two_roles_see_the_same_structure(empty: Target) -> None:
    with empty.connect() as mine, as_superuser(empty).connect() as other:
        mine.execute("create table public.things (id integer)")
        mine.execute("alter default privileges in schema public grant select on tables to anon")
        for schema in ("public", "auth", "extensions"):
            assert contents.structure(mine, schema) == contents.structure(other, schema)
