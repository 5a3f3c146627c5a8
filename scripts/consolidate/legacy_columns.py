"""The insert of migrations/1405_legacy_columns.sql, made from docs/legacy/*.csv: what the migration must say."""

from __future__ import annotations

import csv
from pathlib import Path

#: What may hold a token or a key, so that it is masked wherever a row is shown or set aside.
SECRET = {
    ("a", "social_platforms", "api_config"),
    ("a", "user_social_accounts", "access_token"),
    ("a", "user_social_accounts", "refresh_token"),
    ("a", "user_social_accounts", "account_metadata"),
    ("a", "post_publications", "platform_response"),
    ("a", "social_media_posts", "platform_results"),
    ("b", "social_media_posts", "platform_results"),
    ("b", "workspaces", "social_accounts"),
}


def insert_statement(root: Path) -> str:
    """Return the statement with a row for each legacy column."""
    rows = []
    for schema in ("a", "b"):
        with (root / "docs" / "legacy" / f"schema_{schema}.csv").open(newline="", encoding="utf-8") as file:
            for line in csv.DictReader(file):
                secret = str((schema, line["table"], line["column"]) in SECRET).lower()
                rows.append(f"('{schema}', '{line['table']}', {line['position']}, '{line['column']}', '{line['type']}', {secret})")
    columns = "legacy_schema, table_name, position, column_name, type, is_secret"
    return f"insert into consolidation.legacy_columns ({columns})\nvalues\n" + ",\n".join(rows) + ";\n"
