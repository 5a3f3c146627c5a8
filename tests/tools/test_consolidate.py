"""From a legacy database to the hybrid and back, by the commands that a DBA types."""

from __future__ import annotations

import shutil

from scripts.settings import ROOT
from tests.conftest import test_server
from tests.consolidation.small import add, create_legacy, uid
from tests.migrations.dumps import dump
from tests.tools.conftest import Checkout


def test_capture_migrate_consolidate_and_all_the_way_back(checkout: Checkout) -> None:
    for folder in ("migrations", "policies", "rollback", "seeds"):
        shutil.copytree(ROOT / folder, checkout.root / folder, dirs_exist_ok=True)
    with checkout.target.connect() as connection:
        create_legacy(connection, "a", "public")
        add(connection, "public", "users", {"id": uid(1), "email": "a@x.org"}, {"id": uid(2), "email": "b@x.org", "subscription_tier": "?"})
        add(connection, "public", "workspaces", {"id": uid(11), "name": "One", "owner_id": uid(1)})
    before = dump(test_server(), checkout.target.database, "--schema=public")

    def done(command: str, **variables: str) -> str:
        run = checkout.run(command, **variables)
        assert run.returncode == 0, run.stderr
        return run.stdout

    def refused(command: str, **variables: str) -> str:
        run = checkout.run(command, **variables)
        assert run.returncode == 1, run.stdout
        return run.stderr

    # there and back at once
    assert "legacy_a    table" in done("capture").replace("\t", " ")
    assert "legacy_a is there already" in refused("capture", SCHEMA="legacy_a")
    done("release")
    assert dump(test_server(), checkout.target.database, "--schema=public") == before
    assert "nothing of that was moved aside" in refused("release")

    # the import
    done("capture", WHICH="A")
    assert "is neither A nor B" in refused("release", WHICH="C")
    assert "Run 'make migrate' first." in refused("consolidate")
    done("migrate")
    assert "there is no domain nonsense" in refused("consolidate", DOMAIN="nonsense")
    text = done("consolidate")
    lines = [line.split() for line in text.splitlines() if line.startswith("a.")]
    assert [line for line in lines if line[1] != "0"] == [
        ["a.users", "2", "1", "0", "0", "1", "1", "0", "0"],
        ["a.workspaces", "1", "1", "0", "0", "0", "2", "0", "0"],
    ]
    assert text.startswith("3 rows went through on ")
    assert "Every row is accounted for, and all 3 hybrid rows are what the legacy rows say." in text
    assert "\n1 wait in consolidation.rejects, each with its reason.\n" in text
    assert done("consolidate").startswith("0 rows went through on ")

    # the check, by itself
    assert "there is no domain nonsense" in refused("validate", DOMAIN="nonsense")
    people = [line.split()[0] for line in done("validate", DOMAIN="people").splitlines() if line.startswith("a.")]
    assert people == ["a.users", "a.workspaces", "a.workspace_members"]
    with checkout.target.connect() as connection:
        connection.execute("update public.users set full_name = 'Another'")
        connection.execute("alter table public.workspaces disable trigger user")
        connection.execute("update public.workspaces set name = 'Other' where id = %s", (uid(11),))
        connection.execute("alter table public.workspaces enable trigger user")
    run = checkout.run("validate")
    assert run.returncode == 1
    assert "Changed in the hybrid since the import, and so no loss: 1." in run.stdout
    assert [line.split() for line in run.stdout.splitlines() if "changed" in line][-1] == [
        "a.workspaces", "changed", uid(11), "public.workspaces", "name",
    ]  # fmt: skip
    assert "error: 1 does not agree" in run.stderr
    assert "consolidation.differences" in run.stderr

    # and back
    assert "public has something named" in refused("release")
    assert "FORCE=1" in refused("rollback", TO="0")
    done("rollback", TO="0", FORCE="1")
    assert dump(test_server(), checkout.target.database, "--schema=public") == before
