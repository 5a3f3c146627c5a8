"""From a legacy database to the hybrid and back, by the commands that a DBA types."""

from __future__ import annotations

from scripts import manifest
from tests.conftest import test_server
from tests.consolidation.small import add, create_legacy, uid
from tests.migrations.dumps import dump
from tests.tools import backups as support
from tests.tools.conftest import Checkout


def test_capture_migrate_consolidate_and_all_the_way_back(with_files: Checkout) -> None:
    checkout = with_files
    with checkout.target.connect() as connection:
        create_legacy(connection, "a", "public")
        add(connection, "public", "users", {"id": uid(1), "email": "a@x.org"}, {"id": uid(2), "email": "b@x.org", "subscription_tier": "?"})
        add(connection, "public", "workspaces", {"id": uid(11), "name": "One", "owner_id": uid(1)})
    before = dump(test_server(), checkout.target.database, "--schema=public")

    # backups have a test of their own
    def done(command: str, **variables: str) -> str:
        run = checkout.run(command, NO_BACKUP="1", **variables)
        assert run.returncode == 0, run.stderr
        return run.stdout

    def refused(command: str, **variables: str) -> str:
        run = checkout.run(command, NO_BACKUP="1", **variables)
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


def test_nothing_is_moved_or_imported_without_a_backup_that_came_back(with_files: Checkout) -> None:
    """One made before the last change of the structure is none; where nothing can be lost, none is asked for."""
    checkout = with_files

    def run(command: str, **variables: str) -> str:
        ended = checkout.run(command, **variables)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def refused(command: str, what: str) -> None:
        ended = checkout.run(command)
        assert ended.returncode == 1, ended.stdout
        assert f"error: No {what} without a backup: " in ended.stderr
        assert "'make backup' and 'make verify-backup'" in ended.stderr
        assert "NO_BACKUP=1 goes on without, and is recorded." in ended.stderr

    def back_up() -> None:
        run("backup")
        newest = max((checkout.root / "backups").iterdir(), key=lambda folder: folder.stat().st_mtime)
        support.proven(manifest.read(newest))  # once in earnest is enough

    with checkout.target.connect() as connection:
        create_legacy(connection, "a", "public")

        def overridden() -> list[tuple[str, str]]:
            there = connection.execute("select to_regclass('runner.overrides') is not null").fetchone()
            found = connection.execute("select what, variable from runner.overrides order by id").fetchall() if there == (True,) else []
            return [(what, variable) for what, variable in found]

        # no row in it
        run("capture")
        run("release")
        add(connection, "public", "users", {"id": uid(1), "email": "a@x.org"})

        refused("capture", "capture of public")
        run("backup")
        refused("capture", "capture of public")  # it was not verified
        run("verify-backup")
        run("capture")

        refused("release", "release of legacy_a")  # the structure is another one than then
        back_up()
        run("release")
        connection.execute("create index later on public.users (full_name)")
        refused("capture", "capture of public")  # the backups are older than the index
        run("capture", NO_BACKUP="1")

        run("migrate")
        run("consolidate")  # nobody is in the hybrid yet
        refused("consolidate", "import")
        back_up()
        run("consolidate")
        connection.execute("alter table public.users add column later text")
        refused("consolidate", "import")
        run("consolidate", NO_BACKUP="1")
        assert overridden() == [("capture of public", "NO_BACKUP"), ("import", "NO_BACKUP")]
        # one that was cut off goes on
        connection.execute(
            "update consolidation.runs set finished_at = null where run_number = (select max(run_number) from consolidation.runs)"
        )
        run("consolidate")


def test_what_is_refused_anyway_is_refused_before_a_backup_is_asked_for(with_files: Checkout) -> None:
    checkout = with_files

    def refused(command: str, **variables: str) -> str:
        ended = checkout.run(command, **variables)
        assert ended.returncode == 1, ended.stdout
        return ended.stderr

    assert "the schema public has no tables" in refused("capture")
    assert "there is no schema nowhere" in refused("capture", SCHEMA="nowhere")
    with checkout.target.connect() as connection:
        connection.execute("create table public.cars (id integer); insert into public.cars values (1)")
        assert "the tables of public are not those of A or B" in refused("capture")
        connection.execute("drop table public.cars")
    assert checkout.run("migrate").returncode == 0
    assert "public holds the tables of the hybrid" in refused("capture")
    assert "nothing is captured" in refused("consolidate")
    assert "nothing of that was moved aside" in refused("release")
