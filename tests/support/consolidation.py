"""Rows of the books of the import for tests; no tenant's, so they are not among the domains of the registry."""

from __future__ import annotations

from uuid import UUID

from tests.support.rows import Values

_ID = UUID("00000000-0000-4000-8000-000000000001")
_ROW: Values = {"legacy_table": "a.users", "legacy_key": "1"}

#: The values of a valid row of each table, by its name in the schema consolidation.
ROWS: dict[str, Values] = {
    "asides": {"position": 1, "legacy_table": "a.new", "step": "a.new", "view_name": "new", "kind": "not kept"},
    "differences": {"validation": 1, "legacy_table": "a.users", "kind": "lost"},
    "expectations": {
        "position": 1,
        "legacy_table": "a.new",
        "step": "a.new",
        "hybrid_table": "public.new",
        "view_name": "new",
        "listed_in": "ledger",
    },
    "expected_addresses": {
        "legacy_schema": "a",
        "workspace_id": _ID,
        "address": "https://x.org/a.png",
        "asset_id": _ID,
        "legacy_key": "1",
    },
    "expected_lists": {"platforms": ["x"]},
    "expected_platform_words": {"word": "x"},
    "expected_posts": {"legacy_schema": "a", "legacy_key": "1"},
    "expected_shown": {"legacy_schema": "a", "legacy_key": "1", "place": 1, "said": "https://x.org/a.png"},
    "expected_homes": {"legacy_schema": "a", "user_id": _ID, "workspace_id": _ID},
    "not_compared": {"hybrid_table": "public.new", "hybrid_column": "id", "reason": "it is random"},
    "reconciled_targets": {
        "validation": 1,
        "hybrid_table": "public.users",
        "expected_rows": 1,
        "expected_hash": 2,
        "found_rows": 1,
        "found_hash": 2,
    },
    "reconciliation": {"validation": 1, "legacy_table": "a.users"},
    "account_matches": {"workspace_id": _ID, "platform_id": _ID, "account_id": "1", "hybrid_id": _ID},
    "auth_addresses": {"user_id": _ID, "email": "a@example.org"},
    "campaign_posts": {"post_key": "1", "workspace_id": _ID, "campaign_key": "2", "campaign_id": _ID},
    "captured_functions": {"legacy_schema": "a", "function_name": "f()", "definition": "create …", "change": "disabled"},
    "captures": {"legacy_schema": "a", "from_schema": "public"},
    "configuration_names": {"legacy_key": "1", "config_name": "Daily (2)"},
    "conflicts": _ROW | {"kind": "same_id", "hybrid_table": "public.users", "hybrid_id": _ID, "rule": "keep_id"},
    "copied_accounts": {"user_id": _ID},
    "copies": {"copy_number": 1, "source": "dump.sql", "from_schema": "public"},
    "decisions": _ROW | {"kind": "same_person", "answer": "merge", "decided_by": "Ann"},
    "embedding_workspaces": {"legacy_key": "1", "workspace_id": _ID},
    "going": {"relation": 1, "place": "(0,1)", "root": "public.users"},
    "homes": {"legacy_schema": "a", "user_id": _ID, "workspace_id": _ID},
    "kept": _ROW | {"legacy_column": "email"},
    "keyless": _ROW | {"part": 1, "row_place": "(0,1)", "reason": "id: there is none"},
    "ledger": _ROW | {"outcome": "migrated", "hybrid_id": _ID},
    "ledger_targets": _ROW | {"hybrid_table": "public.users", "hybrid_id": _ID},
    "legacy_columns": {"legacy_schema": "a", "table_name": "new", "position": 1, "column_name": "id", "type": "uuid"},
    "person_matches": {"legacy_key": "1", "hybrid_id": _ID},
    "places": _ROW | {"purpose": "number", "place": 2},
    "post_addresses": {"asset_id": _ID, "workspace_id": _ID, "address": "https://x.org/a.png", "address_hash": 1},
    "post_media": {"asset_id": _ID, "workspace_id": _ID, "said": "https://x.org/a.png", "said_hash": 1},
    "posts_met": {"post_id": _ID},
    "posts_there": {"post_id": _ID},
    "progress": {"step": "a.new"},
    "publication_forms": {"legacy_key": "1", "form_id": _ID},
    "put_aside": {"position": 1, "kind": "index", "table_name": "public.users", "object_name": "i", "definition": "create …"},
    "rejects": _ROW | {"reason": "email: no address"},
    "runs": {"run_number": 1},
    "sources": {"legacy_table": "a.users", "schema_name": "legacy_a", "table_name": "users", "row_count": 1},
    "steps": {"position": 1, "domain": "new", "step": "a.new", "legacy_table": "a.new"},
    "taken": {"legacy_table": "a.users", "id": _ID},
    "undone": {"undone_number": 1},
    "usage_of_avatars": {"legacy_key": "2", "first_key": "1", "usage_count": 3, "total_video_duration": 1.5},
    "value_map": {"hybrid_column": "users.role", "word": "boss", "becomes": "user"},
    "workspace_owners": _ROW | {"owner_id": _ID},
    "writes": {"write_number": 1, "cluster": 1, "whole_id": "1", "row_id": 1},
}

#: For each check constraint the values that break it, and it alone.
BREAKERS: dict[str, Values] = {
    "asides_kind_is_known": {"kind": "odd"},
    "differences_kind_is_known": {"kind": "odd"},
    "expectations_is_listed_somewhere": {"listed_in": "a list"},
    "captured_functions_change_is_known": {"change": "lost"},
    "captures_copy_has_a_number": {"is_copy": True},
    "captures_schema_is_known": {"legacy_schema": "c"},
    "conflicts_kind_is_known": {"kind": "quarrel"},
    "ledger_outcome_is_known": {"outcome": "lost"},
    "ledger_rejected_has_no_home": {"outcome": "rejected", "reason": "email: no address"},
    "ledger_rejected_says_why": {"outcome": "rejected", "hybrid_id": None},
    "legacy_columns_schema_is_known": {"legacy_schema": "c"},
    "person_matches_place_is_of_the_same": {"place": 1},
    "progress_state_is_known": {"state": "lost"},
    "put_aside_kind_is_known": {"kind": "view"},
    "steps_first_is_called_like_its_table": {"step": "a.other"},
    "steps_legacy_table_is_of_a_or_b": {"step": "c.new", "legacy_table": "c.new"},
    "undone_schema_is_known": {"legacy_schema": "c"},
    "value_map_word_is_folded": {"word": "Boss"},
}
