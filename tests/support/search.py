"""Rows of the domain search for tests."""

from __future__ import annotations

from uuid import UUID, uuid4

from scripts.target import Connection
from tests.support.rows import Maker, Values

#: The dimensions of an embedding.
DIMENSIONS = 1536


def vector(*numbers: float) -> str:
    """Return an embedding that begins with the numbers and goes on with zeros, as PostgreSQL reads it."""
    return str([*numbers, *[0.0] * (DIMENSIONS - len(numbers))])


def _embedding(connection: Connection, workspace: UUID) -> Values:
    del connection
    return {
        "workspace_id": workspace,
        "content_type": "content_posts",
        "content_id": uuid4(),
        "content": "A text",
        "embedding": vector(0.5, -0.25),
    }


MAKERS: dict[str, Maker] = {"content_embeddings": _embedding}

#: For each check constraint the values that break it, and it alone.
BREAKERS: dict[str, Values] = {}
