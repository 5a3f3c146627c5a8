"""Legacy databases for tests and benches of the consolidation.

    legacy = generate(seed=1)                                     # A and B, two people, all hazards, as plain rows
    install(connection, legacy.of("A"), "legacy_a")               # tables, rows and drift
    legacy.made["priority_out_of_range"]                          # which rows that hazard made: letter, table, key, what
    generate(1, 3, {"attacker"}, drift={"own_view_a"}, shapes=(A,), accounts=False)
    generate(1, shapes=(together(frozenset({"users"})),)).of("AB")  # both in one schema, users in B's shape

LAWFUL are the hazards that the lists allow. legacy_databases() is the same for hypothesis, install_bulk() makes millions of rows,
create_source() a database away from the platform, and sql/found/ has a view for each hazard that finds its rows in legacy_a and legacy_b.
"""

from tests.consolidation.legacy.bulk import install_bulk, install_bulk_accounts
from tests.consolidation.legacy.drift import DRIFT
from tests.consolidation.legacy.generator import ALL, LARGE, LAWFUL, SMALL, TINY, Database, Legacy, generate
from tests.consolidation.legacy.hazards import HAZARDS, Made
from tests.consolidation.legacy.lists import SHARED, A, B, together
from tests.consolidation.legacy.load import create_source, install, load, load_accounts
from tests.consolidation.legacy.strategy import legacy_databases

__all__ = [
    "ALL", "DRIFT", "HAZARDS", "LARGE", "LAWFUL", "SHARED", "SMALL", "TINY", "A", "B", "Database", "Legacy", "Made", "create_source",
    "generate", "install", "install_bulk", "install_bulk_accounts", "legacy_databases", "load", "load_accounts", "together",
]  # fmt: skip
