"""What the catalogue says of the schema, read from an empty copy of it, for tests that are made from it."""

from __future__ import annotations

from dataclasses import dataclass

from scripts.target import Connection

#: Schemas whose tables are ours.
SCHEMAS = ("public", "private", "secrets", "consolidation")


@dataclass(frozen=True)
class Constraint:
    """One constraint or unique index: `kind` is c, f, p or u; columns and, for a foreign key, what they refer to."""

    table: str
    name: str
    kind: str
    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]


def constraints(connection: Connection) -> list[Constraint]:
    """Return the constraints of our tables, and unique indexes as kind u; partitions stand under their parent."""
    rows = connection.execute(
        """
        select
          format('%%s.%%s', space.nspname, class.relname), found.name, found.kind,
          array(
            select attname::text from unnest(found.columns) with ordinality as part (number, place)
            join pg_attribute on attrelid = class.oid and attnum = part.number order by part.place
          ),
          coalesce(format('%%s.%%s', parent_space.nspname, parent.relname), ''),
          array(
            select attname::text from unnest(found.parent_columns) with ordinality as part (number, place)
            join pg_attribute on attrelid = parent.oid and attnum = part.number order by part.place
          )
        from (
          select conrelid as owner, conname::text as name, contype::text as kind, conkey as columns,
            confrelid as parent, confkey as parent_columns
          from pg_constraint where contype in ('c', 'f', 'p', 'u') and conparentid = 0
          union all
          select indrelid, indexrelid::regclass::text, 'u', indkey::smallint [], 0, null
          from pg_index
          where indisunique and not exists (select from pg_constraint where conindid = indexrelid)
        ) as found
        join pg_class as class on class.oid = found.owner and not class.relispartition
        join pg_namespace as space on space.oid = class.relnamespace
        left join pg_class as parent on parent.oid = found.parent
        left join pg_namespace as parent_space on parent_space.oid = parent.relnamespace
        where space.nspname = any(%s)
        order by 1, 2
        """,
        (list(SCHEMAS),),
    ).fetchall()
    return [
        Constraint(table, name.rpartition(".")[2], kind, tuple(columns), "" if parent == "." else parent, tuple(there or ()))
        for table, name, kind, columns, parent, there in rows
    ]


def tables(connection: Connection, schema: str = "public") -> set[str]:
    """Return the names of a schema's tables, partitioned ones included and their partitions not."""
    rows = connection.execute(
        "select relname from pg_class where relnamespace = to_regnamespace(%s) and relkind in ('r', 'p') and not relispartition",
        (schema,),
    )
    return {row[0] for row in rows}
