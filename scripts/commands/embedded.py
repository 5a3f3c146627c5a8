"""The embedded server: `make start`, `stop`, `reset`, `url`, `psql`, and `platform` for a server of your own."""

from __future__ import annotations

import os
import sys

from scripts import shim
from scripts.binaries import wheel_programs
from scripts.commands.given import embedded, target
from scripts.console import say
from scripts.errors import UserError
from scripts.server import Server
from scripts.settings import EMBEDDED_MAJORS, pg_major, state_home


def start() -> None:
    """Start the embedded server."""
    server = embedded()
    started = server.start()
    shim.prepare_embedded(server)
    say(f"PostgreSQL {server.major} {'started' if started else 'runs already'} on 127.0.0.1:{server.port}.")


def stop() -> None:
    """Stop the embedded servers of this checkout."""
    stopped = [major for major in EMBEDDED_MAJORS if Server(state_home(), major).stop()]
    say(f"Stopped PostgreSQL {' and '.join(map(str, stopped))}." if stopped else "No embedded server was running.")


def reset() -> None:
    """Delete the embedded server with its data."""
    server = embedded()
    if os.environ.get("DATABASE_URL"):
        raise UserError("make reset deletes the embedded server, and DATABASE_URL is set.", "Unset DATABASE_URL first.")
    server.remove()
    say(f"The embedded PostgreSQL {server.major} and its data are gone; 'make migrate' makes a new one.")


def url() -> None:
    """Print the URL of the database, password included, for any client."""
    # the one place that shows a password, because that is what it is for
    sys.stdout.write(target().url(with_password=True) + "\n")


def psql() -> None:
    """Become psql on the database."""
    on = target()
    program = wheel_programs(pg_major()) / "psql"
    os.execve(program, [str(program), *sys.argv[2:]], on.environment())


def platform() -> None:
    """Prepare a server of the user's own as Supabase would."""
    on = target()
    done = shim.apply_on_request(on)
    say(f"{on.describe()} {'is prepared' if done else 'was prepared already'}.")
