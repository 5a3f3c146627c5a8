"""One way of writing what PostgreSQL prints in two: as an expression was typed, and as it comes back from a dump.

Two forms are known to change. `in (...)` over varchar casts the list when it is typed, and each element once it was dumped. Of three rows
or more, `(a, b) in (...)` becomes an OR in an OR when it is typed, and one OR once it was dumped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_LITERAL = "'(?:[^']|'')*'"
_VARCHAR_LIST = re.compile(rf"\(ARRAY\[({_LITERAL}::character varying(?:, {_LITERAL}::character varying)*)\]\)::text\[\]")
_VARCHAR_ELEMENT = re.compile(rf"\(({_LITERAL})::character varying\)::text")
_VARCHAR = re.compile(rf"({_LITERAL})::character varying")

#: What a condition is taken apart into: literals and quoted names as a whole, parentheses, the two words, and what is between.
_TOKEN = re.compile(rf"""{_LITERAL}|"(?:[^"]|"")*"|[()]|\b(?:OR|AND)\b|\s+|\w+|.""", re.DOTALL)
_WORDS = ("OR", "AND")


@dataclass
class _Group:
    """What stands between two parentheses: text, groups within it, and which of the two words join its parts."""

    parts: list[str | _Group] = field(default_factory=list)
    words: set[str] = field(default_factory=set)

    def text(self) -> str:
        """Return it as it is written, without its parentheses; a group of the same word as its parent's loses them."""
        return "".join(part if isinstance(part, str) else self._within(place, part) for place, part in enumerate(self.parts))

    def _within(self, place: int, group: _Group) -> str:
        is_flat = len(self.words) == 1 and group.words == self.words and self._stands_alone(place)
        return group.text() if is_flat else f"({group.text()})"

    def _stands_alone(self, place: int) -> bool:
        """Tell whether nothing but the ends or the word is beside a part: no function is called, nothing is cast."""
        before = next((part for part in reversed(self.parts[:place]) if not _is_space(part)), None)
        after = next((part for part in self.parts[place + 1 :] if not _is_space(part)), None)
        return before in (None, *_WORDS) and after in (None, *_WORDS)


def _is_space(part: str | _Group) -> bool:
    return isinstance(part, str) and part.isspace()


def canonical(text: str) -> str:
    """Return a definition in the one way."""
    text = _VARCHAR_LIST.sub(lambda found: "ARRAY[" + _VARCHAR.sub(r"\1::text", found[1]) + "]", text)
    text = _VARCHAR_ELEMENT.sub(r"\1::text", text)
    return _flat(text) if ") OR " in text or ") AND " in text else text


def _flat(text: str) -> str:
    """Return a text in which no OR is the operand of an OR, and no AND of an AND; as it is where its parentheses do not match."""
    open_groups = [_Group()]
    for found in _TOKEN.finditer(text):
        piece = found[0]
        if piece == "(":
            open_groups.append(_Group())
        elif piece == ")":
            if len(open_groups) == 1:
                return text
            done = open_groups.pop()
            open_groups[-1].parts.append(done)
        else:
            if piece in _WORDS:
                open_groups[-1].words.add(piece)
            open_groups[-1].parts.append(piece)
    return open_groups[0].text() if len(open_groups) == 1 else text
