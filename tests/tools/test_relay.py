"""Client programs without TLS reach a server that wants it: nothing crosses a network in the clear, and certificates are checked.

tests/support/tls has a certificate for localhost with its key, and one for localhost with another key; for these tests alone.
"""

from __future__ import annotations

import asyncio
import select
import socket
import socketserver
import ssl
import struct
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from scripts import backups, relay, restore_target
from scripts.binaries import wheel_programs
from scripts.settings import ROOT
from scripts.target import Target
from tests.conftest import test_server
from tests.tools import backups as support

_TLS = ROOT / "tests/support/tls"
_SSL_REQUEST = struct.pack("!ii", 8, 80877103)


class _Front(socketserver.ThreadingTCPServer):
    """A server that takes TLS alone, and passes on what it hears to the tests' server, which knows of none."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        self.behind = ("127.0.0.1", test_server().port)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(_TLS / "localhost.crt", _TLS / "localhost.key")
        self.first_words: list[bytes] = []


class _Passing(socketserver.BaseRequestHandler):
    server: _Front

    def handle(self) -> None:
        first = self.request.recv(8)
        self.server.first_words.append(first)
        if first == _SSL_REQUEST:
            self.request.sendall(b"S")
            with (
                suppress(OSError),
                self.server.context.wrap_socket(self.request, server_side=True) as near,
                socket.create_connection(self.server.behind) as far,
            ):
                while _pass_on(near, far):
                    pass


def _pass_on(near: ssl.SSLSocket, far: socket.socket) -> bool:
    ready = [near] if near.pending() else select.select([near, far], [], [])[0]
    for one, other in ((near, far), (far, near)):
        if one in ready:
            if not (data := one.recv(65536)):
                return False
            other.sendall(data)
    return True


@pytest.fixture
def front() -> Iterator[_Front]:
    with _Front() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def _through(front: _Front, target: Target, certificate: str = "localhost.crt") -> Target:
    options = (("sslmode", "verify-full"), ("sslrootcert", str(_TLS / certificate)))
    return replace(target, host="localhost", port=front.server_address[1], options=options, embedded_major=None)


def test_a_backup_and_a_restore_go_through_tls(front: _Front, empty: Target, tmp_path: Path) -> None:
    with empty.connect() as connection:
        connection.execute("create table public.things (id integer, name text)")
        connection.execute("insert into public.things select n, repeat(md5(n::text), 10) from generate_series(1, 20000) as n")
    backup = support.proven(backups.make(_through(front, empty), tmp_path / "backup"))
    sessions = len(front.first_words)
    assert sessions >= 5, "pg_dump has a session of its own, and one for each job"
    with support.as_superuser(empty).connect() as admin:
        admin.execute("drop table public.things")
    restore_target.restore(backup, _through(front, empty))
    with empty.connect() as connection:
        assert support.rows(connection, "public", "things") == 20000
    assert len(front.first_words) > sessions
    assert set(front.first_words) == {_SSL_REQUEST}, "something was said in the clear"


def test_a_server_without_tls_is_spoken_to_as_it_is(empty: Target) -> None:
    with empty.connect() as connection, relay.way_to(empty, connection) as environment:
        assert environment == empty.environment()


def _psql(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    program = wheel_programs(test_server().major) / "psql"
    return subprocess.run(
        [program, "--no-psqlrc", "--no-password", "-Atc", "select 'answered'"],
        env=environment, capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip


def test_another_certificate_in_the_middle_is_refused(front: _Front, empty: Target) -> None:
    """psycopg has seen the right one; then somebody else answers at that address."""
    target = _through(front, empty)
    with target.connect() as connection:
        with relay.way_to(target, connection) as environment:
            assert _psql(environment).stdout == "answered\n"
        front.context.load_cert_chain(_TLS / "another.crt", _TLS / "another.key")
        with relay.way_to(target, connection) as environment:
            done = _psql(environment)
    assert done.returncode != 0
    assert done.stdout == ""


def test_a_server_that_gives_up_tls_is_refused(front: _Front, empty: Target) -> None:
    target = _through(front, empty)
    with target.connect() as connection, relay.way_to(target, connection) as environment:
        front.context = None  # type: ignore[assignment]  # it says yes to TLS and then falls silent
        assert _psql(environment).returncode != 0
        assert set(front.first_words) == {_SSL_REQUEST}


def test_the_way_is_closed_to_others_and_gone_afterwards(front: _Front, empty: Target) -> None:
    target = _through(front, empty)
    with target.connect() as connection, relay.way_to(target, connection) as environment:
        folder = Path(environment["PGHOST"])
        assert folder.stat().st_mode & 0o777 == 0o700
        assert environment["PGPASSWORD"] == empty.password
    assert not folder.exists()


@pytest.mark.parametrize(
    ("given", "verified", "name"),
    [
        ({"sslmode": "prefer"}, ssl.CERT_NONE, False),
        ({"sslmode": "require"}, ssl.CERT_NONE, False),
        ({"sslmode": "require", "sslrootcert": "localhost.crt"}, ssl.CERT_REQUIRED, False),
        ({"sslmode": "verify-ca", "sslrootcert": "localhost.crt"}, ssl.CERT_REQUIRED, False),
        ({"sslmode": "verify-full", "sslrootcert": "localhost.crt"}, ssl.CERT_REQUIRED, True),
        ({"sslmode": "verify-full", "sslrootcert": "system"}, ssl.CERT_REQUIRED, True),
        ({"sslmode": "verify-full"}, ssl.CERT_REQUIRED, True),
    ],
)
def test_what_libpq_would_check_is_checked(
    given: dict[str, str], verified: ssl.VerifyMode, name: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(relay, "_HOME", tmp_path)
    root = given.get("sslrootcert", "system")
    context = relay._context(given | ({} if root == "system" else {"sslrootcert": str(_TLS / root)}))
    assert (context.verify_mode, context.check_hostname) == (verified, name)


def test_the_offer_to_bind_the_password_to_the_channel_is_taken_out() -> None:
    body = struct.pack("!i", 10) + b"SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0"
    wanted = struct.pack("!i", 10) + b"SCRAM-SHA-256\0\0"
    other = b"E" + struct.pack("!i", 9) + b"fail\0"

    async def answered(said: bytes) -> bytes:
        reader, writer = asyncio.StreamReader(), _Writer()
        reader.feed_data(said)
        reader.feed_eof()
        await relay._answer(reader, writer)  # type: ignore[arg-type]
        return writer.data

    assert asyncio.run(answered(b"R" + struct.pack("!i", len(body) + 4) + body + b"rest")) == (
        b"R" + struct.pack("!i", len(wanted) + 4) + wanted + b"rest"
    )
    assert asyncio.run(answered(other)) == other


class _Writer:
    data = b""

    def write(self, data: bytes) -> None:
        self.data += data

    async def drain(self) -> None:
        pass
