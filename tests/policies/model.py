"""The intent of who may do what, read a second time: from the plan and docs/decisions/0007, without a database and without a policy.

A mistake in one of the two readings shows as a difference (test_model.py). Only the lists of columns are those of the grants.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

#: The workspace whose rows are shared by all.
PLATFORM = UUID("00000000-0000-8000-8000-000000000001")

#: Height of the roles in a workspace; 0 is for those who do not belong to it, or may not write.
MEMBER, EDITOR, ADMIN, OWNER = 1, 2, 3, 4
RANKS = {"member": MEMBER, "editor": EDITOR, "admin": ADMIN, "owner": OWNER}

#: Seconds for which a token still counts when it is over, because clocks differ.
GRACE = 30


# -------------------------------------------------------------------- the world


@dataclass(frozen=True)
class Person:
    """A row of users: the platform role is user, viewer or admin."""

    id: UUID
    role: str = "user"
    is_active: bool = True


@dataclass(frozen=True)
class Workspace:
    """A tenant with its accountable owner; not active once it was put away."""

    id: UUID
    owner: UUID
    is_active: bool = True


@dataclass(frozen=True)
class Membership:
    """Who belongs to a workspace, as what."""

    id: UUID
    workspace: UUID
    person: UUID
    role: str


@dataclass(frozen=True)
class Opening:
    """A workspace that somebody opened as a platform admin, in one session."""

    workspace: UUID
    person: UUID
    session: UUID
    is_expired: bool = False
    is_closed: bool = False


@dataclass(frozen=True)
class Row:
    """A row of any of the 31 tables, with those of its columns that decide anything."""

    table: str
    values: Mapping[str, Any]

    @property
    def id(self) -> UUID | None:
        """The key; None for a row that is not there yet."""
        return self.values.get("id")

    @property
    def workspace(self) -> UUID | None:
        """The workspace that the row belongs to; a workspace belongs to itself."""
        return self.values.get("id" if self.table == "workspaces" else "workspace_id")

    @property
    def author(self) -> UUID | None:
        """Whose row it is: a person is one's own, a workspace its accountable owner's."""
        return self.values.get({"users": "id", "workspaces": "owner_id"}.get(self.table, "user_id"))

    @property
    def status(self) -> str | None:
        """The state, where the table has states."""
        return self.values.get("status")

    @property
    def is_public(self) -> bool:
        """Whether every signed-in user may read it."""
        return bool(self.values.get("is_public"))


@dataclass(frozen=True)
class World:
    """All that is in the database."""

    people: Mapping[UUID, Person] = field(default_factory=dict)
    workspaces: Mapping[UUID, Workspace] = field(default_factory=dict)
    memberships: tuple[Membership, ...] = ()
    openings: tuple[Opening, ...] = ()
    rows: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)

    def row(self, table: str, key: Any) -> Row | None:
        """Return a row by its key, if it is there."""
        return next((row for row in self.rows.get(table, ()) if row.id == key), None)


@dataclass(frozen=True)
class Request:
    """Who asks, as the token says, and which workspace the header names."""

    role: str = "authenticated"
    person: UUID | None = None
    is_anonymous: bool = False
    seconds_left: int | None = 3600
    aal: str = "aal1"
    session: UUID | None = None
    names: UUID | None = None
    writes_blanks: bool = False  # in the JSON of its headers; decides nothing


# -------------------------------------------------------------------- the tables


@dataclass(frozen=True)
class Rule:
    """A line of the plan's table: who reads, who writes, and which columns clients insert, update and never read."""

    read: str
    write: str = "service"
    inserts: frozenset[str] = frozenset()
    updates: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    deletes: bool = False


def _columns(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CAMPAIGN = _columns("name description objectives target_audience budget start_date end_date status metadata")
_TEMPLATE = _columns("name description category template_content variables platforms tags is_public metadata")
_POST = _columns("campaign_id title content content_type status scheduled_for tags metadata")
_FORM = _columns("title content hashtags mentions status scheduled_for metadata")
_ASSET = _columns("filename thumbnail_url tags is_public metadata")
_FILE = _columns("original_filename media_type mime_type file_size url dimensions duration generated_by generation_params")
_MEDIUM = _columns("position alt_text metadata")
_AVATAR = _columns("name avatar_id voice_id display_order is_default is_active description preview_url avatar_type")
_SCRIPT = _columns("topic prompt script target_audience video_style duration_target metadata")
_CONFIGURATION = _columns("config_name description configuration schedule auto_run_enabled is_active")
_OWN = _columns("workspace_id user_id")

RULES: dict[str, Rule] = {
    "users": Rule("oneself", "oneself", updates=_columns("full_name avatar_url onboarding_completed preferences")),
    "workspaces": Rule(
        "members", "workspace", updates=_columns("name description settings brand_guidelines metadata"), deletes=True
    ),
    "workspace_members": Rule("members", hidden=_columns("user_is_active")),
    "social_platforms": Rule("everybody"),
    "user_social_accounts": Rule(
        "members", "account", _OWN | _columns("platform_id account_name account_id is_active"), _columns("account_name is_active"),
        _columns("account_metadata"), deletes=True,
    ),
    "campaigns": Rule("members", "draft", _OWN | _CAMPAIGN, _CAMPAIGN, deletes=True),
    "content_posts": Rule("members", "draft", _OWN | _POST, _POST, deletes=True),
    "social_media_posts": Rule(
        "members", "draft", _OWN | _FORM | _columns("content_post_id platform_id"), _FORM, _columns("platform_results"), deletes=True
    ),
    "content_templates": Rule("members or public", "library", _OWN | _TEMPLATE, _TEMPLATE, deletes=True),
    "media_assets": Rule("members or public", "library", _OWN | _ASSET | _FILE, _ASSET, deletes=True),
    "content_media": Rule("members", "media", _MEDIUM | _columns("workspace_id post_id asset_id"), _MEDIUM, deletes=True),
    "post_publications": Rule("members", hidden=_columns("platform_response")),
    "avatar_profiles": Rule("members", "editor", _AVATAR | _columns("workspace_id"), _AVATAR, deletes=True),
    "script_generations": Rule("members", "script", _OWN | _SCRIPT | _columns("status"), _SCRIPT),
    "video_generations": Rule("members or public"),
    "video_analytics": Rule("members", hidden=_columns("platform_data")),
    "user_video_limits": Rule("oneself"),
    "avatar_usage_stats": Rule("members"),
    "workflow_executions": Rule(
        "members", "editor", _OWN | _columns("workflow_name workflow_config tasks metadata"), _columns("status metadata"), deletes=True
    ),
    "workflow_approvals": Rule("members"),
    "worker_tasks": Rule("members"),
    "worker_results": Rule("members"),
    "research_configurations": Rule(
        "members", "editor", _OWN | _CONFIGURATION | _columns("source_type"), _CONFIGURATION, deletes=True
    ),
    "research_jobs": Rule(
        "members", "editor", _OWN | _columns("configuration_id source_type job_type priority metadata"),
        _columns("status priority metadata"), deletes=True,
    ),
    "research_results": Rule("members or public", "result", updates=_columns("is_public tags")),
    "content_insights": Rule("members"),
    "content_recommendations": Rule("members"),
    "platform_analytics": Rule("members"),
    "analytics_events": Rule(
        "members", "event", _OWN | _columns("event_type event_data post_id task_id session_id"),
        hidden=_columns("session_id ip_address user_agent"),
    ),
    "user_activity_logs": Rule("log"),
    "content_embeddings": Rule("nobody"),
}  # fmt: skip

#: The states in which a client may make a row.
FIRST_STATES = {
    "campaigns": {"draft"},
    "content_posts": {"draft", "scheduled"},
    "social_media_posts": {"draft", "scheduled"},
    "script_generations": {"pending", "completed"},
}

#: The changes of state that people decide on; all others are the service's (docs/states.md).
TRANSITIONS = {
    "campaigns": {
        "draft": {"active", "archived"},
        "active": {"paused", "completed"},
        "paused": {"active", "completed"},
        "completed": {"active", "archived"},
    },
    "content_posts": {
        "draft": {"scheduled", "archived"},
        "scheduled": {"draft"},
        "published": {"archived"},
        "partially_published": {"archived"},
        "failed": {"scheduled", "draft", "archived"},
    },
    "social_media_posts": {
        "draft": {"scheduled", "cancelled"},
        "scheduled": {"draft", "cancelled"},
        "failed": {"scheduled", "draft", "cancelled"},
        "cancelled": {"draft"},
    },
    "workflow_executions": {"pending": {"cancelled"}, "running": {"cancelled"}, "awaiting_approval": {"cancelled"}},
    "research_jobs": {"queued": {"cancelled"}, "running": {"cancelled"}, "failed": {"queued"}},
}

#: What the service itself never does, because it is never changed.
SERVICE = {
    "worker_results": {"select", "insert"},
    "analytics_events": {"select", "insert"},
    "user_activity_logs": {"select"},
}


def may_use(request: Request, command: str, table: str, read: frozenset[str], written: frozenset[str] = frozenset()) -> bool:
    """Return whether a statement with these columns may be asked at all, whatever the rows are."""
    if request.role == "anon":
        return False
    if request.role == "service_role":
        return command in SERVICE.get(table, {"select", "insert", "update", "delete"})
    rule = RULES[table]
    may_read_them = not read or (rule.read != "nobody" and not read & rule.hidden)
    may_write_them = {
        "select": True,
        "insert": bool(rule.inserts) and written <= rule.inserts,
        "update": bool(rule.updates) and written <= rule.updates,
        "delete": rule.deletes,
    }
    return may_read_them and may_write_them[command]


# -------------------------------------------------------------------- who acts


def acting_person(world: World, request: Request) -> Person | None:
    """Return who acts: the active person of a token that is neither anonymous nor over."""
    is_over = request.seconds_left is not None and request.seconds_left <= -GRACE
    if request.role != "authenticated" or request.is_anonymous or is_over or request.person is None:
        return None
    person = world.people.get(request.person)
    return person if person and person.is_active else None


def _rank(world: World, person: Person, workspace: UUID | None) -> int:
    return max((RANKS[each.role] for each in world.memberships if (each.workspace, each.person) == (workspace, person.id)), default=0)


def _writing_rank(world: World, request: Request, workspace: UUID | None) -> int:
    """Return the height of the role with which the request may write in a workspace."""
    person = acting_person(world, request)
    space = world.workspaces.get(workspace) if workspace else None
    if person is None or person.role == "viewer" or space is None or not space.is_active or request.names not in (None, workspace):
        return 0
    return _rank(world, person, workspace)


def _has_open(world: World, request: Request, person: Person, workspace: UUID | None) -> bool:
    """A platform admin reads what was opened: in the session that opened it, with a second factor, for as long as it lasts."""
    return (
        person.role == "admin"
        and request.aal == "aal2"
        and any(
            (each.workspace, each.person, each.session) == (workspace, person.id, request.session)
            for each in world.openings
            if not each.is_expired and not each.is_closed
        )
    )


# -------------------------------------------------------------------- who may do what


def may_read(world: World, request: Request, row: Row) -> bool:
    """Return whether the request sees a row."""
    if request.role == "service_role":
        return True
    person = acting_person(world, request)
    if person is None:
        return False
    match RULES[row.table].read:
        case "everybody":
            return True
        case "oneself":
            return row.author == person.id
        case "nobody":
            return False
        case _:
            return _may_read_of_workspace(world, request, person, row)


def _may_read_of_workspace(world: World, request: Request, person: Person, row: Row) -> bool:
    if request.names not in (None, row.workspace):
        return False
    rank = _rank(world, person, row.workspace)
    belongs = bool(rank) or row.workspace == PLATFORM or _has_open(world, request, person, row.workspace)
    if row.table == "workspaces":
        return belongs and row.workspace != PLATFORM  # shared by all, and nobody's to choose
    match RULES[row.table].read:
        case "log":
            return rank >= ADMIN or (belongs and row.author == person.id)
        case "members or public":
            return belongs or (row.is_public and request.names is None)
        case _:
            return belongs


def may_insert(world: World, request: Request, row: Row) -> bool:
    """Return whether the request may add a row like this one."""
    if request.role == "service_role":
        return True
    rule = RULES[row.table]
    rank = _writing_rank(world, request, row.workspace)
    is_in_anothers_name = "user_id" in rule.inserts and row.author != request.person
    is_midway = row.table in FIRST_STATES and row.status not in FIRST_STATES[row.table]
    if not rank or is_in_anothers_name or is_midway:
        return False
    match rule.write:
        case "draft":
            fits = rank >= EDITOR or _is_a_members_own(world, request, row)
        case "library":
            fits = rank >= EDITOR or not row.is_public
        case "media":
            fits = rank >= EDITOR or _is_of_own_draft(world, request, row)
        case "editor" | "account":
            fits = rank >= EDITOR
        case "event":
            fits = all(_is_there(world, row, column, table) for column, table in EVENTS_ARE_ABOUT.items())
        case write:
            fits = write == "script"
    return fits


def may_change(world: World, request: Request, row: Row) -> bool:
    """Return whether the request may change a row as it is, and leave it as it is: asked of it before a change and after."""
    if request.role == "service_role":
        return True
    rank = _writing_rank(world, request, row.workspace)
    is_own = row.author is not None and row.author == request.person
    match RULES[row.table].write:
        case "oneself":
            person = acting_person(world, request)
            fits = is_own and person is not None and person.role != "viewer"
        case "workspace":
            fits = rank >= ADMIN
        case "account":
            fits = rank >= ADMIN or (rank >= EDITOR and is_own)
        case "draft" | "library" | "media":
            fits = rank >= EDITOR or (rank >= MEMBER and _is_a_members_own(world, request, row))
        case "script":
            fits = rank >= ADMIN or (rank >= MEMBER and is_own)
        case write:
            fits = write in ("editor", "result") and rank >= EDITOR
    return fits


def may_take_to(request: Request, before: Row, after: Row) -> bool:
    """Return whether this change of state is one that people decide on."""
    changes = before.status != after.status
    return request.role == "service_role" or not changes or after.status in TRANSITIONS.get(before.table, {}).get(str(before.status), ())


def may_delete(world: World, request: Request, row: Row) -> bool:
    """Return whether the request may delete a row."""
    if request.role == "service_role":
        return True
    rank = _writing_rank(world, request, row.workspace)
    match RULES[row.table].write:
        case "workspace":
            fits = rank >= OWNER and row.author == request.person
        case "draft" | "library":
            is_own = rank >= MEMBER and _is_a_members_own(world, request, row)
            fits = rank >= ADMIN or (is_own and not _takes_others_along(world, request, row))
        case _:  # a medium is a part of its post: to take it away is to change that
            fits = may_change(world, request, row) and not _takes_a_decision_along(world, row)
    return fits and RULES[row.table].deletes


# -------------------------------------------------------------------- drafts, and what they are part of

#: The post that a row is a part of: the column that names it.
_POSTS = {"social_media_posts": "content_post_id", "content_media": "post_id"}

#: What an event may be about, in its own workspace; it has no foreign keys.
EVENTS_ARE_ABOUT = {"post_id": "content_posts", "task_id": "worker_tasks"}


def _is_of_own_draft(world: World, request: Request, row: Row) -> bool:
    """Whether the post that a row is a part of is the person's own draft; so is a row that is part of none."""
    if row.table not in _POSTS:
        return True
    post = world.row("content_posts", row.values[_POSTS[row.table]])
    return post is not None and post.workspace == row.workspace and post.author == request.person and post.status == "draft"


def _is_a_members_own(world: World, request: Request, row: Row) -> bool:
    """Whether a row is one that its author changes without being an editor: a draft, or not public."""
    if row.table == "content_media":
        return _is_of_own_draft(world, request, row)
    is_unfinished = row.status == "draft" if row.table in FIRST_STATES else not row.is_public
    return row.author == request.person and is_unfinished and _is_of_own_draft(world, request, row)


def _is_there(world: World, row: Row, column: str, table: str) -> bool:
    key = row.values.get(column)
    found = world.row(table, key)
    return key is None or (found is not None and found.workspace == row.workspace)


def _takes_others_along(world: World, request: Request, row: Row) -> bool:
    """Whether more goes with a row than its author could delete by hand: forms and publications of a post, media of an asset."""
    forms = [each for each in world.rows.get("social_media_posts", ()) if each.values["content_post_id"] == row.id]
    publications = [each for each in world.rows.get("post_publications", ()) if each.values["post_id"] == row.id]
    media = [each for each in world.rows.get("content_media", ()) if each.values["asset_id"] == row.id]
    return (
        any(form.author != request.person or form.status != "draft" for form in forms)
        or bool(publications)
        or not all(_is_of_own_draft(world, request, medium) for medium in media)
    )


def _takes_a_decision_along(world: World, row: Row) -> bool:
    """Whether an approval that somebody decided goes with a run."""
    return any(each.values["workflow_id"] == row.id and each.status != "pending" for each in world.rows.get("workflow_approvals", ()))
