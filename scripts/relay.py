"""TLS for client programs that have none: the wheel's libpq is built without it, and a dump must not cross a network in the clear.

Where psycopg's own connection to a server is encrypted, pg_dump and pg_restore are sent through a socket in a folder that only this user
can enter; what they say goes on to the server under TLS, with the same checks of its certificate.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import ssl
import struct
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.binaries import client_environment
from scripts.errors import UserError
from scripts.target import Connection, Target

_SSL_REQUEST = struct.pack("!ii", 8, 80877103)
_FAREWELL = 2.0
_SASL = struct.pack("!i", 10)
_HOME = Path.home() / ".postgresql"
_PORT = 5432  # the name of the socket holds it


@contextlib.contextmanager
def way_to(target: Target, connection: Connection) -> Iterator[dict[str, str]]:
    """Yield the environment that leads a client program to where this connection leads, encrypted where it is."""
    if not connection.pgconn.ssl_in_use:
        yield target.environment()
        return
    with tempfile.TemporaryDirectory(prefix="hybrid-") as folder:  # made with 0700
        relay = _Relay(Path(folder) / f".s.PGSQL.{_PORT}", _server(connection, target))
        relay.start()
        try:
            password = connection.info.password  # from the URL or from the password file, whose lines name the real host
            yield client_environment(
                PGHOST=folder, PGPORT=str(_PORT), PGUSER=target.user, PGDATABASE=target.database, PGPASSWORD=password, PGSSLMODE="disable",
                **({"PGOPTIONS": dict(target.options)["options"]} if "options" in dict(target.options) else {}),
            )  # fmt: skip
        finally:
            relay.stop()


@dataclass(frozen=True)
class _Server:
    """Where the server is, and how its certificate is checked."""

    name: str
    address: str
    port: int
    context: ssl.SSLContext


def _server(connection: Connection, target: Target) -> _Server:
    given = {one.keyword.decode(): one.val.decode() for one in connection.pgconn.info if one.val}
    # the address and not the name, which may lead to another machine the next time
    return _Server(target.host, connection.info.hostaddr, target.port, _context(given))


def _context(given: dict[str, str]) -> ssl.SSLContext:
    """Return what libpq would check, in the order of its manual: verify-full, verify-ca, and any mode with a root certificate."""
    mode, root = given.get("sslmode", "prefer"), given.get("sslrootcert", "")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = mode == "verify-full" or root == "system"
    try:
        if root == "system":
            context.load_default_certs()
        elif root or (_HOME / "root.crt").exists():
            context.load_verify_locations(root or _HOME / "root.crt")
        elif not mode.startswith("verify-"):
            context.verify_mode = ssl.CERT_NONE
        certificate, key = given.get("sslcert") or _HOME / "postgresql.crt", given.get("sslkey") or _HOME / "postgresql.key"
        if Path(certificate).exists():
            context.load_cert_chain(certificate, key, given.get("sslpassword", ""))
    except (OSError, ssl.SSLError) as fault:
        raise UserError(
            f"A certificate that the URL or ~/.postgresql names cannot be read: {fault}", "Correct sslrootcert, sslcert or sslkey."
        ) from None
    return context


class _Relay(threading.Thread):
    """Takes connections on a socket of the file system and passes them on under TLS, until it is stopped."""

    def __init__(self, path: Path, server: _Server) -> None:
        super().__init__(daemon=True)
        self._path = path
        self._server = server
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._end = asyncio.Event()

    def start(self) -> None:
        super().start()
        self._ready.wait()

    def stop(self) -> None:
        """Close all connections and end the thread."""
        self._loop.call_soon_threadsafe(self._end.set)
        self.join()

    def run(self) -> None:
        with contextlib.closing(self._loop):
            self._loop.run_until_complete(self._listen())

    async def _listen(self) -> None:
        pipes: set[asyncio.Task[None]] = set()

        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            pipes.add(task)
            with contextlib.suppress(OSError, EOFError, asyncio.CancelledError):
                async with _closing(writer):
                    await self._pipe(reader, writer)
            pipes.discard(task)

        server = await asyncio.start_unix_server(accept, self._path)
        self._ready.set()
        await self._end.wait()
        server.close()
        for task in pipes:
            task.cancel()
        await asyncio.gather(*pipes, return_exceptions=True)

    async def _pipe(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on what either side says until one of them has ended."""
        far_reader, far_writer = await self._connect()
        async with _closing(far_writer):
            ways = {asyncio.create_task(_pass_on(reader, far_writer)), asyncio.create_task(_answer(far_reader, writer))}
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Ask the server for TLS as libpq would, and go on under it."""
        version = ipaddress.ip_address(self._server.address).version
        plain = socket.socket(socket.AF_INET6 if version == 6 else socket.AF_INET)
        try:
            plain.setblocking(False)
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            await self._loop.sock_connect(plain, (self._server.address, self._server.port))
            await self._loop.sock_sendall(plain, _SSL_REQUEST)
            if await self._loop.sock_recv(plain, 1) != b"S":
                raise ConnectionError("the server offers no TLS any more")
            return await asyncio.open_connection(
                sock=plain, ssl=self._server.context, server_hostname=self._server.name, ssl_shutdown_timeout=_FAREWELL
            )
        except BaseException:
            plain.close()
            raise


@contextlib.asynccontextmanager
async def _closing(writer: asyncio.StreamWriter) -> AsyncIterator[None]:
    """Close a connection at the end, with what was still to be said if the other side takes it soon."""
    try:
        yield
    finally:
        writer.close()
        try:
            await asyncio.wait_for(writer.wait_closed(), _FAREWELL)
        except (OSError, TimeoutError, asyncio.CancelledError):
            writer.transport.abort()
            await asyncio.sleep(0)  # in which it is done


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on what the server says, without its offer to bind the password to the channel.

    The client program knows of no TLS, and takes such an offer for a sign that somebody has taken the TLS away.
    """
    kind, length = struct.unpack("!ci", await reader.readexactly(5))
    body = await reader.readexactly(length - 4)
    if kind == b"R" and body[:4] == _SASL:
        offers = [one for one in body[4:].split(b"\0") if one and not one.endswith(b"-PLUS")]
        body = _SASL + b"".join(one + b"\0" for one in offers) + b"\0"
    writer.write(struct.pack("!ci", kind, len(body) + 4) + body)
    await _pass_on(reader, writer)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(1 << 18):
        writer.write(data)
        await writer.drain()
