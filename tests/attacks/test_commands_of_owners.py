"""Commands that need more than reading and writing rows: emptying, locking, changing tables, switching policies off, files, other roles."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from scripts.server import SUPERUSER
from scripts.target import Connection, Target
from tests.conftest import test_server
from tests.support.actors import Actor, acting
from tests.support.catalogue import tables
from tests.support.rights import API_ROLES, granted_columns, granted_tables
from tests.support.scenes import Scene

#: Commands on a table; {0} is the table and {1} its policy or any other name. The owner of the schema may give each of them.
ON_TABLES = {
    "truncate": "truncate {0} cascade",
    "disable row-level security": "alter table {0} disable row level security",
    "no force": "alter table {0} no force row level security",
    "add a column": "alter table {0} add column planted integer",
    "own it": "alter table {0} owner to current_user",
    "switch triggers off": "alter table {0} disable trigger user",
    "drop": "drop table {0} cascade",
    "create a policy": "create policy planted on {0} using (true)",
    "create a trigger": "create trigger planted before insert on {0} for each row execute function private.set_updated_at()",
    "create an index": "create index planted on {0} (id)",
    "create a rule": "create rule planted as on insert to {0} do instead nothing",
    "create statistics": "create statistics public.planted on (id::text) from {0}",
    "build indexes anew": "reindex table {0}",
    "comment": "comment on table {0} is 'planted'",
    "inherit": "create table public.planted (like {0} including all)",
    "rename": "alter table {0} rename to planted",
}

#: Commands that are not about one table. A superuser may give each of them, which is tried for what the owner may not.
OF_SUPERUSERS = {
    "read a file": "select pg_read_file('PG_VERSION')",
    "read a file as bytes": "select pg_read_binary_file('PG_VERSION')",
    "list a folder": "select pg_ls_dir('.')",
    "list the logs": "select pg_ls_logdir()",
    "size of a file": "select pg_stat_file('PG_VERSION')",
    "write a file": "copy (select 1) to '/dev/null'",
    "run a program": "copy (select 1) to program 'cat > /dev/null'",
    "load a library": "load '$libdir/plpgsql'",
    "import a large object": "select lo_import('/dev/null')",
    "read the settings of the server": "select pg_reload_conf()",
    "make a superuser": "create role planted superuser",
    "switch triggers off": "set local session_replication_role = 'replica'",
}


def _actor(scene: Scene, role: str) -> Actor:
    """Return who comes with a role: for signed-in people the owner of a workspace."""
    return scene.home[role if role != "authenticated" else "owner"]


@pytest.mark.parametrize("role", API_ROLES)
@pytest.mark.parametrize("name", ON_TABLES)
def test_api_role_gives_no_command_of_the_owner(scene: Scene, name: str, role: str) -> None:
    """The rights that remain to be forgotten: TRUNCATE, REFERENCES, TRIGGER, MAINTAIN, and those of an owner."""
    for table in sorted(tables(scene.db)):
        command = sql.SQL(ON_TABLES[name]).format(sql.Identifier("public", table))
        assert scene.tried(_actor(scene, role), command).code == "42501", table


@pytest.mark.parametrize("name", ON_TABLES)
def test_owner_of_the_schema_gives_the_same_command(scene: Scene, name: str) -> None:
    """The twin."""
    with scene.db.transaction(force_rollback=True):
        scene.db.execute(sql.SQL(ON_TABLES[name]).format(sql.Identifier("public", "content_insights")))


@pytest.mark.parametrize("role", API_ROLES)
def test_api_role_has_none_of_the_rights_beyond_reading_and_writing(scene: Scene, role: str) -> None:
    """The same asked of the catalogue, since a foreign key and a trigger need a table or a function of one's own besides."""
    rights = ["TRUNCATE", "REFERENCES", "TRIGGER"] + (["MAINTAIN"] if scene.db.info.server_version >= 170000 else [])
    for right in rights:
        assert granted_tables(scene.db, right, role) == [], right
        scene.db.execute(sql.SQL("grant {} on public.campaigns to {}").format(sql.SQL(right), sql.Identifier(role)))
        assert granted_tables(scene.db, right, role) == ["campaigns"], right
    assert granted_columns(scene.db, "REFERENCES", role).keys() == {"campaigns"}


#: Modes in which others go on reading and writing, and those in which they wait.
HARMLESS = ("access share", "row share", "row exclusive")
HARMFUL = ("share update exclusive", "share", "share row exclusive", "exclusive", "access exclusive")


@pytest.mark.parametrize("role", API_ROLES)
def test_role_locks_a_table_only_where_it_deletes_or_changes_whole_rows(scene: Scene, role: str) -> None:
    """A lock on a whole table stops everybody. PostgreSQL gives it with DELETE, a right that columns cannot narrow; nothing else does."""
    rights = {right: set(granted_tables(scene.db, right, role)) for right in ("SELECT", "INSERT", "UPDATE", "DELETE")}
    if role != "service_role":
        assert not rights["SELECT"] | rights["INSERT"] | rights["UPDATE"], "a right on all columns, those to come included"
    for table in sorted(tables(scene.db)):
        lockable = table in rights["UPDATE"] | rights["DELETE"]
        refused = HARMFUL if table in rights["SELECT"] | rights["INSERT"] else HARMLESS + HARMFUL
        for mode in HARMLESS + HARMFUL if lockable else refused:
            command = sql.SQL("lock table public.{} in {} mode").format(sql.Identifier(table), sql.SQL(mode))
            assert scene.tried(_actor(scene, role), command).code == (None if lockable else "42501"), (table, mode)


@pytest.mark.parametrize("role", ["anon", "authenticated"])
def test_policies_are_not_switched_off_by_a_setting(scene: Scene, role: str) -> None:
    """`row_security = off` is for dumps: it turns a filter into an error, never into all rows."""
    for table in sorted(scene.readable):
        with scene.db.transaction(force_rollback=True):
            scene.db.execute("set local row_security = off")
            query = sql.SQL("select id from public.{}").format(sql.Identifier(table))
            assert scene.tried(_actor(scene, role), query).code == "42501", table
            assert scene.tried(scene.home["service_role"], query).count >= 1, table


def _copied(scene: Scene, actor: Actor, text: sql.Composed) -> list[str]:
    with scene.db.transaction(force_rollback=True), acting(scene.db, actor), scene.db.cursor().copy(text) as lines:
        return [bytes(line).decode().strip() for line in lines]


def test_copy_gives_only_what_a_query_gives(scene: Scene) -> None:
    """COPY reads tables whole; with policies it becomes a query. Of a table in partitions only that query gives rows."""
    for table in sorted(scene.tenant_tables.keys() & scene.readable.keys()):
        theirs = str(scene.id(table, scene.foreign))
        whole, query = (
            sql.SQL(text).format(sql.Identifier(table))
            for text in ("copy public.{} (id) to stdout", "copy (select id from public.{}) to stdout")
        )
        assert theirs not in _copied(scene, scene.home["owner"], whole), table
        assert theirs not in _copied(scene, scene.home["owner"], query), table
        assert theirs in _copied(scene, scene.foreign["owner"], query), table
    assert str(scene.id("campaigns", scene.foreign)) in _copied(
        scene, scene.foreign["owner"], sql.SQL("copy public.campaigns (id) to stdout").format()
    )


def test_copy_of_what_is_not_granted_is_refused(scene: Scene) -> None:
    """All columns, of which some are not for clients; and rows written by COPY, which policies cannot check."""
    for text, code in (
        ("copy public.user_social_accounts to stdout", "42501"),
        ("copy public.content_embeddings (id) to stdout", "42501"),
        ("copy public.campaigns (workspace_id, user_id, name) from stdin", "0A000"),
    ):
        with pytest.raises(psycopg.Error) as refused:
            _copied(scene, scene.home["owner"], sql.SQL("{}").format(sql.SQL(text)))
        assert refused.value.sqlstate == code, text


@pytest.mark.parametrize("role", API_ROLES)
@pytest.mark.parametrize("name", OF_SUPERUSERS)
def test_api_role_gives_no_command_of_a_superuser(scene: Scene, name: str, role: str) -> None:
    """Files, programs and settings of the server."""
    assert scene.tried(_actor(scene, role), OF_SUPERUSERS[name]).code == "42501"


@pytest.fixture
def superuser(clone_target: Target) -> Iterator[Connection]:
    """A connection to a clone as the superuser of the server."""
    with test_server().target(clone_target.database, SUPERUSER).connect() as connection:
        yield connection


def test_superuser_gives_those_commands(superuser: Connection) -> None:
    """The twin: they are there to be given. What would change the server for others is left out."""
    for name in ("read a file", "read a file as bytes", "list a folder", "size of a file", "write a file", "run a program",
                 "import a large object", "load a library", "switch triggers off"):  # fmt: skip
        with superuser.transaction(force_rollback=True):
            superuser.execute(OF_SUPERUSERS[name].encode())


@pytest.mark.parametrize("role", API_ROLES)
def test_large_object_of_another_is_not_read(scene: Scene, role: str) -> None:
    """Large objects have no schema and no policies, only an owner."""
    found = scene.db.execute("select lo_from_bytea(0, 'secret')").fetchone()
    assert found is not None
    assert scene.db.execute("select lo_get(%s)", found).fetchall() == [(b"secret",)]
    assert scene.tried(_actor(scene, role), "select lo_get(%s)", *found).code == "42501"
    assert scene.tried(_actor(scene, role), "select lo_unlink(%s)", *found).code == "42501"


def test_nothing_leads_out_of_the_database(scene: Scene) -> None:
    """No extension that opens connections or files, no server or wrapper set up for one, and nothing that sends changes away."""
    assert {name for (name,) in scene.db.execute("select extname from pg_extension")} == {"plpgsql", "vector"}
    for place in ("pg_foreign_server", "pg_foreign_data_wrapper", "pg_user_mappings", "pg_publication", "pg_event_trigger"):
        assert scene.db.execute(f"select from {place}".encode()).fetchall() == [], place
    assert {name for (name,) in scene.db.execute("select lanname from pg_language")} == {"internal", "c", "sql", "plpgsql"}
    for role in API_ROLES:
        for command in ("create extension dblink", "create extension postgres_fdw", "create foreign data wrapper planted",
                        "create schema planted", "create table public.planted (a integer)", "create role planted",
                        "create function public.planted() returns integer language sql as 'select 1'",
                        "create publication planted for all tables", "create event trigger planted on ddl_command_start"
                        " execute function private.set_updated_at()"):  # fmt: skip
            assert scene.tried(_actor(scene, role), command).code in {"42501", "58P01", "0A000"}, (role, command)


def test_the_role_that_logs_in_becomes_only_the_api_roles(clone_target: Target, superuser: Connection) -> None:
    """PostgREST logs in as authenticator. Whoever makes it run a text of his becomes no more than one of the three API roles.

    That service_role is among them is the platform's way; so no function that clients call may run a text, which
    test_runs_as_owner.py looks for.
    """
    superuser.execute("alter role authenticator password 'of a test'")
    login = Target(
        host=clone_target.host, port=clone_target.port, user="authenticator", database=clone_target.database, password="of a test"
    )
    with login.connect() as connection:
        assert connection.execute("select session_user::text, current_user::text").fetchall() == [("authenticator", "authenticator")]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("select id from public.users")
        for role in API_ROLES:
            connection.execute(sql.SQL("set role {}").format(sql.Identifier(role)))
            for other in ("postgres", SUPERUSER, "supabase_auth_admin", "pg_read_all_data", "pg_read_server_files"):
                for command in ("set role {}", "set local role {}", "set session authorization {}", "reset role; set role {}"):
                    with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                        connection.execute(sql.SQL(command).format(sql.Identifier(other)))
        may_become = connection.execute("select rolname::text from pg_roles where pg_has_role('authenticator', oid, 'member')")
        assert {role for (role,) in may_become} == {*API_ROLES, "authenticator"}
    superuser.execute("alter role authenticator password null")
    for other in ("postgres", "supabase_auth_admin"):  # the twin
        superuser.execute(sql.SQL("set role {}").format(sql.Identifier(other)))


@pytest.mark.parametrize("role", API_ROLES)
def test_api_role_is_a_member_of_no_other(scene: Scene, role: str) -> None:
    """Beyond the session's role: what a role itself inherits or may become."""
    found = scene.db.execute("select rolname::text from pg_roles where pg_has_role(%s, oid, 'member') order by 1", (role,)).fetchall()
    assert found == [(role,)]
    attributes = scene.db.execute(
        "select rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolcanlogin, rolbypassrls from pg_roles where rolname = %s", (role,)
    ).fetchall()
    assert attributes == [(False, False, False, False, False, role == "service_role")]
