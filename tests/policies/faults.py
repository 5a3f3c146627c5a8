"""Faults in policies, helpers, grants and triggers, each as one might slip in: what a proof of the policies must notice.

Run by the owner of the schema, in a transaction that is rolled back.
"""

from __future__ import annotations

from dataclasses import dataclass

from scripts.target import Connection

_MEMBER = "workspace_id = any((select private.writable_workspaces('member'))::uuid[])"
_EDITOR = "workspace_id = any((select private.writable_workspaces('editor'))::uuid[])"
_READER = "workspace_id = any((select private.readable_workspaces())::uuid[])"


@dataclass(frozen=True)
class Statement:
    """A fault that is one statement."""

    part: str
    text: str

    def plant(self, connection: Connection) -> None:
        """Do it."""
        connection.execute(self.text.encode())


@dataclass(frozen=True)
class Policy:
    """A fault in a condition of a policy."""

    part: str
    table: str
    name: str
    condition: str

    def plant(self, connection: Connection) -> None:
        """Do it."""
        connection.execute(f"alter policy {self.table}_{self.name} on public.{self.table} {self.condition}".encode())


@dataclass(frozen=True)
class Helper:
    """A fault in the body of a function: words that are other words."""

    part: str
    function: str
    words: str
    others: str = ""

    def plant(self, connection: Connection) -> None:
        """Do it."""
        row = connection.execute("select pg_get_functiondef(%s::regprocedure)", (f"private.{self.function}",)).fetchone()
        assert row is not None
        # words that are not there leave it as it is, and then nothing is found
        connection.execute(row[0].replace(self.words, self.others).encode())


FAULTS: dict[str, Statement | Policy | Helper] = {
    "posts of all workspaces are read": Policy("drafts", "content_posts", "select_members", "using (true)"),
    "members change campaigns of others": Policy(
        "drafts", "campaigns", "update_editors_or_own_draft", f"using ({_MEMBER}) with check ({_MEMBER})"
    ),
    "what becomes of a changed campaign is not checked": Policy("drafts", "campaigns", "update_editors_or_own_draft", "with check (true)"),
    "members add forms to posts of others": Policy(
        "drafts", "social_media_posts", "insert_own",
        f"with check (user_id = (select auth.uid()) and (status = 'draft' and {_MEMBER} or status = 'scheduled' and {_EDITOR}))",
    ),
    "members attach media to posts of others": Policy("library", "content_media", "insert_editors_or_own_draft", f"with check ({_MEMBER})"),
    "templates are added in another's name": Policy(
        "library", "content_templates", "insert_own", f"with check ({_EDITOR} or (not is_public and {_MEMBER}))"
    ),
    "public assets are seen whatever workspace is named": Policy(
        "library", "media_assets", "select_members_or_public",
        f"using ({_READER} or (is_public and (select private.acting_person()) is not null))",
    ),
    "events are about what is in other workspaces": Policy(
        "measures", "analytics_events", "insert_own", f"with check (user_id = (select auth.uid()) and {_MEMBER})"
    ),
    "no member sees assets": Statement("library", "drop policy media_assets_select_members_or_public on public.media_assets"),
    "scripts have no row-level security": Statement("studio", "alter table public.script_generations disable row level security"),
    "media can be moved to another workspace": Statement("library", "grant update (workspace_id) on public.content_media to authenticated"),
    "what a platform said of a video is read": Statement(
        "studio", "grant select (platform_data) on public.video_analytics to authenticated"
    ),
    "a decision goes with its run": Policy("work", "workflow_executions", "delete_editors", f"using ({_EDITOR})"),
    "forms of others go with a post": Policy(
        "drafts", "content_posts", "delete_admins_or_own_draft", f"using (user_id = (select auth.uid()) and status = 'draft' and {_MEMBER})"
    ),
    "clients take posts to any state": Statement(
        "drafts", "alter table public.content_posts disable trigger content_posts_keep_to_transitions"
    ),
    "the inactive read": Helper("research", "widely_readable_workspaces(jsonb)", "and member.user_is_active"),
    "the inactive read in the workspace that they name": Helper("research", "readable_workspaces()", "and member.user_is_active"),
    "rows of the platform are not read": Helper("studio", "widely_readable_workspaces(jsonb)", "|| private.platform_workspace_id()"),
    "the named workspace is ignored": Helper("studio", "named_workspace()", "'x-workspace-id'", "'x-other'"),
    "anonymous sign-ins count": Helper("studio", "token_counts(jsonb)", "'is_anonymous'", "'is_other'"),
    "tokens that are over count": Helper("research", "token_counts(jsonb)", "'exp'", "'other'"),
    "what was put away is written to": Helper("drafts", "writable_workspaces(text)", "and space.is_active"),
    "viewers write": Helper("drafts", "widely_writable_workspaces(jsonb, text)", "and account.role <> 'viewer'"),
    "a closed workspace is still open": Helper("measures", "opened_workspaces(jsonb)", "and opening.closed_at is null"),
    "another session reads what was opened": Helper(
        "measures", "opened_workspaces(jsonb)", "and opening.session_id = (opened_workspaces.claims ->> 'session_id')::uuid"
    ),
    "members read logs": Helper("measures", "audited_workspaces()", "and member.role in ('owner', 'admin')"),
}  # fmt: skip
