"""Whatever a client can reach that runs with the rights of its owner passes by every policy: views, and functions that run as their owner.

In public there is none of these: what clients call runs as they do, and passes a definer in private that asks who calls.
"""

from __future__ import annotations

import pytest

from tests.support.scenes import Scene

_NOT_OF_EXTENSIONS = "not exists (select from pg_depend where objid = {}.oid and deptype = 'e')"

#: What in the body of a function runs a text, or sets a role or a setting.
_RUNS_TEXT = r"\m(execute|set_config)\M|(;|begin|then|else|loop)\s*(re)?set\s+(local\s+|session\s+)?(role|session)"

#: By what is looked for: the query for it, a statement that plants one, and how that is named.
FINDINGS = {
    "a view that reads as its owner": (
        "select relname from pg_class as v where relnamespace = 'public'::regnamespace and relkind = 'v'"
        " and not coalesce(reloptions, '{}') && '{security_invoker=true,security_invoker=on}' and " + _NOT_OF_EXTENSIONS.format("v"),
        "create view public.planted as select id, name from public.workspaces; grant select on public.planted to authenticated",
        "planted",
    ),
    "a materialized view or a foreign table, which no policy protects": (
        "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('m', 'f')",
        "create materialized view public.planted as select id, name from public.workspaces",
        "planted",
    ),
    "a definer function that clients may execute in public": (
        "select distinct proname from pg_proc as f cross join unnest('{anon,authenticated}'::text[]) as role"
        " where pronamespace = 'public'::regnamespace and prosecdef and has_function_privilege(role, f.oid, 'execute')",
        "create function public.planted() returns setof text language sql security definer set search_path = ''"
        " as 'select name from public.workspaces'; grant execute on function public.planted() to authenticated",
        "planted",
    ),
    "a definer function in any schema that clients may use": (
        "select distinct proname from pg_proc as f cross join unnest('{anon,authenticated,service_role}'::text[]) as role"
        " where prosecdef and pronamespace <> 'pg_catalog'::regnamespace and has_schema_privilege(role, pronamespace, 'usage')"
        " and has_function_privilege(role, f.oid, 'execute')",
        "create function extensions.planted() returns integer language sql security definer set search_path = ''"
        " as 'select 1'; grant execute on function extensions.planted() to authenticated",
        "planted",
    ),
    "a function that anon may execute": (
        "select proname from pg_proc where pronamespace in ('public'::regnamespace, 'private'::regnamespace)"
        " and has_function_privilege('anon', oid, 'execute')",
        "create function public.planted() returns integer language sql as 'select 1'; grant execute on function public.planted() to anon",
        "planted",
    ),
    "a rule that rewrites what clients write": (
        "select rulename from pg_rewrite join pg_class as c on c.oid = ev_class where relnamespace = 'public'::regnamespace"
        " and relkind in ('r', 'p')",
        "create rule planted as on insert to public.campaigns do also select 1",
        "planted",
    ),
    "a policy for more than signed-in people": (
        "select policyname from pg_policies where schemaname = 'public' and roles <> '{authenticated}'",
        "create policy planted on public.campaigns for select using (true)",
        "planted",
    ),
    # an invoker function is no wall between a client and the roles that the session may take: authenticator is a member of all three
    "a function for clients that runs text, or sets a setting": (
        "select proname from pg_proc as f join pg_language as l on l.oid = prolang"
        " where pronamespace in ('public'::regnamespace, 'private'::regnamespace)"
        " and has_function_privilege('authenticated', f.oid, 'execute')"
        f" and (coalesce(pg_get_function_sqlbody(f.oid), prosrc) ~* '{_RUNS_TEXT}' or lanname not in ('sql', 'plpgsql'))",
        "create function public.planted(text text) returns void language plpgsql set search_path = ''"
        " as 'begin execute planted.text; end'; grant execute on function public.planted(text) to authenticated",
        "planted",
    ),
}  # fmt: skip


def _found(scene: Scene, query: str) -> list[str]:
    return [name for (name,) in scene.db.execute(query.encode())]


@pytest.mark.parametrize("name", FINDINGS)
def test_clients_reach_nothing_that_passes_by_the_policies(scene: Scene, name: str) -> None:
    query, plant, found = FINDINGS[name]
    assert _found(scene, query) == []
    scene.db.execute(plant.encode())
    assert _found(scene, query) == [found]


@pytest.mark.parametrize("how", ["view", "function"])
def test_planted_view_or_function_of_the_owner_shows_strangers_and_one_of_the_caller_does_not(scene: Scene, how: str) -> None:
    """What the rules above are for: the same text, run as its owner and as its caller."""
    for rights, shows in (("false", True), ("true", False)):
        if how == "view":
            view = f"create view public.v_{rights} with (security_invoker = {rights}) as select id from public.workspaces"
            scene.db.execute(view.encode())
            scene.db.execute(f"grant select on public.v_{rights} to authenticated".encode())
            answer = scene.tried(scene.home["outsider"], f"select id from public.v_{rights}")
        else:
            security = "invoker" if rights == "true" else "definer"
            scene.db.execute(
                f"create function public.f_{rights}() returns setof uuid language sql security {security} set search_path = ''"
                " as 'select id from public.workspaces'".encode()
            )
            scene.db.execute(f"grant execute on function public.f_{rights}() to authenticated".encode())
            answer = scene.tried(scene.home["outsider"], f"select public.f_{rights}()")
        assert ((scene.foreign.workspace,) in answer.rows) is shows
