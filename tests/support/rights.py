"""What the API roles may do to the tables of public, read from the catalogue, so that an attack on each table covers the next one too."""

from __future__ import annotations

from scripts.target import Connection

#: The roles by which requests arrive.
API_ROLES = ("anon", "authenticated", "service_role")

_TABLES = """
  select class.oid, class.relname from pg_class as class
  where class.relnamespace = 'public'::regnamespace and class.relkind in ('r', 'p') and not class.relispartition
"""


def granted_columns(connection: Connection, privilege: str, role: str = "authenticated") -> dict[str, list[str]]:
    """Return by table the columns that a role may select, insert or update; tables without any are left out."""
    rows = connection.execute(
        f"select t.relname, array_agg(a.attname::text order by a.attnum) from ({_TABLES}) as t"
        " join pg_attribute as a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped"
        " where has_column_privilege(%s, t.oid, a.attnum, %s) group by t.relname order by t.relname".encode(),
        (role, privilege),
    )
    return {table: list(columns) for table, columns in rows}


def granted_tables(connection: Connection, privilege: str, role: str = "authenticated") -> list[str]:
    """Return the tables on which a role has a right as a whole."""
    rows = connection.execute(
        f"select t.relname from ({_TABLES}) as t where has_table_privilege(%s, t.oid, %s) order by 1".encode(), (role, privilege)
    )
    return [table for (table,) in rows]


def columns(connection: Connection) -> dict[str, list[str]]:
    """Return all columns by table."""
    rows = connection.execute(
        f"select t.relname, array_agg(a.attname::text order by a.attnum) from ({_TABLES}) as t"
        " join pg_attribute as a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped"
        " group by t.relname order by t.relname".encode()
    )
    return {table: list(names) for table, names in rows}


def keys(connection: Connection) -> dict[str, list[str]]:
    """Return the columns of the primary key by table."""
    rows = connection.execute(
        f"select t.relname, array_agg(a.attname::text order by a.attnum) from ({_TABLES}) as t"
        " join pg_index as i on i.indrelid = t.oid and i.indisprimary"
        " join pg_attribute as a on a.attrelid = t.oid and a.attnum = any(i.indkey) group by t.relname".encode()
    )
    return {table: list(names) for table, names in rows}
