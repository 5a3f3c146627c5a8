"""What of a dump goes into a database, how it gets there, and whether what is there then is what was backed up."""

from __future__ import annotations

import tempfile
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from scripts import contents, toc
from scripts.clients import run, watched
from scripts.contents import Content
from scripts.errors import UserError
from scripts.manifest import Backup, Manifest
from scripts.progress import Progress
from scripts.relay import way_to
from scripts.target import Connection, Target
from scripts.toc import Entry

#: The schema that a database has from the beginning of a restore to its end, so that half of one never passes for the whole.
MARKER = "unfinished_restore"

# what only a superuser may make, and what reaches out to other servers
_OF_SUPERUSERS = frozenset({
    "EVENT TRIGGER", "PUBLICATION", "PUBLICATION TABLE", "PUBLICATION TABLES IN SCHEMA", "SECURITY LABEL", "FOREIGN DATA WRAPPER",
    "FOREIGN SERVER", "SERVER", "USER MAPPING", "FOREIGN TABLE",
})  # fmt: skip
# extensions are made beforehand; a subscription would begin to copy from its publisher
_NEVER = frozenset({"SUBSCRIPTION", "SUBSCRIPTION TABLE", "EXTENSION"})

# the version that brought the right MAINTAIN, which `grant all` gives there
_MAINTAIN = 170000

# the kinds of entries that pg_restore gives to their owner
_OWNED = frozenset({
    "TABLE", "VIEW", "MATERIALIZED VIEW", "SEQUENCE", "FUNCTION", "PROCEDURE", "AGGREGATE", "TYPE", "DOMAIN", "SCHEMA", "COLLATION",
    "OPERATOR", "OPERATOR CLASS", "OPERATOR FAMILY", "STATISTICS", "CONVERSION", "TEXT SEARCH CONFIGURATION", "TEXT SEARCH DICTIONARY",
    "FOREIGN TABLE", "FOREIGN SERVER", "EVENT TRIGGER", "PUBLICATION", "LARGE OBJECT",
})  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """What a database of the user's has already, and what his role may do there."""

    role: str
    superuser: bool
    may_act_as: frozenset[str]
    platform: frozenset[str] = frozenset()  # schemas that stay as they are
    to_load: tuple[tuple[str, str], ...] = ()  # tables of these that take rows, parents first
    not_compared: frozenset[tuple[str, str]] = frozenset()  # tables of these whose rows stay
    triggers: frozenset[str] = frozenset()
    sequences: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Plan:
    """What of a dump is restored, in which order, and what is not."""

    first: tuple[Entry, ...]  # rows of tables that have their foreign keys already: one by one, parents first
    then: tuple[Entry, ...]
    left_out: tuple[str, ...]
    facts: Facts


# -------------------------------------------------------------------- choose


def choose(backup: Backup, major: int, existing: Collection[str], facts: Facts) -> Plan:
    """Choose what of a dump is restored into a database that has these schemas already."""
    manifest = backup.manifest
    first, then, left_out = [], [], []
    for one in toc.read(backup.dump, major, manifest.schemas, {*manifest.roles, *manifest.schemas.values()}):
        kind, _, name = one.about.partition(" ")
        if one.kind in _NEVER or kind in _NEVER:
            continue
        # of the whole of a database the entry of public makes nothing, and gives it its owner
        if one.kind == "SCHEMA" and one.name in existing and not (one.name == "public" and manifest.whole):
            continue
        if one.schema in facts.platform or (kind == "SCHEMA" and name in facts.platform):
            if one.kind == "TABLE DATA" and (one.schema, one.name) in facts.to_load:
                first.append(one)
            elif _is_ours(one, facts):
                then.append(one)
        elif not facts.superuser and (one.kind in _OF_SUPERUSERS or one.about.startswith(tuple(_OF_SUPERUSERS))):
            left_out.append(f"{one.kind.lower()} {one.name}")
        elif one.kind == "DEFAULT ACL" and one.owner not in facts.may_act_as:
            left_out.append(f"default rights of {one.owner}")
        else:
            then.append(one)
    if strangers := sorted({one.owner for one in then if one.kind in _OWNED and one.owner} - facts.may_act_as - {"pg_database_owner"}):
        raise UserError(
            f"{facts.role} can give nothing to {', '.join(strangers)}, and part of the backup is theirs.",
            f"Connect as a superuser, or as a role that may act as {', '.join(strangers)}.",
        )
    first.sort(key=lambda entry: facts.to_load.index((entry.schema, entry.name)))
    return Plan(tuple(first), tuple(then), tuple(left_out), facts)


def _is_ours(entry: Entry, facts: Facts) -> bool:
    """Tell whether an entry of a schema of the platform is restored nevertheless: triggers that are not there, and sequences."""
    if entry.kind == "TRIGGER":
        return f"{entry.schema} {entry.name}" not in facts.triggers
    return entry.kind == "SEQUENCE SET" and (entry.schema, entry.name) in facts.sequences


# -------------------------------------------------------------------- load


def make_database(connection: Connection, name: str, manifest: Manifest, owner: str) -> None:
    """Make a database with the encoding of the source, and its sorting where the machine knows it."""
    source = manifest.source
    made = sql.SQL("create database {} owner {} template template0 encoding {}").format(
        sql.Identifier(name), sql.Identifier(owner), sql.Literal(source.encoding)
    )
    sorting = sql.SQL(" locale_provider libc lc_collate {} lc_ctype {}").format(sql.Literal(source.collation), sql.Literal(source.ctype))
    with suppress(psycopg.Error):
        if source.provider == "libc":
            connection.execute(made + sorting)
            return
    connection.execute(made)


def make_schema(connection: Connection, name: str, manifest: Manifest) -> None:
    """Make a schema that an extension needs, where it is missing, as it was in the source where that is known."""
    row = connection.execute("select exists (select from pg_catalog.pg_namespace where nspname = %s)", (name,)).fetchone()
    if row and not row[0]:
        connection.execute(sql.SQL("create schema {}").format(sql.Identifier(name)))
        if owner := manifest.schemas.get(name):
            connection.execute(sql.SQL("alter schema {} owner to {}").format(sql.Identifier(name), sql.Identifier(owner)))


def end_default_rights(connection: Connection, backup: Backup, facts: Facts) -> None:
    """End the rights that new objects would get here and did not have in the source: a dump does not take them away."""
    for schema, objects in backup.structure().items():
        for name, undone_by in contents.default_rights(connection, schema).items():
            if undone_by and name not in objects and name.rpartition(" by ")[2] in facts.may_act_as:
                connection.execute(undone_by.encode())


def load(backup: Backup, target: Target, plan: Plan, jobs: int, major: int) -> None:
    """Run pg_restore over a plan."""
    usual = ["--no-password", "--no-tablespaces", "--exit-on-error", f"--dbname={target.database}"]
    with (
        target.connect() as connection,
        way_to(target, connection) as environment,
        tempfile.TemporaryDirectory() as folder,
        Progress("restored", backup.manifest.rows) as progress,
        watched(target, progress),
    ):
        for name, entries, parallel in (("first", plan.first, 1), ("then", plan.then, jobs)):
            if entries:
                chosen = Path(folder) / name
                chosen.write_text(toc.listing(entries))
                # a job is a session of its own; one session alone keeps to the order of the list
                jobs_wanted = [f"--jobs={parallel}"] if parallel > 1 else []
                run(major, "pg_restore", [*usual, *jobs_wanted, f"--use-list={chosen}", str(backup.dump)], environment)
        progress.reach(backup.manifest.rows)


# -------------------------------------------------------------------- compare


def differences(connection: Connection, backup: Backup, plan: Plan) -> list[str]:
    """Return, as sentences, what of a restored database is not what was backed up."""
    manifest, platform = backup.manifest, plan.facts.platform
    contents.settle(connection)
    contents.look_at(connection, manifest.schemas)
    found = {(one.schema, one.name): one for one in contents.tables(connection)}
    result = []
    with Progress("compared", manifest.rows) as progress:
        for wanted in manifest.tables:
            table = found.pop((wanted.schema, wanted.name), None)
            if (wanted.schema, wanted.name) in plan.facts.not_compared:
                continue
            result += [f"{wanted.shown}: {fault}"] if (fault := _fault(connection, wanted, table)) else []
            progress.add(wanted.rows)
    result += [f"{one.shown}: not in the backup" for one in found.values() if one.schema not in platform]
    if manifest.large_objects and contents.measure_large_objects(connection) != manifest.large_objects:
        result.append("large objects: not those of the backup")
    return result + _sequences(connection, manifest, plan.facts) + _structure(connection, backup, plan.facts)


def _fault(connection: Connection, wanted: Content, table: contents.Table | None) -> str | None:
    if table is None:
        return "the table is missing"
    if lacking := set(wanted.columns) - set(table.columns):
        return f"without {', '.join(sorted(lacking))}"
    if not table.readable:
        return f"{connection.info.user} may not read it, so that it could not be compared"
    content = contents.measure(connection, wanted.schema, wanted.name, wanted.columns)
    if content.rows != wanted.rows:
        return f"{content.rows} rows, and {wanted.rows} in the backup"
    return f"as many rows as in the backup ({wanted.rows}), and not the same" if content != wanted else None


def _sequences(connection: Connection, manifest: Manifest, facts: Facts) -> list[str]:
    there = {(schema, name) for schema, name, *_ in contents.sequences(connection)}
    result = []
    for one in manifest.sequences:
        key = (one.before.schema, one.before.name)
        if one.before.schema in facts.platform and key not in facts.sequences:
            continue
        if key not in there:
            result.append(f"{one.shown}: the sequence is missing")
        elif not one.holds(now := contents.position(connection, *key)):
            result.append(f"{one.shown}: the sequence is at {now.last_value}, and at {one.before.last_value} in the backup")
    return result


def _structure(connection: Connection, backup: Backup, facts: Facts) -> list[str]:
    result: list[str] = []
    if not backup.structure_is_readable():
        return result
    outside = set(backup.outside())
    newer = backup.manifest.source.version_number < _MAINTAIN <= connection.info.server_version
    for schema, objects in backup.structure().items():
        if schema not in facts.platform:
            now = contents.structure(connection, schema)
            for key in sorted(objects.keys() | now.keys()):
                if key in outside:
                    continue
                by_others = key.startswith("default right ") and key.rpartition(" by ")[2] not in facts.may_act_as
                if objects.get(key) != now.get(key) and not by_others and not (newer and " MAINTAIN on " in f" {key}"):
                    what = "missing" if key not in now else "not in the backup" if key not in objects else "not as in the backup"
                    result.append(f"{key}: {what}")
    return list(dict.fromkeys(result))
