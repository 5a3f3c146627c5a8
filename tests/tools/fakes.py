"""Servers that no wheel brings: one that is too old, and a pooler that lends a backend out for each transaction.

Both speak just enough of PostgreSQL's protocol (version 3) for a real client to connect to them for real.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Self

from psycopg import pq

from scripts.target import Target


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!I", len(body) + 4) + body


def _parameter(name: str, value: str) -> bytes:
    return _message(b"S", name.encode() + b"\0" + value.encode() + b"\0")


_READY = _message(b"Z", b"I")


class Fake(ABC):
    """A listener on a loopback port that serves each client in a thread."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(timeout=5)

    @abstractmethod
    def serve(self, client: socket.socket) -> None:
        """Speak with one client that has been let in."""

    @abstractmethod
    def greeting(self) -> bytes:
        """Return what a client gets after it has been let in."""

    def _start(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)  # type: ignore[arg-type]
        thread.start()
        self._threads.append(thread)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                self._start(self._let_in, self._listener.accept()[0])

    def _let_in(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError, struct.error):
            while True:
                (length, code) = struct.unpack("!II", _exactly(client, 8))
                _exactly(client, length - 8)
                if code == 196608:  # the real start; anything before it asks for encryption
                    break
                client.sendall(b"N")
            client.sendall(_message(b"R", struct.pack("!I", 0)) + self.greeting() + _READY)
            self.serve(client)


def _exactly(client: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        part = client.recv(size - len(found))
        if not part:
            raise OSError
        found += part
    return found


class OldServer(Fake):
    """Says that it is PostgreSQL 14, and hangs up at the first question."""

    def greeting(self) -> bytes:
        """Return an old version number."""
        return _parameter("server_version", "14.9") + _message(b"K", struct.pack("!II", 1, 1))

    def serve(self, client: socket.socket) -> None:
        """Wait for the client to speak, then hang up."""
        client.recv(1)


class TransactionPooler(Fake):
    """Lends one of two real backends to a client for each transaction, as PgBouncer and Supavisor do in that mode.

    Like them it tells clients a backend id of its own making. Only the simple protocol is understood.
    """

    def __init__(self, target: Target) -> None:
        super().__init__()
        self._idle = [target.connect() for _ in range(2)]
        self._all = list(self._idle)
        self._changed = threading.Condition()

    def __exit__(self, *_: object) -> None:
        super().__exit__()
        for connection in self._all:
            connection.close()

    def greeting(self) -> bytes:
        """Return a new version number, and an id that is no backend's."""
        encoding = _parameter("client_encoding", "UTF8") + _parameter("standard_conforming_strings", "on")
        return _parameter("server_version", "18.1") + encoding + _message(b"K", struct.pack("!II", 999_999_999, 1))

    def serve(self, client: socket.socket) -> None:
        """Answer queries, holding a backend only while it is in a transaction."""
        held = None
        try:
            while True:
                kind, (length,) = _exactly(client, 1), struct.unpack("!I", _exactly(client, 4))
                body = _exactly(client, length - 4)
                if kind != b"Q":
                    return
                if held is None:
                    with self._changed:
                        self._changed.wait_for(lambda: self._idle, timeout=5)
                        held = self._idle.pop()
                result = held.pgconn.exec_(body.rstrip(b"\0"))
                client.sendall(b"".join(_answer(result)) + _message(b"Z", _state(held.pgconn.transaction_status)))
                if held.pgconn.transaction_status == pq.TransactionStatus.IDLE:
                    with self._changed:
                        self._idle.append(held)
                        self._changed.notify()
                    held = None
        finally:
            if held is not None:
                held.pgconn.exec_(b"rollback")
                self._idle.append(held)


def _state(status: int) -> bytes:
    return {pq.TransactionStatus.IDLE: b"I", pq.TransactionStatus.INTRANS: b"T"}.get(pq.TransactionStatus(status), b"E")


def _answer(result: pq.abc.PGresult) -> Iterator[bytes]:
    if result.nfields:
        fields = b"".join(
            (result.fname(number) or b"") + b"\0" + struct.pack("!IhIhih", 0, 0, result.ftype(number), -1, -1, 0)
            for number in range(result.nfields)
        )
        yield _message(b"T", struct.pack("!h", result.nfields) + fields)
        for row in range(result.ntuples):
            values = [result.get_value(row, number) for number in range(result.nfields)]
            packed = b"".join(struct.pack("!i", -1) if value is None else struct.pack("!i", len(value)) + value for value in values)
            yield _message(b"D", struct.pack("!h", len(values)) + packed)
    yield _message(b"C", (result.command_status or b"") + b"\0")
