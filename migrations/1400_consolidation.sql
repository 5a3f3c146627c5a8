-- stands alone
-- Why: the import of both legacy databases keeps its books, and does its work, in a schema of its own.
-- Touches: one new, empty schema. Nothing can go wrong but a name that is taken.
-- Files whose first line says `stands alone` need nothing of the hybrid. `make capture` applies them before all others, because a legacy
-- `public` must move aside before the hybrid's tables are made there (docs/decisions/0008).

create schema consolidation;

comment on schema consolidation is 'The import of the two legacy databases: what was captured, where each row went, what waits for a human.';
