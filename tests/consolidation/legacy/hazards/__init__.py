"""All that real legacy data holds beside clean rows: HAZARDS, by name. Each module has those about one thing."""

from tests.consolidation.legacy.hazards import links, nulls, numbers, people, posts, texts, tokens, words, workspaces
from tests.consolidation.legacy.hazards.kit import HAZARDS, Hazard, Made, World

__all__ = ["HAZARDS", "Hazard", "Made", "World", "links", "nulls", "numbers", "people", "posts", "texts", "tokens", "words", "workspaces"]
