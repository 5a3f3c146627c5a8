"""The embedded server: where it listens, who may enter, and how it heals."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import psycopg
import pytest

from scripts import shim
from scripts.errors import UserError
from scripts.server import SUPERUSER, Server
from scripts.settings import ROOT, running_as_root, throwaway_folder
from tests.support.rows import one

_QUICK = "fsync = off"


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A folder for this module's servers."""
    folder = throwaway_folder(f"{os.getpid()}-server-")
    yield folder
    for place in [folder, *(inner for inner in folder.iterdir() if inner.is_dir())]:
        for major in (16, 18):
            Server(place, major).remove()
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def initialised(home: Path) -> Server:
    server = Server(home, 18, _QUICK)
    assert server.start() is True
    shim.prepare_embedded(server)
    return server


@pytest.fixture
def server(initialised: Server) -> Server:
    """The module's server, running again whatever the last test did to it."""
    initialised.start()
    return initialised


def _postmaster(server: Server) -> psutil.Process:
    return psutil.Process(int((server.data / "postmaster.pid").read_text().split()[0]))


def test_starting_a_running_server_does_nothing(server: Server) -> None:
    before = _postmaster(server).pid
    assert server.start() is False
    assert _postmaster(server).pid == before


def test_the_server_listens_on_the_loopback_interface_alone_below_the_ephemeral_ports(server: Server) -> None:
    pid = _postmaster(server).pid
    listening = {tuple(one.laddr) for one in psutil.net_connections("tcp") if one.status == "LISTEN" and one.pid == pid}
    assert listening == {("127.0.0.1", server.port)}
    assert server.port < 32768
    with server.target(role=SUPERUSER).connect() as connection:
        assert one(connection, "show unix_socket_directories") == ""


def test_nobody_enters_without_the_password(server: Server) -> None:
    with server.target(role=SUPERUSER).connect() as connection:
        methods = {row[0] for row in connection.execute("select auth_method from pg_hba_file_rules")}
    assert methods == {"scram-sha-256"}
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(host="127.0.0.1", port=server.port, user="postgres", dbname="postgres", password="wrong", connect_timeout=5)


def test_passwords_are_readable_by_their_owner_alone(server: Server) -> None:
    assert (server.folder / "credentials.json").stat().st_mode & 0o077 == 0


def test_the_server_does_not_run_as_root_and_its_home_is_its_own(server: Server) -> None:
    process = _postmaster(server)
    assert process.uids().effective != 0
    assert process.environ()["HOME"] == str(server.folder)
    if not running_as_root():
        assert process.uids().effective == os.geteuid()


def test_the_schema_owner_is_no_superuser_and_the_platform_is_as_on_supabase(server: Server) -> None:
    with server.target().connect() as connection:
        row = connection.execute("select rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname = current_user").fetchone()
        assert row == (False, True, True)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("create table auth.mine (a integer)")
        assert one(connection, "select has_table_privilege('auth.users', 'trigger, references')")
        connection.execute("create table public.probe (a integer)")
        left = connection.execute(
            "select distinct privilege_type from information_schema.role_table_grants where table_name = 'probe' and grantee = 'anon'"
        )
        assert {row[0] for row in left} == {"TRUNCATE", "REFERENCES", "TRIGGER"}
        connection.execute("drop table public.probe")


def test_after_kill_9_of_the_postmaster_the_next_start_heals(server: Server) -> None:
    with server.target().connect() as connection:
        connection.execute("create table if not exists public.kept as select 1 as a")
    postmaster = _postmaster(server)
    os.kill(postmaster.pid, signal.SIGKILL)
    psutil.wait_procs([postmaster], timeout=10)
    assert server.start() is True
    with server.target().connect() as connection:
        assert one(connection, "select count(*) from public.kept") == 1
        connection.execute("drop table public.kept")


def test_after_a_reboot_the_id_in_the_pid_file_may_be_anybodys(server: Server) -> None:
    pid_file = server.data / "postmaster.pid"
    lines = pid_file.read_text().split("\n")
    server.stop()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    assert server.running() is False
    assert server.start() is True
    assert psutil.pid_exists(os.getpid())


def test_a_port_that_somebody_took_meanwhile_is_given_up(server: Server) -> None:
    before = server.port
    server.stop()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", before))
        other.listen()
        server.start()
        assert server.port != before


def test_two_checkouts_at_once_do_not_meet(server: Server, home: Path) -> None:
    other = Server(home / "another-checkout", 18, _QUICK)
    try:
        other.start()
        shim.prepare_embedded(other)
        assert other.port != server.port
        with other.target(role=SUPERUSER).connect() as connection:
            assert one(connection, "show data_directory") == str(other.data)
        assert other.target().password != server.target().password
    finally:
        other.remove()
    assert server.running()


def test_a_data_folder_of_another_major_version_gets_a_sentence(server: Server) -> None:
    server.stop()
    version = server.data / "PG_VERSION"
    version.write_text("17\n")
    try:
        with pytest.raises(UserError, match="was made by PostgreSQL 17, and this is PostgreSQL 18"):
            server.start()
    finally:
        version.write_text("18\n")


def test_a_first_start_that_was_killed_leaves_nothing_that_is_used(home: Path) -> None:
    server = Server(home / "killed", 18, _QUICK)
    draft = server.folder / "draft-left"
    (draft / "data").mkdir(parents=True)
    (draft / "data/PG_VERSION").write_text("18\n")
    try:
        assert server.start() is True
        assert not draft.exists()
    finally:
        server.remove()


def test_a_killed_start_gives_its_lock_back(home: Path) -> None:
    script = (
        "import sys, time, fcntl; from pathlib import Path; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX);"
        " print('held', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", script, str(home / "pg18.lock")], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    process.kill()
    process.communicate()
    assert Server(home, 18, _QUICK).start() in {True, False}


def test_a_stopped_server_leaves_no_process_behind(server: Server) -> None:
    children = [_postmaster(server), *_postmaster(server).children()]
    assert server.stop() is True
    assert server.stop() is False
    psutil.wait_procs(children, timeout=5)
    assert not any(child.is_running() for child in children)


def test_two_first_starts_at_once_prepare_the_platform_once(home: Path) -> None:
    server = Server(home / "at-once", 18, _QUICK)
    try:
        server.start()
        with ThreadPoolExecutor(4) as threads:
            for done in [threads.submit(shim.prepare_embedded, Server(server.home, 18, _QUICK)) for _ in range(4)]:
                done.result()
        server.target().connect().close()
    finally:
        server.remove()


def test_an_initdb_that_a_killed_start_left_running_does_not_stop_the_next(home: Path) -> None:
    server = Server(home / "orphan", 18, _QUICK)
    try:
        script = (
            "import sys\nfrom pathlib import Path\nfrom scripts.server import Server\n"
            "Server(Path(sys.argv[1]), 18, 'fsync = off').start()\n"
        )
        process = subprocess.Popen([sys.executable, "-c", script, str(server.home)], cwd=ROOT, start_new_session=True)
        deadline = time.monotonic() + 20
        while not list(server.folder.glob("draft-*/data/PG_VERSION")):
            assert time.monotonic() < deadline
            time.sleep(0.005)
        process.kill()
        process.wait()
        assert server.start() is True
        assert list(server.folder.glob("draft-*")) == []
    finally:
        server.remove()


def test_the_password_is_not_in_the_servers_log_though_its_statement_fails(home: Path) -> None:
    server = Server(home / "logged", 18, _QUICK + "\nlog_statement = 'all'")
    try:
        server.start()
        shim.prepare_embedded(server)
        text = server.log.read_text()
        assert "alter role" in text
        assert server.target().password not in text
        assert server.target(role=SUPERUSER).password not in text
    finally:
        server.remove()


def test_after_kill_9_of_a_backend_the_next_command_waits_for_the_recovery(server: Server) -> None:
    with server.target().connect() as connection:
        os.kill(connection.info.backend_pid, signal.SIGKILL)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select 1")
    assert server.start() is False
    server.target().connect().close()


def test_a_home_that_the_servers_user_cannot_enter_is_refused_and_left_as_it_is(home: Path) -> None:
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    server = Server(closed / "inner", 18, _QUICK)
    if running_as_root():
        with pytest.raises(UserError, match="can be entered by its owner alone"):
            server.start()
    else:
        server.start()
        server.remove()
    assert closed.stat().st_mode & 0o777 == 0o700
    shutil.rmtree(closed)
