"""What is not in public, addressed by its full name: partitions, secrets, helpers, the runner's books, the auth service's tables.

Everything is taken from the catalogue, so a schema that comes later is attacked as well; what may be reached is listed.
"""

from __future__ import annotations

import pytest
from psycopg import sql

from tests.support.rights import API_ROLES
from tests.support.scenes import Scene

#: PostgreSQL's own schemas, which the platform leaves open.
SYSTEM = ("pg_catalog", "information_schema", "pg_toast")

#: Schemas in which the API roles may call functions: auth.uid() and the like, and the operators of vectors. No table there is theirs.
WITH_FUNCTIONS = {"auth", "extensions"}

COMMANDS = {
    "select": "select from {}",
    "insert": "insert into {} default values",
    "update": "update {0} set {1} = {1}",
    "delete": "delete from {}",
    "truncate": "truncate {}",
}

_RELATIONS = """
  select space.nspname, class.relname, min(attribute.attname) from pg_class as class
  join pg_namespace as space on space.oid = class.relnamespace
  join pg_attribute as attribute on attribute.attrelid = class.oid and attnum > 0 and attgenerated = '' and not attisdropped
  where class.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and space.nspname <> 'public' and space.nspname <> all(%s)
    and space.nspname !~ '^pg_(toast_)?temp_'
  group by 1, 2 order by 1, 2
"""


def _reached(scene: Scene, role: str) -> dict[tuple[str, str, str], str | None]:
    """Return the relations outside public on which a command of a role is not refused, with the code that it got instead."""
    reached: dict[tuple[str, str, str], str | None] = {}
    for schema, relation, column in scene.db.execute(_RELATIONS.encode(), (list(SYSTEM),)).fetchall():
        for name, command in COMMANDS.items():
            statement = sql.SQL(command).format(sql.Identifier(schema, relation), sql.Identifier(column))
            if (code := scene.tried(scene.home[role if role != "authenticated" else "owner"], statement).code) != "42501":
                reached[schema, relation, name] = code
    return reached


@pytest.mark.parametrize("role", API_ROLES)
def test_no_table_outside_public_is_reached_by_name(scene: Scene, role: str) -> None:
    """A partition has no policies of its own, a secret is worth most, a book of the runner says what is not yet mended."""
    assert _reached(scene, role) == {}


def test_the_attack_meets_what_there_is_to_meet(scene: Scene) -> None:
    """An empty list would prove nothing."""
    found = {(schema, relation) for schema, relation, _ in scene.db.execute(_RELATIONS.encode(), (list(SYSTEM),))}
    assert {schema for schema, _ in found} >= {"auth", "partitions", "private", "secrets", "runner"}
    defaults = {(schema, relation) for schema, relation in found if relation.endswith("_default")}
    assert defaults == {("partitions", f"{table}_default") for table in ("analytics_events", "platform_analytics", "user_activity_logs")}
    assert len([relation for schema, relation in found if schema == "partitions"]) > len(defaults)
    for schema, relation in found - {("auth", "identities")}:
        scene.db.execute(sql.SQL("select from {}").format(sql.Identifier(schema, relation)))


def test_a_partition_that_a_role_may_read_is_found(scene: Scene) -> None:
    """Planted: with a right and the way to it a partition shows the rows of everybody, since policies are its parent's."""
    scene.db.execute("grant usage on schema partitions to authenticated")
    scene.db.execute("grant select on partitions.analytics_events_default to authenticated")
    assert ("partitions", "analytics_events_default", "select") in _reached(scene, "authenticated")


def test_partitions_are_read_through_their_parents(scene: Scene) -> None:
    """The twin: the rows that lie in partitions, by the names of their tables."""
    for table in ("analytics_events", "platform_analytics", "user_activity_logs"):
        assert scene.tried(scene.home["owner"], f"select id from public.{table}").count >= 1, table


@pytest.mark.parametrize("role", API_ROLES)
def test_api_role_uses_no_schema_but_those_that_are_listed_and_makes_nothing_in_any(scene: Scene, role: str) -> None:
    """A schema in which a client could make a function would be the place for planted ones."""
    rows = scene.db.execute(
        "select nspname, has_schema_privilege(%s, oid, 'usage'), has_schema_privilege(%s, oid, 'create') from pg_namespace"
        " where nspname <> all(%s) and nspname !~ '^pg_(toast_)?temp_'",
        (role, role, list(SYSTEM)),
    ).fetchall()
    assert {name for name, usage, _ in rows if usage} == {"public"} | WITH_FUNCTIONS
    assert {name for name, _, create in rows if create} == set()


_FUNCTIONS = """
  select space.nspname, function.proname, coalesce((
    select array_agg(format('null::%%s', format_type(type, null)) order by place)
    from unnest(function.proargtypes::oid[]) with ordinality as argument (type, place)
  ), '{}'), has_function_privilege(%s, function.oid, 'execute')
  from pg_proc as function join pg_namespace as space on space.oid = function.pronamespace
  where space.nspname <> 'public' and space.nspname <> all(%s) and function.prokind = 'f'
    and not exists (select from pg_depend where objid = function.oid and deptype = 'e')
"""


@pytest.mark.parametrize("role", API_ROLES)
def test_no_function_outside_public_is_called_by_name(scene: Scene, role: str) -> None:
    """Policies call helpers on which a client has EXECUTE; without USAGE on the schema it has no way to name them."""
    actor = scene.home[role if role != "authenticated" else "owner"]
    called, executable = {}, 0
    for schema, function, arguments, may_execute in scene.db.execute(_FUNCTIONS.encode(), (role, list(SYSTEM))).fetchall():
        call = sql.SQL("select {}({})").format(sql.Identifier(schema, function), sql.SQL(", ".join(arguments)))
        if schema not in WITH_FUNCTIONS:
            executable += may_execute
            if (code := scene.tried(actor, call).code) != "42501":
                called[function] = code
    assert called == {}
    assert (executable > 0) is (role != "anon")
    assert scene.tried(actor, "select auth.uid()").rows == ((actor.user,),)


def test_a_helper_whose_schema_may_be_used_is_found(scene: Scene) -> None:
    """Planted: USAGE on the schema is all that is missing."""
    assert scene.tried(scene.home["member"], "select private.readable_workspaces()").code == "42501"
    scene.db.execute("grant usage on schema private to authenticated")
    assert scene.tried(scene.home["member"], "select private.readable_workspaces()").code is None


@pytest.mark.parametrize("role", API_ROLES)
def test_what_the_catalogue_tells_of_other_schemas_is_no_row(scene: Scene, role: str) -> None:
    """Views of the system over what is stored: contents of large objects, statistics, passwords, texts of queries of others."""
    actor = scene.home[role if role != "authenticated" else "owner"]
    for view in ("pg_authid", "pg_shadow", "pg_statistic", "pg_statistic_ext_data", "pg_largeobject", "pg_user_mapping", "pg_file_settings",
                 "pg_hba_file_rules", "pg_subscription"):  # fmt: skip
        assert scene.tried(actor, f"select * from pg_catalog.{view}").code == "42501", view
