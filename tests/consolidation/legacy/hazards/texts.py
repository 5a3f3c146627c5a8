"""Text, jsonb and times that trip those who handle them carelessly."""

from __future__ import annotations

import json
from typing import Any

from tests.consolidation.legacy.hazards.kit import Making, Planted, each, hazard
from tests.consolidation.legacy.values import Row, js

#: Text by what is odd about it.
TEXTS = (
    "it's \"quoted\", ''twice'' and `so` and $tag$so$tag$",
    "back\\slash \\\\ \\n \\t \\. \\N \\x41",
    "\\.",
    "\\N",
    "NULL",
    "",
    "   ",
    "\t tab, \r\n two kinds of\n line ends \v\f",
    "emoji \U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f44d\U0001f3fd \U0001f3f3\ufe0f\u200d\U0001f308 \U0001d518",
    "עברית mixed with English and العربية \u202eoverridden\u202c",
    "caf\u00e9 and cafe\u0301, Å and A\u030a, ﬁ and \u00a0 no-break, \u200b zero width, \ufeff mark",
    "control \x01 \x1b[31m \x7f",
    '{1,2}, {"a": 1}, (a,b), a;b',
    "'); drop table users; --",
    "<script>alert(1)</script> &amp; %s %(name)s {0}",
    "=cmd|' /C calc'!A0",
)

#: jsonb by what is odd about it; the numbers are more exact than a float.
JSON_TEXTS = (
    '{"": 1, " ": 2, "a.b": 3, "it\'s": 4, "\\"": 5, "ключ": 6}',
    '{"large": 123456789012345678901234567890, "small": 0.1000, "exp": 1e-7, "minus": -0}',
    '{"emoji": "👩‍👩‍👧‍👦", "escaped": "\\ud83d\\ude00 \\n \\\\", "slash": "a/b"}',
    '{"list": [[], {}, null, true, "", [1, [2, [3]]]]}',
)

#: metadata that is no object.
NO_OBJECTS: tuple[Any, ...] = ([1, {"a": 2}], "only text", 7, True, [])

#: Times far away, to the microsecond, in other zones, and without end.
TIMES = (
    "1970-01-01 00:00:00+00",
    "1969-12-31 23:59:59.999999+00",
    "2100-12-31 23:59:59.999999+00",
    "infinity",
    "-infinity",
    "0044-03-15 12:00:00+00 BC",
    "2024-03-31 02:30:00+05:45",
    "2024-02-29 12:00:00.000001-11",
)

TIMED = (
    ("A.content_posts", "created_at"),
    ("A.content_posts", "scheduled_for"),
    ("A.platform_analytics", "recorded_at"),
    ("A.user_activity_logs", "created_at"),
    ("A.user_video_limits", "credits_reset_at"),
    ("B.analytics_events", "created_at"),
    ("B.social_media_posts", "published_at"),
    ("B.campaigns", "end_date"),
    ("B.worker_tasks", "scheduled_at"),
)

#: Characters in the longest text.
MEGABYTE = 2**20


def nested(depth: int) -> str:
    """Return jsonb with objects and lists in each other, so deep."""
    value: Any = "the bottom"
    for level in range(depth):
        value = [value] if level % 2 else {"level": value}
    return json.dumps(value)


hazard(
    "text_of_all_kinds",
    "Quotes, backslashes, line ends, emoji, right-to-left script, and what looks like code.",
    each("A.content_posts", "content", *TEXTS),
    each("A.users", "full_name", *TEXTS[:4]),
    each("B.social_media_posts", "content", *TEXTS),
    each("B.media_assets", "original_filename", *TEXTS),
    [Planted("A.content_posts", {"tags": [*TEXTS]}), Planted("B.social_media_posts", {"hashtags": [*TEXTS]})],
    [Planted("A.content_posts", {"metadata": js({text: text for text in TEXTS})})],
    [Planted("B.worker_tasks", {"input_data": js([*TEXTS])})],
)

hazard(
    "json_of_all_kinds",
    "jsonb with odd keys, exact numbers, and empty lists.",
    each("A.content_posts", "metadata", *JSON_TEXTS),
    each("A.user_activity_logs", "details", *JSON_TEXTS),
    each("B.worker_results", "result_data", *JSON_TEXTS),
    each("B.campaigns", "target_audience", *JSON_TEXTS),
)

hazard(
    "json_nested_deep",
    "jsonb nested 50 deep.",
    each("A.content_posts", "metadata", nested(50)),
    each("A.workflow_executions", "workflow_config", nested(50)),
    each("B.worker_tasks", "input_data", nested(50)),
    each("B.social_media_posts", "platform_results", nested(50)),
    each("B.workspaces", "social_accounts", nested(50)),
)

hazard(
    "metadata_is_no_object",
    "metadata that is a list, a text, a number or a boolean.",
    each("A.content_posts", "metadata", *map(js, NO_OBJECTS)),
    each("A.script_generations", "metadata", js([1])),
    each("A.user_video_limits", "metadata", js("text")),
    each("A.content_media", "metadata", js([2])),
    each("B.users", "metadata", js("text")),
    each("B.workspaces", "metadata", js(["is_default"])),
    each("B.social_media_posts", "metadata", *map(js, NO_OBJECTS)),
    each("B.campaigns", "metadata", js(7)),
    each("B.media_assets", "metadata", js([3])),
    each("B.video_generations", "metadata", js(False)),
)

hazard(
    "metadata_key_is_taken",
    "metadata that has the keys already under which the import puts what has no column.",
    [
        Planted("A.content_media", {"metadata": js({"file_type": "mine", "alt_text": "mine"}), "post_id": None}),
        Planted("A.user_video_limits", {"metadata": js({"legacy_workspace_id": "mine", "legacy_workspace_id_2": "mine too"})}),
        Planted("B.campaigns", {"metadata": js({"legacy_posts": "mine"}), "posts": ["no id"]}),
        Planted("B.social_media_posts", {"metadata": js({"legacy_media_assets": "mine"}), "media_assets": ["no id"]}),
    ],
)

hazard(
    "times_far_away",
    "Times in 1970 and 2100, before and after all others, and to the microsecond.",
    (Planted(place, {column: time}) for place, column in TIMED for time in TIMES),
)

long = hazard("text_of_a_megabyte", "A megabyte in one field.", once=True)


def _long(making: Making) -> Row:
    beginning = making.rng.randbytes(16).hex()
    lines = (f"{beginning}: line {number} of what somebody had to say at length.\n" for number in range(MEGABYTE // 64))
    return {"content": "".join(lines).ljust(MEGABYTE, ".")[:MEGABYTE]}


@long.part("A.content_posts")
def _long_in_a(making: Making) -> None:
    making.row("A.content_posts", "a megabyte", **_long(making))


@long.part("B.social_media_posts")
def _long_in_b(making: Making) -> None:
    making.row("B.social_media_posts", "a megabyte", **_long(making))
