"""The actors are who they say, and nothing of them stays behind: what every test of policies rests on."""

from __future__ import annotations

import psycopg
import pytest

from scripts.matrix import ACTORS
from scripts.target import Connection
from tests.support.actors import acting, make_cast
from tests.support.rows import one


@pytest.mark.parametrize("name", ACTORS)
def test_an_actor_acts_with_role_claims_and_header_and_leaves_none_behind(db: Connection, name: str) -> None:
    cast = make_cast(db)
    asked = "select current_user || ' ' || coalesce(auth.uid()::text, 'nobody') || ' ' || coalesce(private_named, '') from (select"
    asked += " nullif(current_setting('request.headers', true), '')::json ->> 'x-workspace-id' as private_named) as asked"
    owner = one(db, asked)
    with acting(db, cast[name], cast.workspace):
        inside = one(db, asked)
    assert inside == f"{cast[name].role} {cast[name].user or 'nobody'} {cast.workspace}"
    assert one(db, asked) == owner == "postgres nobody "


def test_an_error_undoes_only_what_the_actor_did(db: Connection) -> None:
    cast = make_cast(db)
    with pytest.raises(psycopg.errors.InsufficientPrivilege), acting(db, cast["anon"]):
        db.execute("select from public.users")
    assert one(db, "select current_user::text") == "postgres"
    assert one(db, "select coalesce(current_setting('request.jwt.claims', true), '')") == ""


def test_who_must_be_stopped_by_one_thing_has_the_rest(db: Connection) -> None:
    cast = make_cast(db)
    for name in ("inactive", "platform_viewer", "anonymous", "admin"):
        role = "select role from public.workspace_members where workspace_id = %s and user_id = %s"
        assert one(db, role, cast.workspace, cast.user(name)) == "admin"
    for name in ("outsider", "platform_admin"):
        assert one(db, "select count(*) from public.workspace_members where user_id = %s", cast.user(name)) == 0
    assert one(db, "select is_active from public.users where id = %s", cast.user("inactive")) is False
    assert one(db, "select role from public.users where id = %s", cast.user("platform_viewer")) == "viewer"
    assert one(db, "select is_admin from public.users where id = %s", cast.user("platform_admin")) is True
    assert cast["anonymous"].claims["is_anonymous"] is True
    assert cast["platform_admin"].claims["aal"] == "aal2"
