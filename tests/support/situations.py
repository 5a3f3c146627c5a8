"""What the conditions of the access matrix mean: for each of them the row that it speaks of, and the change that is tried.

A table that is not listed under a command has one kind of row there. Rows that exist were written by the actor "author" unless it says
otherwise, and whoever inserts does so as oneself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scripts.matrix import ANY

#: Stand for people in what a row holds: whoever acts, somebody else, and an owner who is not the accountable one.
ME, ANOTHER, DEPUTY = object(), object(), object()


@dataclass(frozen=True)
class Situation:
    """A kind of row under a condition of the matrix.

    `row` and `post` are what the row, and the post that it belongs to, hold. `mine` says whether whoever acts wrote it: the actor "author"
    is asked about own rows only, "member" about those of others. `oneself`: the row is about whoever acts. `place` is the workspace that it
    is in: the own one, another, or the platform's. `change` is what an update sets, where that matters.
    """

    condition: str
    row: Mapping[str, Any] = field(default_factory=dict)
    post: Mapping[str, Any] = field(default_factory=dict)
    mine: bool | None = None
    oneself: bool = False
    place: str = "own"
    change: Mapping[str, Any] = field(default_factory=dict)


_SOON = {"status": "scheduled", "scheduled_for": "2100-01-01"}
_PUBLIC = {"is_public": True}
_OWN, _OTHERS = {"user_id": ME}, {"user_id": ANOTHER}
_DRAFT = {"status": "draft"}

_PERSON = (Situation("oneself", oneself=True), Situation("another person"))

_ADDED = (Situation("own", _OWN), Situation("in another's name", _OTHERS))

_OWNED = (Situation("own", _OWN, mine=True), Situation("another's", _OTHERS, mine=False))

_HOME = (Situation("of the workspace"), Situation("of the platform", place="platform"))

_SHOWN = (
    Situation("not public"),
    Situation("public", _PUBLIC),
    Situation("public elsewhere", _PUBLIC, place="other"),
)

_PLATFORM = Situation("of the platform", place="platform")


def _drafts(ready: Mapping[str, Any]) -> tuple[Situation, ...]:
    return (
        Situation("own draft", _OWN | _DRAFT, mine=True),
        Situation("own, no draft", {**_OWN, **ready}, mine=True),
        Situation("another's draft", _OTHERS | _DRAFT, mine=False),
        Situation("another's, no draft", {**_OTHERS, **ready}, mine=False),
    )


def _drafted(ready: Mapping[str, Any]) -> dict[str, tuple[Situation, ...]]:
    moved_on = Situation("own draft, moved on", _OWN | _DRAFT, mine=True, change=ready)
    return {"update": (*_drafts(ready), moved_on), "delete": _drafts(ready)}


def _shared(*platform: Situation) -> dict[str, tuple[Situation, ...]]:
    there = (
        *_OWNED,
        Situation("own, public", _OWN | _PUBLIC, mine=True),
        Situation("another's, public", _OTHERS | _PUBLIC, mine=False),
        *platform,
    )
    return {
        "select": (*_SHOWN, *platform),
        "insert": (*_ADDED, Situation("own, public", _OWN | _PUBLIC), *platform),
        "update": (*there, Situation("own, made public", _OWN, mine=True, change=_PUBLIC)),
        "delete": there,
    }


_FORM_ADDED = (
    Situation("own draft of an own draft", _OWN | _DRAFT, _OWN | _DRAFT),
    Situation("own draft of an own post that is none", _OWN | _DRAFT, _OWN | _SOON),
    Situation("own draft of another's post", _OWN | _DRAFT, _OTHERS | _DRAFT),
    Situation("own, scheduled", _OWN | _SOON, _OWN | _DRAFT),
    Situation("own, published", _OWN | {"status": "published"}, _OWN | _DRAFT),
    Situation("in another's name", _OTHERS | _DRAFT, _OWN | _DRAFT),
)

_FORMS = (
    Situation("own draft of an own draft", _OWN | _DRAFT, _OWN | _DRAFT, mine=True),
    Situation("own draft of an own post that is none", _OWN | _DRAFT, _OWN | _SOON, mine=True),
    Situation("own draft of another's post", _OWN | _DRAFT, _OTHERS | _DRAFT, mine=True),
    Situation("own, no draft", _OWN | _SOON, _OWN | _DRAFT, mine=True),
    Situation("another's draft", _OTHERS | _DRAFT, _OTHERS | _DRAFT, mine=False),
    Situation("another's, no draft", _OTHERS | _SOON, _OTHERS | _DRAFT, mine=False),
)

_ATTACHED = (
    Situation("of an own draft", post=_OWN | _DRAFT, mine=True),
    Situation("of an own post that is none", post=_OWN | _SOON, mine=True),
    Situation("of another's draft", post=_OTHERS | _DRAFT, mine=False),
    Situation("of another's, no draft", post=_OTHERS | _SOON, mine=False),
)

_ACTIVE = {"status": "active"}

#: By table and command.
SITUATIONS: dict[str, dict[str, tuple[Situation, ...]]] = {
    "users": {"select": _PERSON, "update": _PERSON, "delete": _PERSON},
    "workspaces": {
        "select": _HOME,
        "delete": (
            Situation("accountable for it"),
            Situation("another is accountable", {"owner_id": DEPUTY}),
        ),
    },
    # somebody new: whoever belongs to it already cannot be added again
    "workspace_members": {"insert": (Situation(ANY),)},
    "user_social_accounts": {"insert": _ADDED, "update": _OWNED, "delete": _OWNED},
    "campaigns": {
        "insert": (
            Situation("own draft", _OWN | _DRAFT),
            Situation("own, no draft", _OWN | _ACTIVE),
            Situation("in another's name", _OTHERS | _DRAFT),
        ),
        **_drafted(_ACTIVE),
    },
    "content_posts": {
        "insert": (
            Situation("own draft", _OWN | _DRAFT),
            Situation("own, scheduled", _OWN | _SOON),
            Situation("own, published", _OWN | {"status": "published"}),
            Situation("in another's name", _OTHERS | _DRAFT),
        ),
        **_drafted(_SOON),
    },
    "social_media_posts": {
        "insert": _FORM_ADDED,
        "update": (*_FORMS, Situation("own draft, moved on", _OWN | _DRAFT, _OWN | _DRAFT, mine=True, change=_SOON)),
        "delete": _FORMS,
    },
    "content_media": {"insert": _ATTACHED, "update": _ATTACHED, "delete": _ATTACHED},
    "content_templates": _shared(_PLATFORM),
    "media_assets": _shared(),
    "avatar_profiles": {"select": _HOME, "insert": _HOME, "update": _HOME, "delete": _HOME},
    "script_generations": {"insert": _ADDED, "update": _OWNED},
    "video_generations": {"select": _SHOWN},
    "user_video_limits": {"select": (Situation("oneself", _OWN, oneself=True), Situation("another person"))},
    "workflow_executions": {"insert": _ADDED},
    "research_configurations": {"insert": _ADDED},
    "research_jobs": {"insert": _ADDED},
    "research_results": {"select": _SHOWN},
    "analytics_events": {"insert": _ADDED},
    "user_activity_logs": {
        "select": (
            Situation("about oneself", _OWN, oneself=True),
            Situation("about another", _OTHERS),
        ),
    },
}


def situations(table: str, command: str) -> tuple[Situation, ...]:
    """Return the kinds of rows that the matrix tells apart under a command of a table."""
    plain = Situation(ANY, _OWN if command == "insert" else {})  # where a table has authors
    return SITUATIONS.get(table, {}).get(command, (plain,))
