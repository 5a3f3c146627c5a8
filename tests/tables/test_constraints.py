"""Every constraint in the catalogue is violated here, each beside a twin row that is accepted."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from scripts.target import Connection
from tests.support.catalogue import SCHEMAS, Constraint, constraints
from tests.support.measures import TIMES
from tests.support.people import make_member, make_workspace
from tests.support.registry import BREAKERS, MAKERS
from tests.support.rows import insert

#: What may be unknown, never be there, or not be there yet; everything else has a value. Generated columns follow theirs.
MAY_BE_NULL = {
    "analytics_events": "user_id post_id task_id session_id ip_address user_agent",
    "avatar_profiles": "description preview_url",
    "avatar_usage_stats": "avg_quality_score last_used_at",
    "campaigns": "user_id description budget start_date end_date",
    "content_embeddings": "embedding embedding_half embedding_bits",
    "content_insights": "user_id workflow_id research_result_id source_url title content author sentiment_score",
    "content_media": "alt_text",
    "content_posts": "user_id campaign_id title scheduled_for published_at",
    "content_recommendations": "user_id insight_id post_id description reasoning suggested_content expires_at",
    "content_templates": "user_id description",
    "media_assets": "user_id original_filename file_size thumbnail_url duration generated_by",
    "platform_analytics": "account_id post_id",
    "post_publications": "social_media_post_id account_id platform_post_id published_at error_message",
    "research_configurations": "user_id description last_run_at",
    "research_jobs": "user_id configuration_id started_at completed_at error_message results_path",
    "research_results": "user_id job_id title summary quality_score",
    "script_generations": "user_id prompt script model_used generation_time quality_score",
    "social_media_posts": "user_id title scheduled_for published_at ayrshare_post_id",
    "social_platforms": "icon_url",
    "user_activity_logs": "user_id resource_type resource_id ip_address user_agent",
    "user_social_accounts": "user_id account_id token_expires_at last_used_at",
    "user_video_limits": "premium_until",
    "users": "email_verified_at full_name avatar_url",
    "video_analytics": "watch_time_avg completion_rate",
    "video_generations": (
        "user_id script_id workflow_id avatar_workspace_id profile_id script heygen_video_id heygen_task_id avatar_id voice_id"
        " video_url thumbnail_url duration error_message completed_at"
    ),
    "worker_results": "error_message execution_time_ms tokens_used cost_usd",
    "worker_tasks": "user_id started_at completed_at error_message",
    "workflow_approvals": "approved_by approved_at feedback",
    "workflow_executions": "user_id started_at completed_at error_message",
    "workspaces": "description owner_id",
    "consolidation.captures": "copy_number",
    "consolidation.copied_accounts": "email email_confirmed_at",
    "consolidation.copies": "finished_at",
    "consolidation.decisions": "applied_at",
    "consolidation.going": "because",
    "consolidation.differences": "legacy_key hybrid_table hybrid_id",
    "consolidation.expected_addresses": "user_id created_at updated_at",
    "consolidation.expected_platform_words": "name platform_id",
    "consolidation.expected_posts": "outcome hybrid_id workspace_id user_id",
    "consolidation.expected_shown": "asset_id",
    "consolidation.ledger": "reason hybrid_id workspace_id",
    "consolidation.ledger_targets": "part",
    "consolidation.person_matches": "place",
    "consolidation.post_addresses": "user_id",
    "consolidation.post_media": "user_id",
    "consolidation.progress": "started_at finished_at",
    "consolidation.put_aside": "comment",
    "consolidation.reconciliation": "run_number",
    "consolidation.usage_of_avatars": "avg_quality_score last_used_at created_at updated_at",
    "consolidation.runs": "domain finished_at",
    "consolidation.undone": "legacy_schema",
    "consolidation.workspace_owners": "member_key",
    "private.measures_tables": "keep_months",
    "secrets.claim_settings": "confirmation_enforced_by",
    "secrets.social_account_tokens": "access_token refresh_token",
    "secrets.user_changes": "changed_by",
    "secrets.user_claims": "finished_at",
    "secrets.workspace_invitations": "invited_by accepted_at accepted_by revoked_at",
    "secrets.workspace_openings": "closed_at",
}

#: Each foreign key but those to a workspace and to an author: its table and columns, its parent, and what a deletion of that does.
REFERENCES = {
    "avatar_usage_stats (avatar_workspace_id, profile_id)": "avatar_profiles (workspace_id, id) cascade",
    "content_insights (workspace_id, research_result_id)": "research_results (workspace_id, id) set null (research_result_id)",
    "content_insights (workspace_id, workflow_id)": "workflow_executions (workspace_id, id) set null (workflow_id)",
    "content_media (asset_id, workspace_id)": "media_assets (id, workspace_id) cascade",
    "content_media (workspace_id, post_id)": "content_posts (workspace_id, id) cascade",
    "content_posts (workspace_id, campaign_id)": "campaigns (workspace_id, id) set null (campaign_id)",
    "content_recommendations (workspace_id, insight_id)": "content_insights (workspace_id, id) set null (insight_id)",
    "content_recommendations (workspace_id, post_id)": "content_posts (workspace_id, id) set null (post_id)",
    "post_publications (workspace_id, account_id)": "user_social_accounts (workspace_id, id) set null (account_id)",
    "post_publications (workspace_id, post_id)": "content_posts (workspace_id, id) cascade",
    "post_publications (workspace_id, post_id, social_media_post_id)": (
        "social_media_posts (workspace_id, content_post_id, id) set null (social_media_post_id)"
    ),
    "research_jobs (workspace_id, configuration_id)": "research_configurations (workspace_id, id) set null (configuration_id)",
    "research_results (workspace_id, job_id)": "research_jobs (workspace_id, id) cascade",
    "secrets.claimable_users (user_id)": "users (id) cascade",
    "secrets.social_account_tokens (workspace_id, account_id)": "user_social_accounts (workspace_id, id) cascade",
    "secrets.social_platform_configs (platform_id)": "social_platforms (id) cascade",
    "secrets.user_claims (new_user_id)": "users (id) cascade",
    "secrets.user_claims (old_user_id)": "users (id) cascade",
    "social_media_posts (platform_id)": "social_platforms (id) restrict",
    "social_media_posts (workspace_id, content_post_id)": "content_posts (workspace_id, id) cascade",
    "user_social_accounts (platform_id)": "social_platforms (id) restrict",
    "user_video_limits (user_id)": "users (id) cascade",
    "video_analytics (workspace_id, video_id)": "video_generations (workspace_id, id) cascade",
    "video_generations (avatar_workspace_id, profile_id)": "avatar_profiles (workspace_id, id) set null (avatar_workspace_id, profile_id)",
    "video_generations (workspace_id, script_id)": "script_generations (workspace_id, id) set null (script_id)",
    "video_generations (workspace_id, workflow_id)": "workflow_executions (workspace_id, id) set null (workflow_id)",
    "worker_results (workspace_id, task_id)": "worker_tasks (workspace_id, id) cascade",
    "workflow_approvals (workspace_id, workflow_id)": "workflow_executions (workspace_id, id) cascade",
    "workspace_members (user_id, user_is_active)": "users (id, is_active) on update cascade, cascade",
    "secrets.user_changes (changed_by)": "users (id) set null",
    "secrets.user_changes (user_id)": "users (id) cascade",
    "secrets.workspace_openings (opened_by)": "users (id) cascade",
    "workspaces (id, owner_id, owner_role)": "workspace_members (workspace_id, user_id, role) no action deferrable initially deferred",
    "workspaces (owner_id)": "users (id) restrict",
}

#: Columns that name a person without whom the row goes on.
AUTHORS = {
    "campaigns (user_id)",
    "content_insights (user_id)",
    "content_posts (user_id)",
    "content_recommendations (user_id)",
    "content_templates (user_id)",
    "media_assets (user_id)",
    "research_configurations (user_id)",
    "research_jobs (user_id)",
    "research_results (user_id)",
    "script_generations (user_id)",
    "secrets.workspace_invitations (accepted_by)",
    "secrets.workspace_invitations (invited_by)",
    "social_media_posts (user_id)",
    "user_social_accounts (user_id)",
    "video_generations (user_id)",
    "worker_tasks (user_id)",
    "workflow_approvals (approved_by)",
    "workflow_executions (user_id)",
}

#: What stands once, beside keys: those of the tables, and (workspace_id, id), which foreign keys need.
STANDS_ONCE = {
    "avatar_usage_stats (workspace_id, avatar_workspace_id, profile_id)",
    "content_media (workspace_id, post_id, position)",
    "post_publications (workspace_id, post_id, account_id, attempt)",
    "research_configurations (workspace_id, user_id, source_type, config_name)",
    "secrets.user_claims (new_user_id)",
    "secrets.user_claims (old_user_id)",
    "secrets.workspace_invitations (workspace_id, email) where accepted_at is null and revoked_at is null",
    "social_media_posts (workspace_id, content_post_id, platform_id)",
    "social_media_posts (workspace_id, content_post_id, id)",
    "social_platforms (name)",
    "user_social_accounts (workspace_id, user_id, platform_id, account_id)",
    "user_video_limits (user_id)",
    "users (id, is_active)",
    "users (email) where email_verified_at is not null",
    "video_generations (workspace_id, heygen_video_id)",
    "workflow_approvals (workspace_id, workflow_id)",
    "workspace_members (workspace_id, user_id)",
    "workspace_members (workspace_id, user_id, role)",
}


def _short(table: str) -> str:
    return table.removeprefix("public.")


def _valid(db: Connection, table: str, workspace: Any) -> dict[str, Any]:
    return MAKERS[_short(table)](db, workspace)


def _of_kind(db: Connection, *kinds: str) -> list[Constraint]:
    return [one for one in constraints(db) if one.kind in kinds and one.table.startswith(("public.", "secrets."))]


def test_every_table_has_a_maker_and_every_check_a_breaker(db: Connection) -> None:
    found = [one for one in constraints(db) if one.table.startswith(("public.", "secrets."))]
    assert {_short(one.table) for one in found} == set(MAKERS)
    assert {one.name for one in found if one.kind == "c"} == set(BREAKERS)


@pytest.mark.parametrize("table", sorted(MAKERS))
def test_a_valid_row_is_accepted(db: Connection, table: str) -> None:
    row = insert(db, table, MAKERS[table](db, make_workspace(db)))
    db.execute("set constraints all immediate") if table != "workspaces" else None
    assert row


@pytest.mark.parametrize("name", sorted(BREAKERS))
def test_each_check_refuses_what_breaks_it(db: Connection, name: str) -> None:
    rule = next(one for one in constraints(db) if one.name == name)
    values = _valid(db, rule.table, make_workspace(db)) | BREAKERS[name]
    with pytest.raises(psycopg.errors.CheckViolation) as caught, db.transaction():
        insert(db, _short(rule.table), values)
    assert caught.value.diag.constraint_name == name


@pytest.mark.parametrize("table", sorted(MAKERS))
def test_each_not_null_column_refuses_null(db: Connection, table: str) -> None:
    schema, _, name = table.rpartition(".")
    columns = [
        row[0]
        for row in db.execute(
            "select attname from pg_attribute where attrelid = format('%%I.%%I', %s::text, %s::text)::regclass"
            " and attnum > 0 and attnotnull and attgenerated = '' and not attisdropped",
            (schema or "public", name),
        )
    ]
    assert columns
    values = MAKERS[table](db, make_workspace(db))
    for column in columns:
        with pytest.raises(psycopg.errors.NotNullViolation) as caught, db.transaction():
            insert(db, table, values | {column: None})
        assert caught.value.diag.column_name == column


def test_each_unique_rule_refuses_a_second_row(db: Connection) -> None:
    """Insert one row twice but for every other unique rule's columns; several rules may stand for the same columns."""
    rules = _of_kind(db, "p", "u")
    for rule in rules:
        table = _short(rule.table)
        workspace = make_workspace(db)
        first = insert(db, table, _valid(db, rule.table, workspace))
        again = _valid(db, rule.table, workspace) | {
            column: first[column] for column in rule.columns if column in _writable(db, rule.table)
        }
        with pytest.raises(psycopg.errors.UniqueViolation) as caught, db.transaction():
            insert(db, table, again)
            db.execute("set constraints all immediate")
        name = _name_on_the_parent(db, caught.value.diag)
        hit = next(one for one in rules if one.name == name)
        assert set(hit.columns) <= set(rule.columns), f"{rule.name}: {hit.name} was hit instead"


def _name_on_the_parent(db: Connection, hit: psycopg.errors.Diagnostic) -> str | None:
    """Return a unique rule's name; a partition has the rule of its parent under a name of its own."""
    found = db.execute(
        "select parent.relname from pg_class as part join pg_inherits on inhrelid = part.oid"
        " join pg_class as parent on parent.oid = inhparent"
        " where part.relname = %s and part.relnamespace = to_regnamespace(%s)",
        (hit.constraint_name, hit.schema_name),
    ).fetchone()
    return str(found[0]) if found else hit.constraint_name


def test_each_foreign_key_refuses_what_does_not_exist_and_what_is_another_workspaces(db: Connection) -> None:
    for rule in _of_kind(db, "f"):
        table = _short(rule.table)
        workspace = make_workspace(db)
        if table == "workspaces":  # its twin is made by make_workspace
            continue
        values = _valid(db, rule.table, workspace)
        insert(db, table, values)
        wrong = _valid(db, rule.table, workspace)
        if len(rule.columns) == 1:
            wrong[rule.columns[0]] = uuid4()
        else:
            other = insert(db, _short(rule.parent), _valid(db, rule.parent, make_workspace(db)))
            pairs = dict(zip(rule.columns, rule.parent_columns, strict=True))
            wrong |= {here: other[there] for here, there in pairs.items() if here != "workspace_id"}
            if "user_is_active" in pairs:  # no tenant's: the person is there, and active
                wrong["user_is_active"] = False
        with pytest.raises((psycopg.errors.ForeignKeyViolation, psycopg.errors.CheckViolation)) as caught, db.transaction():
            insert(db, table, wrong)
            db.execute("set constraints all immediate")
        if isinstance(caught.value, psycopg.errors.ForeignKeyViolation):
            assert caught.value.diag.constraint_name == rule.name
        else:  # a reference to what may be shared says in a check which workspaces it may name
            assert "shared" in str(caught.value.diag.constraint_name), f"{rule.name} was never tried"


def _writable(db: Connection, table: str) -> set[str]:
    rows = db.execute("select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and attgenerated = ''", (table,))
    return {row[0] for row in rows}


def test_a_workspace_must_name_an_owner_who_is_a_member(db: Connection) -> None:
    workspace = make_workspace(db)
    admin = make_member(db, workspace, "admin")
    db.execute("set constraints all immediate")
    with pytest.raises(psycopg.errors.ForeignKeyViolation) as caught, db.transaction():
        db.execute("update public.workspaces set owner_id = %s where id = %s", (admin, workspace))
    assert caught.value.diag.constraint_name == "workspaces_owner_is_an_owner_member"


def test_tenant_foreign_keys_carry_the_workspace(db: Connection) -> None:
    """A foreign key between tenant tables without the workspace in it would let a row point into another tenant."""
    free = {"public.users", "public.workspaces", "public.social_platforms"}
    loose = [
        one.name
        for one in _of_kind(db, "f")
        if one.parent not in free and not any(column.endswith("workspace_id") for column in one.columns)
        and one.name != "workspaces_owner_is_an_owner_member"
    ]  # fmt: skip
    assert loose == []


def test_foreign_keys_without_the_own_workspace_are_the_two_that_are_known(db: Connection) -> None:
    """Decision 6: what a step past one machine would have to deal with."""
    free = {"public.users", "public.workspaces", "public.social_platforms"}
    found = {
        one.name
        for one in _of_kind(db, "f")
        if one.table.startswith("public.") and one.parent not in free and "workspace_id" not in one.columns
    }
    assert found - {"workspaces_owner_is_an_owner_member"} == {"video_generations_avatar_exists", "avatar_usage_stats_avatar_exists"}


def test_each_foreign_key_has_an_index(db: Connection) -> None:
    missing = db.execute(
        sql.SQL(
            "select conrelid::regclass, conname from pg_constraint where contype = 'f' and conparentid = 0"
            " and connamespace::regnamespace::text = any(%s) and not exists (select from pg_index where indrelid = conrelid"
            " and indpred is null and (indkey::smallint [])[0:cardinality(conkey) - 1] = conkey)"
        ),
        (["public", "secrets"],),
    ).fetchall()
    assert missing == []


def test_only_what_may_be_unknown_can_be_null(db: Connection) -> None:
    """A column that lost its `not null` breaks no other test of this file: they are made from the catalogue."""
    found: dict[str, list[str]] = {}
    columns = db.execute(
        "select format('%%I.%%I', relnamespace::regnamespace, relname), attname from pg_attribute"
        " join pg_class on pg_class.oid = attrelid and relkind in ('r', 'p') and not relispartition"
        " where relnamespace::regnamespace::text = any(%s) and attnum > 0 and not attisdropped and not attnotnull order by 1, attnum",
        (list(SCHEMAS),),
    )
    for table, column in columns:
        found.setdefault(_short(table), []).append(column)
    assert found == {table: names.split() for table, names in MAY_BE_NULL.items()}


def _references(db: Connection) -> dict[str, str]:
    """Return each foreign key as in REFERENCES."""
    db.execute("set local search_path = ''")
    definitions = db.execute(
        "select conrelid::regclass::text, pg_get_constraintdef(oid) from pg_constraint where contype = 'f' and conparentid = 0"
        " and connamespace::regnamespace::text = any(%s)",
        (["public", "secrets"],),
    )
    found: dict[str, str] = {}
    for table, definition in definitions:
        parts = re.fullmatch(
            r"FOREIGN KEY (\(.*?\)) REFERENCES ([\w.]+)(\(.*?\))( ON UPDATE CASCADE)?(?: ON DELETE (.*?))?( DEFERRABLE.*)?", definition
        )
        assert parts is not None, definition
        columns, parent, parent_columns, update, action, timing = parts.groups("")
        key = f"{_short(table)} {columns}"
        assert key not in found, f"{key} has two parents"
        found[key] = f"{_short(parent)} {parent_columns}{update and update + ','} {action or 'no action'}{timing}".lower()
    return found


def test_each_reference_names_its_parent_and_what_the_deletion_of_that_does(db: Connection) -> None:
    """A reference that is gone, or deletes where it should empty, breaks no other test of this file."""
    own_by_parent = {"secrets.social_account_tokens", *TIMES}  # through the account; the measures have no foreign keys
    tenants = {
        f"{table} (workspace_id)"
        for table in set(MAKERS) - own_by_parent
        if "workspace_id" in _writable(db, table if "." in table else f"public.{table}")
    }
    expected = dict.fromkeys(tenants, "workspaces (id) cascade") | dict.fromkeys(AUTHORS, "users (id) set null") | REFERENCES
    assert _references(db) == expected


def test_what_stands_once_is_what_is_said_to(db: Connection) -> None:
    """A unique rule that is gone, or has a column less, breaks no other test of this file."""
    db.execute("set local search_path = ''")
    rules = db.execute(
        "select indrelid::regclass::text,"
        " array(select attname::text from unnest(indkey::smallint []) with ordinality as part (number, place)"
        " join pg_attribute on attrelid = indrelid and attnum = number order by place), coalesce(pg_get_expr(indpred, indrelid), '')"
        " from pg_index join pg_class on pg_class.oid = indrelid and not relispartition"
        " where indisunique and not indisprimary and relnamespace::regnamespace::text = any(%s)",
        (["public", "secrets"],),
    ).fetchall()
    found = {
        f"{_short(table)} ({', '.join(columns)})" + (f" where {re.sub('[()]', '', condition.lower())}" if condition else "")
        for table, columns, condition in rules
        if columns != ["workspace_id", "id"]
    }
    assert found == STANDS_ONCE
