"""pg_dump of a whole database, without what differs from one dump to the next by design."""

from __future__ import annotations

import re
import subprocess

from scripts.binaries import wheel_programs
from scripts.server import SUPERUSER, Server

_NOISE = re.compile(r"^(\\(un)?restrict .*|-- Dumped .*)$", re.MULTILINE)


def dump(server: Server, database: str, *options: str) -> str:
    """Return schema, data, comments, owners and privileges of a database; the runner's books and the random marks apart."""
    done = subprocess.run(
        [wheel_programs(server.major) / "pg_dump", "--exclude-schema=runner", *options],
        env=server.target(database, SUPERUSER).environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    return _NOISE.sub("", done.stdout)
