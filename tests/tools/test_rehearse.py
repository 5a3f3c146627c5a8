"""A rehearsal: all of it on a copy, the source only read, the copy gone however it ends."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psutil
import psycopg
import pytest
from psycopg import sql

from scripts import shim
from scripts.binaries import wheel_programs
from scripts.consolidate import rehearsal
from scripts.consolidate.origins import Origin, reading
from scripts.errors import UserError
from scripts.scratch import roomy_server
from scripts.server import SUPERUSER
from scripts.settings import ROOT, pg_major, throwaway_home
from scripts.target import Target
from tests.conftest import test_server
from tests.consolidation.reported import TOKEN, legacy
from tests.consolidation.small import uid
from tests.migrations.dumps import dump
from tests.support.html import check_anchors, check_fetches_nothing, read
from tests.tools.conftest import Checkout

_PATIENCE = 300


@pytest.fixture
def source() -> Iterator[Target]:
    """A database with A and B in schemas of their own, seen by a role that may read them and write nothing."""
    server = test_server()
    target = shim.create_database(server, f"source_{uuid4().hex[:12]}")
    reader = f"reader_{uuid4().hex[:12]}"
    with target.connect() as connection:
        legacy(connection)
        connection.execute(
            "insert into auth.users (id, email, email_confirmed_at, is_sso_user) values (%s, 'ann@x.org', now(), false)", (uid(1),)
        )
    with server.target(target.database, SUPERUSER).connect() as superuser:
        superuser.execute(sql.SQL("create role {} login bypassrls password 'reads-only-1'").format(sql.Identifier(reader)))
        for schema in ("old_a", "old_b", "auth"):
            superuser.execute(sql.SQL("grant usage on schema {} to {}").format(sql.Identifier(schema), sql.Identifier(reader)))
            superuser.execute(
                sql.SQL("grant select on all tables in schema {} to {}").format(sql.Identifier(schema), sql.Identifier(reader))
            )
    yield Target(target.host, target.port, reader, target.database, "reads-only-1", variable="SOURCE")
    shim.drop_database(server, target.database)
    with server.target(role=SUPERUSER).connect() as superuser:
        superuser.execute(sql.SQL("drop role {}").format(sql.Identifier(reader)))


@pytest.fixture
def whole(checkout: Checkout) -> Checkout:
    """A checkout with all files of the repository, whose database nobody may need."""
    for folder in ("migrations", "policies", "rollback", "seeds"):
        shutil.copytree(ROOT / folder, checkout.root / folder, dirs_exist_ok=True)
    return checkout


def both(source: Target) -> dict[str, str]:
    url = source.url(with_password=True)
    return {"A": url, "SCHEMA_A": "old_a", "B": url, "SCHEMA_B": "old_b"}


def ended(process: subprocess.Popen[str]) -> tuple[str, str]:
    out, err = process.communicate(timeout=_PATIENCE)
    assert "Traceback" not in err, err
    return out, err


def left_of(process: subprocess.Popen[str]) -> list[object]:
    """Return folders and processes of the servers that a process had for itself."""
    folders = list(throwaway_home().glob(f"{process.pid}-*"))
    servers = [one for one in psutil.process_iter() if f"/{process.pid}-" in " ".join(_command(one))]
    return [*folders, *servers]


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def test_all_of_it_on_a_copy_with_a_report_and_the_source_as_it_was(whole: Checkout, source: Target) -> None:
    before, empty_before = dump(test_server(), source.database), dump(test_server(), whole.target.database)
    process = whole.start("rehearse", **both(source))
    out, err = ended(process)
    assert process.returncode == 0, err
    assert left_of(process) == []
    assert dump(test_server(), source.database) == before
    assert dump(test_server(), whole.target.database) == empty_before
    for phase in ("start a server", "make the hybrid", "import", "compare source and target", "take the import back", "remove the copy"):
        assert any(line.startswith(phase) and line.endswith(" s") for line in out.splitlines()), phase
    assert "and source and target agree." in out
    assert "The import was taken back, and the hybrid was as before." in out

    file = whole.root / "build" / "rehearsal-report.html"
    assert f"The report is {file}" in out
    document = file.read_text()
    check_fetches_nothing(document)
    check_anchors(document)
    shown = read(document).text
    assert f"a copy of old_a of {source.describe()} and old_b of {source.describe()}, removed since" in shown
    assert "remove the copy" in shown
    assert "match_person: A confirms the address" in shown  # the accounts came too
    assert TOKEN not in document + out + err
    assert source.password not in document + out + err


def test_a_transform_that_loses_a_value_fails_the_rehearsal(whole: Checkout, source: Target) -> None:
    file = whole.root / "migrations" / "1520_import_workspaces.sql"
    good = file.read_text()
    bad = good.replace("consolidation.json_or(old.settings, '{}') as settings", "'{}'::jsonb as settings", 1)
    assert bad != good
    file.write_text(bad)
    process = whole.start("rehearse", A=source.url(with_password=True), SCHEMA_A="old_a")
    out, err = ended(process)
    assert process.returncode == 1
    assert "did not agree when source and target were compared." in out
    assert "error: The rehearsal says: do not do this for real yet." in err
    assert left_of(process) == []
    assert "What does not agree" in (whole.root / "build" / "rehearsal-report.html").read_text()


@pytest.mark.parametrize(
    ("number", "phase"),
    [(signal.SIGINT, "copy old_a"), (signal.SIGINT, "make the hybrid"), (signal.SIGTERM, "import …"), (signal.SIGHUP, "start")],
)
def test_the_copy_is_gone_when_it_is_interrupted(whole: Checkout, source: Target, number: signal.Signals, phase: str) -> None:
    before = dump(test_server(), source.database)
    process = whole.start("rehearse", **both(source))
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith(f"Rehearsal: {phase}"):
            break
    process.send_signal(number)
    time.sleep(0.3)
    process.send_signal(number)  # somebody who cannot wait
    out, err = ended(process)
    assert process.returncode == 130, err
    assert "Interrupted." in err
    assert "verdict" not in out
    assert left_of(process) == []
    assert dump(test_server(), source.database) == before


def test_a_dump_is_rehearsed_with_as_a_database_is(whole: Checkout, source: Target, tmp_path: Path) -> None:
    archive = tmp_path / "a.dump"
    owner = test_server().target(source.database)
    subprocess.run(
        [wheel_programs(pg_major()) / "pg_dump", "--format=custom", "--schema=old_a", f"--file={archive}"],
        env=owner.environment(),
        check=True,
    )
    process = whole.start("rehearse", SOURCE=str(archive), SCHEMA="old_a")
    out, err = ended(process)
    assert process.returncode == 0, err
    assert "and source and target agree." in out
    assert left_of(process) == []
    assert "a copy of old_a of a.dump, removed since" in read((whole.root / "build" / "rehearsal-report.html").read_text()).text


def test_the_schema_of_the_database_that_is_worked_on_is_only_read(whole: Checkout) -> None:
    with whole.target.connect() as connection:
        legacy(connection)
    before = dump(test_server(), whole.target.database)
    process = whole.start("rehearse", SCHEMA="old_b", OUT=str(whole.root / "mine.html"))
    _, err = ended(process)
    assert process.returncode == 0, err
    assert dump(test_server(), whole.target.database) == before
    assert (whole.root / "mine.html").exists()
    assert not (whole.root / "build").exists()


def test_the_session_there_cannot_write(source: Target) -> None:
    owner = test_server().target(source.database)  # who may write
    with reading(Origin(owner, "old_a", "source")) as connection:
        assert connection.execute("select count(*) from old_a.users").fetchone() == (3,)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction), connection.transaction():
            connection.execute("delete from old_a.users")


def test_mistakes_end_in_a_sentence(whole: Checkout, source: Target) -> None:
    url = source.url(with_password=True)
    for variables, sentence in (
        ({"SOURCE": ""}, "SOURCE is empty."),
        ({"SOURCE": url, "A": url}, "SOURCE and A or B say two different things."),
        ({"SOURCE": url, "SCHEMA": "nowhere"}, "has no schema nowhere."),
        ({"SOURCE": url, "SCHEMA": "extensions"}, "There are no tables in the schema extensions of"),
        ({"SOURCE": str(whole.root / "none.dump")}, "SOURCE is neither a URL nor a file that is there"),
        ({"SOURCE": url, "SCHEMA": "old_a", "WHICH": "c"}, "WHICH=c is neither A nor B."),
        ({"OUT": "/nowhere/x.html"}, "OUT names no file in a folder that is there."),
        ({"SOURCE": url, "SCHEMA": "auth"}, "The tables of the schema auth"),
    ):
        process = whole.start("rehearse", **variables)
        _, err = ended(process)
        assert process.returncode == 1, sentence
        assert sentence in err
        assert source.password not in err
        assert left_of(process) == []


def test_no_server_is_begun_where_there_is_no_room_for_the_copy() -> None:
    with pytest.raises(UserError, match=r"The copy needs about 9\d\d\d\d\d\.\d GB, and .* GB free\."), roomy_server(pg_major(), 10**15):
        pass


def test_what_a_session_says_that_was_cut_off_by_a_signal_is_no_error_of_its_own() -> None:
    usual = {number: signal.getsignal(number) for number in rehearsal.ENDING}
    try:
        with pytest.raises(KeyboardInterrupt), rehearsal.ended_by_signals():
            try:
                signal.raise_signal(signal.SIGTERM)
            except KeyboardInterrupt:
                raise psycopg.OperationalError("another command is already in progress") from None
        assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN  # said twice it is not left half removed
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)
    with pytest.raises(psycopg.OperationalError), rehearsal.ended_by_signals():
        raise psycopg.OperationalError("the server is gone")
    for number, handler in usual.items():
        signal.signal(number, handler)
