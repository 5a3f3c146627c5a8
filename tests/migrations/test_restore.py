"""docs/restoring.md, carried out: data of a filled database into a fresh one, nothing lost, the schema as the files build it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from psycopg import sql

from scripts import shim
from scripts.binaries import wheel_programs
from scripts.catalogue import differences, snapshot
from scripts.seeds import seed
from scripts.settings import ROOT
from scripts.target import Connection, Target
from tests.conftest import build, test_server
from tests.support.catalogue import tables


def _counts(connection: Connection) -> dict[str, int]:
    found = {}
    for schema in ("public", "secrets"):
        for name in tables(connection, schema):
            row = connection.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(schema, name))).fetchone()
            found[f"{schema}.{name}"] = row[0] if row else 0
    return found


def _client(program: str, target: Target, *arguments: str) -> None:
    subprocess.run(
        [wheel_programs(test_server().major) / program, *arguments], env=target.environment(), check=True, capture_output=True, text=True
    )


def test_data_of_a_filled_database_is_restored_into_a_fresh_one(clone_target: Target, tmp_path: Path) -> None:
    fresh = shim.create_database(test_server(), f"{clone_target.database}_fresh")
    try:
        build(fresh)
        with clone_target.connect() as old, fresh.connect() as new:
            for folder in (ROOT / "seeds", ROOT / "seeds/demo"):
                seed(old, folder, ROOT)
            seed(new, ROOT / "seeds", ROOT)
            data = tmp_path / "data.sql"
            _client(
                "pg_dump",
                clone_target,
                "--data-only",
                "--load-via-partition-root",
                "--schema=public",
                "--schema=secrets",
                "--schema=partitions",
                f"--file={data}",
            )
            new.execute("select private.make_month_partitions(12, now() - interval '6 months')")
            script = tmp_path / "load.sql"
            script.write_text(
                "begin;\ntruncate public.users, public.workspaces, public.social_platforms cascade;\n" + f"\\i {data}\ncommit;\n"
            )
            _client("psql", fresh, "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--file={script}")
            assert _counts(new) == _counts(old)
            assert sum(_counts(new).values()) > 7000
            assert differences(snapshot(old), snapshot(new)) == []
            row = new.execute("select count(*) from only partitions.analytics_events_default").fetchone()
            assert row == (0,)
    finally:
        shim.drop_database(test_server(), fresh.database)
