"""Workspaces: which are the same, who owns them, and to which one a row without a workspace belongs."""

from __future__ import annotations

from tests.consolidation.legacy.hazards.kit import Making, each, hazard
from tests.consolidation.legacy.values import Row, js

BOTH = ("A.users", "B.users", "A.workspaces", "B.workspaces")

#: What A and B say of one workspace.
DESCRIPTIONS: tuple[tuple[str, Row, Row], ...] = (
    ("two names", {"name": "Name in A"}, {"name": "Name in B"}),
    ("A has no description", {"name": "One name", "description": None}, {"name": "One name", "description": "From B"}),
    (
        "settings in part the same",
        {"name": "One name", "settings": js({"a": 1, "both": "A"})},
        {"name": "One name", "settings": js({"b": 2, "both": "B"})},
    ),
    ("inactive in B", {"name": "One name"}, {"name": "One name", "is_active": False}),
)

#: Who is a member of a workspace without an owner: the role, and since when.
MEMBERS_WITHOUT_OWNER: dict[str, tuple[tuple[str, str], ...]] = {
    "two admins": (("admin", "2024-02-02 00:00+00"), ("admin", "2024-01-01 00:00+00"), ("member", "2023-01-01 00:00+00")),
    "an owner among them": (("owner", "2024-02-02 00:00+00"), ("admin", "2024-01-01 00:00+00")),
    "an editor alone": (("editor", "2024-01-01 00:00+00"),),
    "nobody": (),
}

#: Ways in which metadata of B says that a workspace is the default one, or nearly says it.
DEFAULTS = (
    {"is_default": "true", "colour": "red"},
    {"is_default": True, "colour": "blue"},
    {"is_default": False},
    {"is_default": 1},
    {"is_default": "yes"},
)

#: What B's social_accounts holds beside clean elements.
ACCOUNTS = (
    ("one object instead of a list", {"platform": "twitter", "account_id": "one"}),
    ("a platform under another name", [{"platform": "X", "account_id": "two", "username": "@two"}]),
    ("a platform that there is not", [{"platform": "myspace", "account_id": "three"}]),
    ("no account id", [{"platform": "tiktok", "name": "four"}, {"platform": "tiktok"}]),
    ("one account twice", [{"platform": "linkedin", "account_id": "five"}, {"platform": "LinkedIn", "account_id": "five"}]),
    ("elements that are no objects", ["twitter", None, 7, ["youtube"]]),
    ("an object without a platform", [{"account_id": "six", "note": "which platform?"}]),
    ("text", "twitter:seven"),
)


@hazard("workspace_same_id", "The same workspace in A and B, described in two ways.").part(*BOTH)
def _same_id(making: Making) -> None:
    for what, of_a, of_b in DESCRIPTIONS:
        owner = making.pick("A.users")
        workspace = making.row("A.workspaces", what, owner_id=owner["id"], **of_a)
        making.support("A.workspace_members", workspace_id=workspace["id"], user_id=owner["id"], role="owner")
        making.row("B.workspaces", what, **{"id": workspace["id"], "owner_id": owner["id"], **of_b})


@hazard("workspace_same_id_two_owners", "One id of a workspace, in A and in B, with two owners.").part(*BOTH, "B.social_media_posts")
def _two_owners(making: Making) -> None:
    owner, other = making.support("A.users"), making.support("B.users")
    workspace = making.row("A.workspaces", "A's owner", owner_id=owner["id"], name="Disputed")
    making.support("A.workspace_members", workspace_id=workspace["id"], user_id=owner["id"], role="owner")
    making.row("B.workspaces", "B's owner", id=workspace["id"], owner_id=other["id"], name="Disputed")
    making.support("B.social_media_posts", workspace_id=workspace["id"], user_id=other["id"])


@hazard("workspace_same_id_of_one_person", "One id of a workspace, in A and in B, whose owner is one person under two ids.").part(*BOTH)
def _one_person(making: Making) -> None:
    owner = making.support("A.users", email=making.address())
    same = making.support("B.users", email=str(owner["email"]).upper())
    workspace = making.row("A.workspaces", "A's id", owner_id=owner["id"], name="Shared")
    making.support("A.workspace_members", workspace_id=workspace["id"], user_id=owner["id"], role="owner")
    making.row("B.workspaces", "B's id", id=workspace["id"], owner_id=same["id"], name="Shared")


one_name = hazard("workspaces_of_one_name", "Two workspaces of one owner with one name.")


@one_name.part("A.workspaces", "A.users")
def _one_name_in_a(making: Making) -> None:
    owner = making.support("A.users")
    for _ in range(2):
        making.row("A.workspaces", "in A", owner_id=owner["id"], name="Twins")


@one_name.part("B.workspaces", "B.users")
def _one_name_in_b(making: Making) -> None:
    owner = making.support("B.users")
    for _ in range(2):
        making.row("B.workspaces", "in B", owner_id=owner["id"], name="Twins")


@one_name.part(*BOTH)
def _one_name_in_both(making: Making) -> None:
    owner = making.pick("A.users")
    making.row("A.workspaces", "one in each", owner_id=owner["id"], name="Twins apart")
    making.row("B.workspaces", "one in each", owner_id=owner["id"], name="Twins apart")


ownerless = hazard("workspace_without_owner", "Workspaces whose owner_id is NULL.", each("B.workspaces", "owner_id", None))


@ownerless.part("A.workspaces", "A.workspace_members")
def _without_owner(making: Making) -> None:
    for what, members in MEMBERS_WITHOUT_OWNER.items():
        workspace = making.row("A.workspaces", what, owner_id=None)
        for role, joined_at in members:
            user = making.person("A.workspaces")
            making.support("A.workspace_members", workspace_id=workspace["id"], user_id=user["id"], role=role, joined_at=joined_at)


@hazard("owner_is_no_owner_member", "Workspaces whose owner is no member, or a lesser one.").part("A.workspaces", "A.workspace_members")
def _no_owner_member(making: Making) -> None:
    for role in (None, "member", "editor"):
        owner = making.person("A.workspaces")
        workspace = making.row("A.workspaces", role or "no member", owner_id=owner["id"])
        if role:
            making.support("A.workspace_members", workspace_id=workspace["id"], user_id=owner["id"], role=role)


@hazard("default_workspace_in_other_words", "Workspaces of B, several of one owner, that say in odd ways that they are the default.").part(
    "B.workspaces"
)
def _defaults(making: Making) -> None:
    owner = making.person("B.workspaces")
    for metadata in DEFAULTS:
        making.row("B.workspaces", js(metadata), owner_id=owner["id"], name=js(metadata), metadata=js(metadata))


accounts = hazard("accounts_in_other_shapes", "social_accounts of B that is no list of objects with a known platform.")


@accounts.part("B.workspaces")
def _accounts(making: Making) -> None:
    for what, value in ACCOUNTS:
        making.row("B.workspaces", what, social_accounts=js(value))


@hazard("account_in_both", "An account that A has as a row and B as an element of social_accounts, in the same workspace.").part(
    *BOTH, "A.user_social_accounts"
)
def _account_in_both(making: Making) -> None:
    owner, platform = making.pick("A.users"), making.pick("A.social_platforms", name="instagram")
    workspace = making.workspace("A.workspaces", owner)
    making.row(
        "A.user_social_accounts", "A's", workspace_id=workspace["id"], user_id=owner["id"], platform_id=platform["id"],
        account_id="both-1", token_expires_at=None,
    )  # fmt: skip
    element = {"platform": "Instagram", "account_id": "both-1", "account_name": "From B", "token_expires_at": "2026-05-01T10:00:00Z"}
    making.row("B.workspaces", "B's", id=workspace["id"], owner_id=owner["id"], name=workspace["name"], social_accounts=js([element]))


#: The avatars that A came with.
DEFAULT_AVATARS = ("Professional Male", "Professional Female", "Casual Male", "Casual Female")

# Rows without a workspace, by what tells theirs.

#: Tables whose rows have a parent with a workspace: the column that names it.
PARENTS = {
    "A.content_media": "post_id",
    "A.content_insights": "workflow_id",
    "A.video_generations": "script_id",
    "A.avatar_usage_stats": "profile_id",
    "B.analytics_events": "post_id",
    "B.research_jobs": "configuration_id",
    "B.research_results": "job_id",
}

#: Tables without such a parent, or that may do without.
CHILDREN = (
    "A.content_posts",
    "A.social_media_posts",
    "A.workflow_executions",
    "B.social_media_posts",
    "B.media_assets",
    "B.worker_tasks",
)


@hazard("workspace_of_parent", "Rows without a workspace whose parent has one.").part()
def _of_parent(making: Making) -> None:
    for place, column in PARENTS.items():
        if making.world.has(place):
            clean = making.pick(place)
            nobody: Row = {"user_id": None} if "user_id" in clean else {}
            making.row(place, f"by {column}", **{"workspace_id": None, column: clean[column], **nobody})
    if making.world.has("B.analytics_events"):
        task = making.pick("B.worker_tasks")
        making.row("B.analytics_events", "by task_id", workspace_id=None, user_id=None, post_id=None, task_id=task["id"])


@hazard("workspace_of_only", "Rows without a workspace, by people who have one alone.").part()
def _of_only(making: Making) -> None:
    for place in _children(making):
        user = making.person(place)
        making.workspace(place, user)
        making.row(place, "one", workspace_id=None, user_id=user["id"])


@hazard("workspace_of_default", "Rows without a workspace, by people who have several, of which one is the default.").part("B.workspaces")
def _of_default(making: Making) -> None:
    for place in _children(making):
        if making.beside(place, "workspaces") == "B.workspaces":
            user = making.person(place)
            making.workspace(place, user)
            making.workspace(place, user, name="My Workspace", metadata=js({"is_default": True}))
            making.row(place, "one of two", workspace_id=None, user_id=user["id"])


@hazard("workspace_of_several", "Rows without a workspace, by people who have several, and no default one.").part()
def _of_several(making: Making) -> None:
    for place in _children(making):
        user = making.person(place)
        making.workspace(place, user)
        making.workspace(place, user)
        making.row(place, "two", workspace_id=None, user_id=user["id"])


@hazard("workspace_of_nobody", "Rows without a workspace, by nobody, or by people without one.").part()
def _of_nobody(making: Making) -> None:
    for place in _children(making):
        making.row(place, "nobody", workspace_id=None, user_id=None)
        making.row(place, "somebody without", workspace_id=None, user_id=making.person(place)["id"])


def _children(making: Making) -> list[str]:
    return [place for place in CHILDREN if making.world.has(place)]


# Avatars without a workspace.

avatars = hazard("avatars_of_all", "A's four avatars without a workspace, shared by all, and what refers to them.", once=True)


@avatars.part("A.avatar_profiles")
def _avatars(making: Making) -> None:
    for number, name in enumerate(DEFAULT_AVATARS):
        avatar = making.row("A.avatar_profiles", name, workspace_id=None, name=name, is_default=number == 0, display_order=number)
        for place in ("A.video_generations", "A.avatar_usage_stats"):
            if making.world.has(place):
                workspace = making.pick(making.beside(place, "workspaces"))
                making.support(place, profile_id=avatar["id"], workspace_id=workspace["id"])


@avatars.part("A.avatar_profiles", "A.video_generations")
def _of_avatar_alone(making: Making) -> None:
    avatar = making.support("A.avatar_profiles", name="Everybody's", workspace_id=None)
    making.support("A.video_generations", profile_id=avatar["id"], script_id=None, workspace_id=None, user_id=None)


hazard("avatars_of_nobody", "Avatars of B without a workspace, which are nobody's.", each("B.avatar_profiles", "workspace_id", None))
