"""Two schemas side by side: each planted difference is found and named, and nothing else is."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from scripts import cli, legacy_page, shim, structure
from scripts.canonical import canonical
from scripts.comparison import ALIKE, DIFFERENT, ONLY_A, ONLY_B, STATES, compare
from scripts.comparison_html import html
from scripts.comparison_text import markdown, text
from scripts.errors import UserError
from scripts.legacy_lists import read_list
from scripts.server import SUPERUSER
from scripts.settings import ROOT
from scripts.sides import asked
from scripts.structure import Structure, read, structure_of, unqualified
from scripts.target import Connection, Target
from tests.conftest import test_server
from tests.support.rows import one
from tests.support.schemas import BASE, ONE, OTHER, PLANTED, PLANTED_OPTIONAL, found, make, pairs
from tests.tools.conftest import Checkout


@pytest.fixture(scope="module")
def two_schemas() -> Iterator[Target]:
    """A database with the same schema twice, under two names."""
    target = shim.create_database(test_server(), f"compared_{os.getpid()}")
    with target.connect() as connection:
        for schema in (ONE, OTHER):
            connection.execute(sql.SQL("create schema {}").format(sql.Identifier(schema)))
            make(connection, schema, BASE)
    yield target
    shim.drop_database(test_server(), target.database)


@pytest.fixture
def both(two_schemas: Target) -> Iterator[Connection]:
    """A connection to it, in a transaction that is rolled back."""
    with two_schemas.connect() as connection, connection.transaction(force_rollback=True):
        yield connection


@pytest.fixture(scope="module")
def first(two_schemas: Target) -> Structure:
    """The first of the two schemas, as it is."""
    return read(two_schemas, ONE, "one")


def _second(connection: Connection) -> Structure:
    return structure_of(connection, OTHER, "other")


# -------------------------------------------------------------------- what is found


def test_two_schemas_that_differ_in_name_alone_are_alike(both: Connection, first: Structure) -> None:
    comparison = compare(first, _second(both), optional=("right", "comment"))
    assert found(comparison) == set()
    assert comparison.differences == 0
    assert comparison.named(ALIKE) == list(comparison.relations)
    people = next(table for table in comparison.relations if table.name == "people")
    assert [pair.name for pair in people.columns] == ["id", "email", "full name", "how", "number", "doubled"]
    planted = {kind for differences in (*PLANTED.values(), *PLANTED_OPTIONAL.values()) for kind, *_ in differences}
    assert {pair.kind for pair in pairs(comparison)} >= planted - {"storage", "persistence", "replica identity"}


@pytest.mark.parametrize("change", PLANTED)
def test_each_kind_of_difference_is_found_and_named_and_nothing_else_is(both: Connection, first: Structure, change: str) -> None:
    if not PLANTED[change]:
        with pytest.raises(psycopg.errors.InsufficientPrivilege), both.transaction():
            make(both, OTHER, change)
        both.execute("reset search_path")
    else:
        make(both, OTHER, change)
    comparison = compare(first, _second(both))
    assert found(comparison) == PLANTED[change]
    assert comparison.differences == len(PLANTED[change])


@pytest.mark.parametrize("change", PLANTED_OPTIONAL)
def test_rights_and_comments_are_compared_when_they_are_asked_for(both: Connection, first: Structure, change: str) -> None:
    make(both, OTHER, change)
    second = _second(both)
    assert found(compare(first, second, optional=("right", "comment"))) == PLANTED_OPTIONAL[change]
    assert found(compare(first, second)) == set()


def _change_everything(connection: Connection) -> None:
    for change in PLANTED:
        if "leakproof" not in change:
            try:
                with connection.transaction():
                    make(connection, OTHER, change)
            except psycopg.Error:  # what an earlier change has taken away
                connection.execute("reset search_path")


def test_the_order_of_the_sides_matters_for_the_words_alone(both: Connection, first: Structure) -> None:
    _change_everything(both)
    second = _second(both)
    swapped = {ONLY_A: ONLY_B, ONLY_B: ONLY_A}
    there, back = pairs(compare(first, second)), pairs(compare(second, first))
    assert {(pair.a, pair.b, pair.state, frozenset(pair.differs)) for pair in there} == {
        (pair.b, pair.a, swapped.get(pair.state, pair.state), frozenset(pair.differs)) for pair in back
    }
    assert {pair.state for pair in there} == set(STATES)


def test_another_name_for_the_same_rule_is_shown_and_is_no_difference(both: Connection, first: Structure) -> None:
    make(
        both, OTHER,
        "alter table people rename constraint people_email_key to unique_email; alter index posts_author_idx rename to by_author;"
        " alter policy posts_read on posts rename to reading",
    )  # fmt: skip
    comparison = compare(first, _second(both))
    assert comparison.differences == 0
    assert {pair.name for pair in pairs(comparison) if " / " in pair.name} == {
        "people_email_key / unique_email", "posts_author_idx / by_author", "posts_read / reading",
    }  # fmt: skip


def test_another_order_of_columns_is_noted_and_is_no_difference(both: Connection, first: Structure) -> None:
    make(both, OTHER, "alter table posts drop tags; alter table posts add dropped text; alter table posts drop dropped")
    make(both, OTHER, "alter table posts add tags text[] not null default '{}'")
    assert compare(first, _second(both)).differences == 0
    make(both, OTHER, "alter table people drop number cascade; alter table people add number integer default nextval('counter')")
    make(both, OTHER, "alter table people add doubled integer generated always as (number * 2) stored")
    comparison = compare(first, _second(both))
    people, posts = (next(one for one in comparison.relations if one.name == name) for name in ("people", "posts"))
    assert comparison.differences == 0
    assert not posts.in_another_order
    assert not people.in_another_order
    make(both, OTHER, 'alter table people drop "full name"; alter table people add "full name" text collate "C"')
    comparison = compare(first, _second(both))
    people = next(one for one in comparison.relations if one.name == "people")
    assert comparison.differences == 0
    assert people.in_another_order
    assert {pair.name: pair.place for pair in people.columns}["full name"] == "3 / 6"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("nextval('a.seq'::regclass)", "nextval('seq'::regclass)"),
        ("nextval('a.\"o''dd\"'::regclass)", "nextval('\"o''dd\"'::regclass)"),
        ("'a.seq'::text", "'a.seq'::text"),
        ("E'\\\\ a.seq'", "E'\\\\ a.seq'"),
        ('a."Odd ""one"" x"', '"Odd ""one"" x"'),
        ("a.seq.x", "seq.x"),
        ("b.a.seq", "b.a.seq"),
        ("aa.seq + a.other", "aa.seq + a.other"),
        ("extensions.vector(3) OPERATOR(extensions.<=>) x", "vector(3) OPERATOR(<=>) x"),
        ("extensions.mine", "extensions.mine"),
        ("posts.id = posts.posts", "posts.id = posts"),
    ],
)
def test_a_schema_is_taken_from_before_names_of_objects_alone(written: str, shown: str) -> None:
    names = {
        ("a", "seq"), ("a", "o'dd"), ("a", 'Odd "one" x'), ("extensions", "vector"), ("extensions", "<=>"), ("posts", "posts"),
    }  # fmt: skip
    assert unqualified(written, names) == shown


@pytest.mark.parametrize(
    ("typed", "restored"),
    [
        (
            "(ARRAY['a'::character varying, 'b, '':'::character varying])::text[]",
            "ARRAY[('a'::character varying)::text, ('b, '':'::character varying)::text]",
        ),
        ("(ARRAY['a'::character varying])::text[]", "ARRAY[('a'::character varying)::text]"),
    ],
)
def test_what_a_dump_makes_of_a_list_of_words_is_no_difference(typed: str, restored: str) -> None:
    assert canonical(f"(x)::text = ANY ({typed})") == canonical(f"(x)::text = ANY ({restored})")
    assert "::text" in canonical(typed)
    assert canonical("'(''a''::character varying)::text'") == "'(''a''::character varying)::text'"
    assert canonical("'a'::character varying") == "'a'::character varying"


_CONDITIONS = (
    "c in ('x', 'y')", "c not in ('x', 'OR ')", "(a, b) in ((1, 2), (3, 4), (5, 6), (7, 8))", "(a, b) not in ((1, 2), (3, 4), (5, 6))",
    "not (a = 1 or (b = 2 or a = 3))", "(a = 1 and (b = 2 and a = 3)) or b = 4",
    "case when a = 1 or b = 2 then (a, b) in ((1, 2), (3, 4), (5, 6)) end",
    "coalesce((a, b) in ((1, 2), (3, 4), (5, 6)), a > 1)", "a between 1 and 3 or a between 5 and 6", "a in (1, 2, 3)",
    "c like any (array['x%', ') OR ('])",
)  # fmt: skip


@pytest.mark.parametrize("condition", _CONDITIONS)
def test_a_condition_that_came_back_from_a_dump_is_the_same(db: Connection, condition: str) -> None:
    db.execute(f'create temporary table typed (a integer, b integer, c varchar, "odd (" text, check ({condition}))'.encode())
    (was,) = _checks(db, "typed")
    db.execute(f'create temporary table restored (a integer, b integer, c varchar, "odd (" text, {was})'.encode())
    (now,) = _checks(db, "restored")
    assert canonical(now) == canonical(was)


def _checks(connection: Connection, table: str) -> list[str]:
    rows = connection.execute(
        "select pg_get_constraintdef(oid) from pg_constraint where contype = 'c' and conrelid = %s::regclass", (table,)
    )
    return [row[0] for row in rows]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("((a OR b) AND c)", "(a OR (b AND c))"),
        ("(NOT (a OR b) OR c)", "(NOT a OR b OR c)"),
        ("(f(a OR b) OR c)", "(f a OR b OR c)"),
        ("((a OR b) OR c)", "((a OR b) OR d)"),
        ("('((x OR y) OR z)' OR a)", "('(x OR y OR z)' OR a)"),
        ('("((x OR y) OR z)" OR a)', '("(x OR y OR z)" OR a)'),
        ("((a OR b)::text OR c)", "(a OR b::text OR c)"),
        ("((a OR b) OR c", "(a OR b OR c"),
    ],
)
def test_conditions_that_differ_stay_different(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


def test_extensions_are_compared_wherever_they_live(empty: Target) -> None:
    with empty.connect() as connection, test_server().target(empty.database, SUPERUSER).connect() as admin:
        connection.execute(
            "create table public.t (e extensions.vector(3)); create index on public.t using hnsw (e extensions.vector_l2_ops)"
        )
        here = read(empty, "public", "a")
        admin.execute("alter extension vector set schema public")
        assert found(compare(here, read(empty, "public", "b"))) == {("extension", "vector", DIFFERENT, ("schema",))}
        connection.execute("drop table public.t; create table public.kept (a integer)")
        admin.execute("drop extension vector")
        there = read(empty, "public", "b")
    assert ("extension", "vector", ONLY_A, ()) in found(compare(here, there))


# -------------------------------------------------------------------- lists


def _ddl(path: Path) -> Iterator[str]:
    """Return the statements that make what a list says, foreign keys last."""
    items = read_list(path, "list").items
    for name in re.findall(r"nextval\('(\w+)'", path.read_text()):
        yield f"create sequence {name}"
    for table in [item.name for item in items if item.kind == "table"]:
        columns = [f"{item.name} {' '.join(item.facts.values())}" for item in items if (item.kind, item.part_of) == ("column", table)]
        yield f"create table {table} ({', '.join(columns)})"
    rules = [(item.facts["definition"], item.part_of) for item in items if item.kind == "constraint"]
    rules = [(rule, owner) for rule, owner in rules if not rule.startswith("CHECK")]
    with path.open(newline="") as file:  # to the letter, not as the tool writes it
        rules += [
            (rule, row["table"]) for row in csv.DictReader(file) for rule in row["constraints"].split("; ") if rule.startswith("CHECK")
        ]
    for rule, owner in sorted(rules, key=lambda found: found[0].startswith("FOREIGN")):
        yield f"alter table {owner} add {rule}"


@pytest.mark.parametrize("letter", ["a", "b"])
def test_a_list_says_the_same_as_the_database_that_it_lists(empty: Target, letter: str) -> None:
    path = ROOT / "docs" / "legacy" / f"schema_{letter}.csv"
    with empty.connect() as connection:
        connection.execute("create schema legacy; set search_path = legacy, extensions")
        for statement in _ddl(path):
            connection.execute(statement.encode())
        listed, live = read_list(path, "list"), read(empty, "legacy", "live")
        comparison = compare(listed, live)
        assert found(comparison) == set()
        assert len(comparison.relations) == {"a": 20, "b": 18}[letter]
        assert sum(len(one.columns) for one in comparison.relations) == {"a": 234, "b": 254}[letter]
        assert "A is a list of columns and constraints; not compared: " in comparison.hints[0]
        connection.execute("alter table legacy.users alter email type bytea using null, drop constraint users_email_key")
        connection.execute("create view legacy.unknown_to_a_list as select 1 as a")
        assert found(compare(listed, read(empty, "legacy", "live"))) == {
            ("column", "email", DIFFERENT, ("type",)), ("constraint", "", ONLY_A, ()),
        }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a,b\n1,2\n", "is not a list of columns"),
        ("table,position,column,type,nullability,default,constraints\n", "lists no column"),
        ("table,position,column,type,nullability,default,constraints\nt,1,c\n", "line 2, is not a column"),
        ("table,position,column,type,nullability,default,constraints\nt,x,c,text,,,\n", "line 2, is not a column"),
        ("table,position,column,type,nullability,default,constraints\nt,1,c,text,,,,,\n", "line 2, is not a column"),
        ("table,position,column,type,nullability,default,constraints\nt,1,c,text,,,exclude x\n", "line 2: the constraint 'exclude x'"),
        ('table,position,column,type,nullability,default,constraints\nt,1,c,"te"xt,,,\n', "cannot be read as CSV"),
        ("täble\n".encode("latin-1").decode("latin-1"), "is not a list of columns"),
    ],
)
def test_a_list_that_is_none_is_refused_with_its_line(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "x.csv").write_text(content)
    with pytest.raises(UserError) as refused:
        read_list(tmp_path / "x.csv", "x.csv")
    assert said in refused.value.sentence


def test_the_page_of_both_legacy_schemas_is_what_the_lists_say() -> None:
    legacy_page.verify()
    assert "| tables |  | 7 | 13 | 11 |" in legacy_page.PAGE.read_text()


def test_a_page_that_the_lists_have_overtaken_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stale = tmp_path / "comparison.md"
    stale.write_text(legacy_page.page().replace("only in A", "only in a", 1))
    monkeypatch.setattr(legacy_page, "PAGE", stale)
    with pytest.raises(UserError, match="is not what the lists say"):
        legacy_page.verify()
    stale.unlink()
    with pytest.raises(UserError, match="is not what the lists say"):
        legacy_page.verify()
    legacy_page.write()
    legacy_page.verify()


def test_each_form_names_what_differs_on_both_sides(both: Connection, first: Structure) -> None:
    _change_everything(both)
    comparison = compare(first, _second(both))
    for shown in (text(comparison, 160), markdown(comparison), unescape(re.sub("<[^>]+>", "", html(comparison)))):
        for _, name, _, _ in found(comparison):
            assert name.split(" ")[0] in shown, name
        assert f"A and B differ in {comparison.differences} places." in shown
        assert "new.title := trim(new.title)" in shown
    alike = text(compare(first, first), 160)
    assert alike.endswith("A and B are alike.\n")
    assert "In both, alike: counts (materialized view), events" in alike


# -------------------------------------------------------------------- live databases


def test_a_live_database_is_read_in_one_snapshot_in_which_nothing_can_be_written(
    two_schemas: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []
    real = structure.structure_of

    def spied(connection: Connection, *arguments: str) -> Structure:
        for name in ("transaction_isolation", "default_transaction_read_only", "lock_timeout"):
            seen.append(one(connection, f"show {name}"))
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction), connection.transaction():
            connection.execute("create table one.planted (a integer)")
        return real(connection, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(structure, "structure_of", spied)
    read(two_schemas, ONE, "one", ())
    assert seen == ["repeatable read", "on", "10s"]


def test_a_schema_that_is_not_there_or_empty_gets_a_sentence_with_those_that_are_not(two_schemas: Target) -> None:
    for schema, said in (("nowhere", "does not exist"), ("extensions", "is empty"), ("public", "is empty")):
        with pytest.raises(UserError) as refused:
            read(two_schemas, schema, "here")
        assert refused.value.sentence == f'The schema "{schema}" of here {said}.'
        assert ONE in refused.value.next_step


def test_no_function_of_a_schema_is_run_while_it_is_read(empty: Target) -> None:
    """What a hostile schema might lay in the way of our own query: functions and operators of its own, with better fitting types."""
    with empty.connect() as connection:
        connection.execute(
            """
            create table public.trapped (a integer);
            create function public.format(text, name, name) returns text language plpgsql as $$ begin raise exception 'trapped'; end $$;
            create function public.concat_ws(text, text, text) returns text language plpgsql as $$ begin raise exception 'trapped'; end $$;
            create function public.trap(name, text) returns boolean language plpgsql as $$ begin raise exception 'trapped'; end $$;
            create operator public.= (leftarg = name, rightarg = text, function = public.trap);
            create view public.quiet as select public.trap('a', 'b') as a
            """
        )
    assert {item.name for item in read(empty, "public", "x").items if item.kind in {"table", "view"}} == {"trapped", "quiet"}


# -------------------------------------------------------------------- the command


def test_compare_finds_the_repository_in_a_database_that_it_built(checkout: Checkout, clone_target: Target, tmp_path: Path) -> None:
    for folder in ("migrations", "policies", "rollback"):
        shutil.copytree(ROOT / folder, checkout.root / folder, dirs_exist_ok=True)
    with clone_target.connect() as connection:
        connection.execute("alter table public.platform_analytics add surplus integer")
    out = tmp_path / "r.html"
    done = checkout.run(
        "compare", A="repository", B=clone_target.url(with_password=True), STRICT="1", RIGHTS="1", COMMENTS="1", FORMAT="html", OUT=str(out)
    )
    assert done.returncode == 1
    assert done.stdout.startswith("A and B differ in 1 place. See ")
    assert done.stderr.startswith("error: A and B differ in 1 place.")
    assert "surplus" in out.read_text()
    assert "policies of tables in both" in out.read_text()
    assert list(tmp_path.glob(".*")) == []


def test_compare_takes_two_schemas_of_the_present_database(checkout: Checkout, two_schemas: Target) -> None:
    url = two_schemas.url(with_password=True)
    done = checkout.run("compare", A="schema:one", B=f"schema:{OTHER}", DATABASE_URL=url, STRICT="1")
    assert (done.returncode, "A and B are alike." in done.stdout) == (0, True)
    done = checkout.run("compare", A=f"{url}#one", B=url, SCHEMA_B=OTHER, STRICT="1", FORMAT="markdown")
    assert (done.returncode, "A and B are alike." in done.stdout) == (0, True)


def test_compare_takes_files_of_sql(checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "a#b.sql").write_text("create table t (a integer);")
    (tmp_path / "b.sql").write_text("create schema s; create table s.t (a bigint);")
    done = checkout.run("compare", A=str(tmp_path / "a#b.sql"), B=f"{tmp_path / 'b.sql'}#s")
    assert done.returncode == 0, done.stderr
    assert re.search(r"^≠ +column a +integer +bigint +type$", done.stdout, flags=re.MULTILINE)


_LIST = str(ROOT / "docs" / "legacy" / "schema_a.csv")


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({}, "A is missing"),
        ({"A": _LIST}, "B is missing"),
        ({"A": _LIST, "B": "nothing.sql"}, "B is no file that is there (nothing.sql)"),
        ({"A": _LIST, "B": "postgres:u:hidden@h/db"}, "B is no file that is there, nor anything else"),
        ({"A": _LIST, "B": "mysql://u:hidden@h/db"}, "B is not a URL that PostgreSQL understands"),
        ({"A": _LIST, "B": "postgres://u:hidden@127.0.0.1:1/db"}, "No server answers at u@127.0.0.1:1/db"),
        ({"A": _LIST, "B": "postgres://u:hid#den@127.0.0.1:1/db"}, "B"),
        ({"A": _LIST, "B": "postgres://u@h/db?sslpassword=x#hidden"}, "Whether the # in B begins a schema"),
        ({"A": _LIST, "B": "schema:"}, "B names an empty schema"),
        ({"A": _LIST, "B": "schema:nowhere"}, 'The schema "nowhere" of postgres@127.0.0.1'),
        ({"A": _LIST, "B": "schema:public"}, 'The schema "public" of'),
        ({"A": _LIST, "B": "repository#"}, "B names an empty schema"),
        ({"A": _LIST, "B": "schema:a", "SCHEMA_B": "b"}, "B and SCHEMA_B name two different schemas"),
        ({"A": _LIST, "B": "schema:a", "SCHEMA_B": ""}, "SCHEMA_B is empty"),
        ({"A": _LIST, "B": f"{_LIST}#x"}, "B is a list of columns, which knows no schemas"),
        ({"A": _LIST, "B": _LIST, "SCHEMA_A": "x"}, "A is a list of columns, which knows no schemas"),
        ({"A": _LIST, "B": _LIST, "FORMAT": "pdf"}, "FORMAT is none of text, markdown, html"),
        ({"A": _LIST, "B": _LIST, "OUT": "/nowhere/x.html"}, "OUT names no file in a folder that is there"),
        ({"A": _LIST, "B": _LIST, "OUT": ""}, "OUT names no file in a folder that is there"),
        ({"A": _LIST, "B": _LIST, "STRICT": "yes"}, "STRICT=yes is neither 0 nor 1"),
        ({"A": _LIST, "B": str(ROOT / "docs")}, "is a folder, and no dump"),
    ],
)
def test_wrong_input_gets_a_sentence_and_shows_no_secret(
    empty: Target, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], variables: dict[str, str], said: str
) -> None:
    monkeypatch.setattr("sys.argv", ["scripts", "compare"])
    monkeypatch.setenv("DATABASE_URL", empty.url(with_password=True))
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert cli.main() == 1
    out, err = capsys.readouterr()
    assert err.startswith("error: ")
    assert said in err
    assert "\nnext:  " in err
    assert "hid" not in err
    assert out == ""


def test_the_password_of_a_url_is_not_shown_even_where_a_schema_holds_it(checkout: Checkout, two_schemas: Target) -> None:
    secret = "S3cr3t-p4ss"
    with test_server().target(two_schemas.database, SUPERUSER).connect() as admin:
        admin.execute("drop role if exists compares_secretly")
        admin.execute(sql.SQL("create role compares_secretly login password {}").format(sql.Literal(secret)))
        admin.execute(
            sql.SQL("create schema hiding; create function hiding.f() returns text language sql as {}").format(
                sql.Literal(f"select '{secret}'")
            )
        )
        url = replace(two_schemas, user="compares_secretly", password=secret).url(with_password=True)
        try:
            done = checkout.run("compare", A=f"{url}#hiding", B=url, SCHEMA_B="one", COMMENTS="1", RIGHTS="1")
            assert done.returncode == 0, done.stderr
            assert "function f()" in done.stdout
            refused = checkout.run("compare", A=f"{url}#hiding", B=f"{url}#nowhere")
            assert refused.returncode == 1
            assert secret not in done.stdout + done.stderr + refused.stdout + refused.stderr
        finally:
            admin.execute("drop schema hiding cascade; drop owned by compares_secretly; drop role compares_secretly")


def test_make_hands_a_and_b_on_as_they_were_typed(tmp_path: Path) -> None:
    shown = subprocess.run(
        ["make", "--eval=show:; @printenv A B SCHEMA_A SCHEMA_B", "show", "A=p$w$(HOME)#x", "SCHEMA_A=a $b"],
        cwd=ROOT, env={**os.environ, "B": "e$v", "SCHEMA_B": "$$"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert shown.stdout.splitlines() == ["p$w$(HOME)#x", "e$v", "a $b", "$$"]
    assert tmp_path.exists()


def test_a_hash_before_the_host_belongs_to_the_password() -> None:
    with pytest.raises(UserError):
        asked("A", "postgres://u:p#w@h:port/db", None)
    side = asked("A", "postgres://u:pw@h/db#my%20schema", None)
    assert (side.schema, isinstance(side.source, Target) and side.source.database) == ("my schema", "db")
    assert asked("A", "postgres://u:pw@h/db", None).schema == "public"


def test_a_terminal_without_the_signs_gets_their_numbers(checkout: Checkout) -> None:
    done = checkout.run("compare", A=_LIST, B=_LIST.replace("_a", "_b"), PYTHONIOENCODING="latin-1")
    assert done.returncode == 0, done.stderr
    assert "\\u2260   column email" in done.stdout
