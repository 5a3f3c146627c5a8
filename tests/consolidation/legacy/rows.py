"""Clean rows: what the import takes as it is, each in one workspace, with all that it refers to in the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

from tests.consolidation.legacy.lists import Shape, columns_of, in_order, refers
from tests.consolidation.legacy.values import PLATFORMS, TIERS, Row, Value, js, moment, new_uuid, value_of

#: How many rows a table has for each person; every table has one at least.
ROWS_FOR_A_PERSON: Mapping[str, float] = {
    "users": 1,
    "workspaces": 1.5,
    "workspace_members": 2.5,
    "user_social_accounts": 1,
    "content_posts": 3,
    "content_media": 2,
    "social_media_posts": 2.5,
    "post_publications": 1.5,
    "avatar_profiles": 0.5,
    "avatar_usage_stats": 0.5,
    "script_generations": 1,
    "video_generations": 1,
    "video_analytics": 1,
    "user_video_limits": 1,
    "workflow_executions": 1,
    "workflow_approvals": 0.5,
    "content_insights": 1,
    "content_recommendations": 1,
    "platform_analytics": 3,
    "user_activity_logs": 3,
    "media_assets": 2,
    "content_templates": 0.5,
    "campaigns": 0.5,
    "worker_tasks": 2,
    "worker_results": 2,
    "research_configurations": 0.5,
    "research_jobs": 1,
    "research_results": 1,
    "analytics_events": 4,
    "content_embeddings": 0.7,
}


@dataclass
class Filling:
    """One database while it is filled: all its rows, and of the clean ones what later rows refer to."""

    name: str
    shape: Shape
    rows: dict[str, list[Row]] = field(default_factory=dict)
    by_key: dict[tuple[str, Value], Row] = field(default_factory=dict)
    #: Of each table the clean rows, in all and by workspace.
    clean: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    within: dict[tuple[str, Value], list[Row]] = field(default_factory=lambda: defaultdict(list))
    #: Of each table the columns that refer to another, and to which.
    references: dict[str, dict[str, str]] = field(default_factory=dict)
    #: Of each workspace its people, the owner first.
    people: dict[Value, list[Value]] = field(default_factory=lambda: defaultdict(list))
    #: Rows of a table in whose workspace there is a row of each of some others.
    turns: dict[tuple[str, ...], list[Row]] = field(default_factory=dict)
    #: Posts that a clean campaign names.
    in_campaigns: set[str | None] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.rows = {table: [] for table in in_order(self.shape)}
        for table, letter in self.shape.items():
            columns = columns_of(letter, table)
            self.references[table] = {column.name: column.parent for column in columns if column.parent and refers(self.shape, column)}

    def add(self, table: str, row: Row, *, clean: bool) -> Row:
        """Take a row in. One that is not clean changes nothing for the rows of others: each hazard can be left out."""
        self.rows[table].append(row)
        self.by_key[table, row["id"]] = row
        if clean:
            self.clean[table].append(row)
            self.within[table, row.get("workspace_id")].append(row)
        if table == "workspaces":
            self.people[row["id"]].append(row["owner_id"])
        elif table == "workspace_members" and (clean or not self._is_clean("workspaces", row["workspace_id"])):
            self.people[row["workspace_id"]].append(row["user_id"])
        elif table == "campaigns" and clean and isinstance(row["posts"], list):
            self.in_campaigns.update(row["posts"])
        return row

    def _is_clean(self, table: str, key: Value) -> bool:
        return any(row["id"] == key for row in self.clean[table])


def fill(into: Filling, people: list[Row], size: int, rng: Random) -> None:
    """Make the clean rows of one database: people as given (id, email, full_name), then each table after those that it refers to."""
    for table in into.rows:
        match table:
            case "users":
                for person in people:
                    into.add(table, make(into, table, rng, len(into.clean[table]), **person), clean=True)
            case "social_platforms":
                for name, display_name in PLATFORMS.items():
                    into.add(table, make(into, table, rng, 0, name=name, display_name=display_name), clean=True)
            case "workspace_members":
                _members(into, rng)
            case _:
                for place in range(max(1, round(size * ROWS_FOR_A_PERSON[table]))):
                    into.add(table, make(into, table, rng, place), clean=True)


def _members(into: Filling, rng: Random) -> None:
    """Each workspace has its owner as a member, and where there is somebody else one more."""
    users = into.clean["users"]
    for place, workspace in enumerate(into.clean["workspaces"]):
        owner, other = workspace["owner_id"], users[(place + 1) % len(users)]["id"]
        own = {"workspace_id": workspace["id"], "user_id": owner, "role": "owner"}
        into.add("workspace_members", make(into, "workspace_members", rng, place, **own), clean=True)
        if other != owner:
            also = {"workspace_id": workspace["id"], "user_id": other}
            into.add("workspace_members", make(into, "workspace_members", rng, place, **also), clean=True)


def make(into: Filling, table: str, rng: Random, place: int, **given: Value) -> Row:
    """Return a clean row, but for the values given, not taken in yet.

    `place` counts the rows of the table: it makes an integer key, and what is referred to takes its turn by it.
    """
    letter = into.shape[table]
    columns = columns_of(letter, table)
    assert given.keys() <= {column.name for column in columns}, f"{given.keys()} are not all columns of {letter}.{table}"
    row: Row = {column.name: None for column in columns}
    row.update(_references(into, table, rng, place, given))
    at = moment(rng)
    for column in columns:
        if column.is_key:
            row[column.name] = place + 1 if column.sequence else new_uuid(rng)
        elif column.parent is None:
            row[column.name] = value_of(column, rng, at)
    if tidy := TIDY.get((letter, table)):
        row |= tidy(Draft(into, row | given, rng, place))
    return row | given


def _references(into: Filling, table: str, rng: Random, place: int, given: Mapping[str, Value]) -> Row:
    """Choose what a row refers to: its first parent takes its turn and gives the workspace, within which the rest is chosen by chance."""
    columns = into.references[table]
    parents = {name: parent for name, parent in columns.items() if parent not in {"users", "workspaces", "social_platforms"}}
    named = (into.by_key.get((parent, given[name]), {}).get("workspace_id") for name, parent in parents.items() if name in given)
    workspace = given.get("workspace_id") or next((one for one in named if one), None)
    found: Row = {}
    open_ones = {name: parent for name, parent in parents.items() if name not in given}
    for name, parent in open_ones.items():
        if workspace is None:
            row = _first_parent(into, parent, [*open_ones.values()], place)
            found[name], workspace = row["id"], row["workspace_id"]
        elif candidates := into.within[parent, workspace]:
            found[name] = rng.choice(candidates)["id"]
    if workspace is None and "workspaces" in columns.values():
        workspace = _by_turn(into, "workspaces", place)
    people = into.people.get(workspace) or [_by_turn(into, "users", place)]
    for name, parent in columns.items():
        match parent:
            case "workspaces":
                found[name] = workspace
            case "users":
                found[name] = rng.choice(people)
            case "social_platforms":
                found[name] = rng.choice(into.clean[parent])["id"]
    return found


def _first_parent(into: Filling, table: str, others: list[str], place: int) -> Row:
    """Return the row whose turn it is, among those in whose workspace there is one of each other parent as well."""
    key = (table, *others)
    if key not in into.turns:
        into.turns[key] = [row for row in into.clean[table] if all(into.within[other, row["workspace_id"]] for other in others)]
    rows = into.turns[key]
    return rows[place % len(rows)]


def _by_turn(into: Filling, table: str, place: int) -> Value:
    rows = into.clean[table]
    return rows[place % len(rows)]["id"] if rows else None


# What the generic values do not give: texts that name rows, and values that have to agree with each other.


@dataclass(frozen=True)
class Draft:
    """A row on the way, with the values given for it, and what its last values are chosen by."""

    into: Filling
    row: Row
    rng: Random
    place: int

    def of_the_workspace(self, table: str) -> list[Row]:
        """Return the clean rows of a table in the row's workspace; none where the database lacks the table."""
        return self.into.within[table, self.row["workspace_id"]]

    def some(self, table: str) -> list[str | None]:
        """Return the keys of up to two of them."""
        rows = self.of_the_workspace(table)
        return [str(one["id"]) for one in self.rng.sample(rows, min(len(rows), self.rng.randint(0, 2)))]

    def platforms(self) -> list[str | None]:
        """Return one to three names of platforms."""
        return [*self.rng.sample(tuple(PLATFORMS), self.rng.randint(1, 3))]

    def mark(self) -> str:
        """Return something that no other row has."""
        return f"{self.rng.getrandbits(32):08x}"


def _workspace(draft: Draft) -> Row:
    """Everybody owns one; of B that is the one from the trigger. Those beyond are further ones."""
    users = draft.into.clean["users"]
    found: Row = {"owner_id": users[draft.place % len(users)]["id"]}
    if draft.into.shape["workspaces"] == "A":
        return found
    found |= {"is_active": True, "social_accounts": js([])}
    if draft.place < len(users):
        return found | {"name": "My Workspace", "metadata": js({"is_default": True})}
    mark = draft.mark()
    account = {"platform": draft.rng.choice(tuple(PLATFORMS)), "account_id": f"acc-{mark}", "account_name": f"Account {mark}"}
    return found | {"social_accounts": js([account])}


def _limit(draft: Draft) -> Row:
    """One for each person, as the tier says."""
    users, workspaces = draft.into.clean["users"], draft.into.clean["workspaces"]
    turn = draft.place % len(users)  # the first workspaces are owned by the people in their order
    allowed = TIERS.get(str(draft.row["subscription_tier"]), 1)
    return {
        "user_id": users[turn]["id"], "workspace_id": workspaces[turn]["id"], "monthly_limit": allowed,
        "videos_this_month": draft.rng.randint(0, allowed), "is_admin": False,
    }  # fmt: skip


def _post(draft: Draft) -> Row:
    """Results and analytics are keyed by the platforms of the post: of A in an object, of B in an array."""
    mark, rng = draft.mark(), draft.rng
    names = draft.platforms()
    results = {str(name): {"id": f"{name}-{mark}", "status": "success"} for name in names}
    found: Row = {"platforms": names, "analytics": js({str(name): {"likes": rng.randrange(1000)} for name in names})}
    if draft.into.shape["social_media_posts"] == "A":
        return found | {"platform_results": js(results), "media_assets": [f"https://media.example.org/assets/{mark}.png"]}
    return found | {
        "platform_results": js([{"platform": name, **result} for name, result in results.items()]),
        "media_urls": [f"https://media.example.org/posts/{mark}-{number}.png" for number in range(rng.randint(0, 2))],
        "media_assets": draft.some("media_assets"),
    }


def _campaign(draft: Draft) -> Row:
    """Posts of the workspace, each in one campaign."""
    return {"posts": [key for key in draft.some("social_media_posts") if key not in draft.into.in_campaigns]}


def _approval(draft: Draft) -> Row:
    """Each run is decided once; an approval beyond the last run names none."""
    runs = draft.into.clean["workflow_executions"]
    return {"workflow_id": str(runs[draft.place]["id"]) if draft.place < len(runs) else f"run-{draft.mark()}"}


def _video_of_b(draft: Draft) -> Row:
    runs = draft.of_the_workspace("workflow_executions")
    return {"workflow_id": str(draft.rng.choice(runs)["id"]) if runs else None}


def _embedding(draft: Draft) -> Row:
    posts = draft.into.clean["social_media_posts"]
    post = posts[draft.place % len(posts)]
    return {"content_type": "post", "content_id": post["id"], "workspace_id": post["workspace_id"]}


def _log(draft: Draft) -> Row:
    posts = draft.of_the_workspace("content_posts")
    return {"resource_id": str(draft.rng.choice(posts)["id"]) if posts else None}


TIDY: Mapping[tuple[str, str], Callable[[Draft], Row]] = {
    # no rights that the import would not give
    ("A", "users"): lambda _: {"is_admin": False},
    ("B", "users"): lambda _: {"is_active": True},
    ("A", "avatar_profiles"): lambda _: {"is_default": False},
    ("A", "workspaces"): _workspace,
    ("B", "workspaces"): _workspace,
    ("A", "user_video_limits"): _limit,
    ("A", "social_media_posts"): _post,
    ("B", "social_media_posts"): _post,
    ("A", "content_recommendations"): lambda draft: {"recommended_platforms": draft.platforms()},
    ("B", "content_templates"): lambda draft: {"platforms": draft.platforms()},
    ("A", "user_activity_logs"): _log,
    ("B", "campaigns"): _campaign,
    ("B", "workflow_approvals"): _approval,
    ("B", "video_generations"): _video_of_b,
    ("B", "content_embeddings"): _embedding,
}


def people(rng: Random, size: int) -> list[Row]:
    """Return so many people, of whom A and B say the same, under one id and one address."""
    return [
        {
            "id": new_uuid(rng),
            "email": f"person{number}@example.org",
            "full_name": f"Person {number} {rng.getrandbits(32):08x}",
            "avatar_url": f"https://media.example.org/people/{number}.png",
            "created_at": moment(rng).isoformat(),
        }
        for number in range(size)
    ]
