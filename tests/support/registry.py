"""All domains' makers and breakers in one place."""

from __future__ import annotations

from tests.support import accounts, content, measures, people, research, search, studio, work
from tests.support.rows import Maker, Values

_DOMAINS = (people, accounts, content, work, studio, research, measures, search)

MAKERS: dict[str, Maker] = {table: maker for domain in _DOMAINS for table, maker in domain.MAKERS.items()}

BREAKERS: dict[str, Values] = {name: values for domain in _DOMAINS for name, values in domain.BREAKERS.items()}
