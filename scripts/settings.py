"""Where things are, and what the environment asks for."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
from pathlib import Path

from scripts.errors import UserError

ROOT = Path(__file__).resolve().parent.parent
SQL = ROOT / "scripts" / "sql"

#: The major versions that the wheel brings; the first is used unless PG_MAJOR says otherwise.
EMBEDDED_MAJORS = (18, 16)

#: What this project runs on, as server_version_num.
OLDEST_SERVER = 150000
NEWEST_MAJOR = 18

#: A session of tests with both major versions writes less than half of this.
MEMORY_NEEDED = 3 * 1024**3


def pg_major() -> int:
    """Return the major version of the embedded server that PG_MAJOR asks for."""
    wanted = os.environ.get("PG_MAJOR") or str(EMBEDDED_MAJORS[0])
    if wanted not in {str(major) for major in EMBEDDED_MAJORS}:
        raise UserError(
            f"PG_MAJOR={wanted} is not one of the embedded versions.",
            f"Use PG_MAJOR={' or PG_MAJOR='.join(map(str, EMBEDDED_MAJORS))}, or point DATABASE_URL at a server of your own.",
        )
    return int(wanted)


def query(name: str) -> bytes:
    """Return a query of ours: SQL that is longer than a line lives in files, where it is read and linted as SQL."""
    return (SQL / f"{name}.sql").read_bytes()


def running_as_root() -> bool:
    """Tell whether PostgreSQL would refuse to run as this user."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def state_home() -> Path:
    """Return the folder that holds the embedded servers of this checkout.

    An ordinary user's lies in the checkout. Root's lies under /var/lib, because the server then runs as another user, who
    may not be able to enter the folders above the checkout. HYBRID_HOME replaces either.
    """
    if home := os.environ.get("HYBRID_HOME"):
        return Path(home).resolve()
    if running_as_root():
        return Path("/var/lib/hybrid-schema") / hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]
    return ROOT / ".state"


def throwaway_folder(prefix: str, memory_needed: int = MEMORY_NEEDED) -> Path:
    """Make a folder for one server of tests or benches, which the server's user can enter; whoever asked deletes it."""
    folder = Path(tempfile.mkdtemp(dir=throwaway_home(memory_needed), prefix=prefix))
    folder.chmod(0o755)
    return folder


def throwaway_home(memory_needed: int = MEMORY_NEEDED) -> Path:
    """Return a folder for servers of tests and benches: in memory where there is room, since dropping a database waits for disks."""
    memory = Path("/dev/shm")  # noqa: S108  a folder of our own in it, owner checked
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > memory_needed:
        folder = memory / f"hybrid-schema-{os.geteuid()}"
        folder.mkdir(mode=0o755, exist_ok=True)
        found = folder.lstat()
        if stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid():
            return folder
    folder = state_home() / "throwaway"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def flag(name: str) -> bool:
    """Tell whether an on/off variable such as FORCE=1 is on."""
    value = os.environ.get(name, "")
    if value not in {"", "0", "1"}:
        raise UserError(f"{name}={value} is neither 0 nor 1.", f"Say {name}=1 to turn it on, or leave it out.")
    return value == "1"
