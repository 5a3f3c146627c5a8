drop view consolidation.targets;

drop table consolidation.put_aside;

drop table consolidation.places;

drop table consolidation.taken;

drop table consolidation.auth_addresses;

drop table consolidation.value_map;

drop table consolidation.decisions;

drop table consolidation.conflicts;

drop table consolidation.kept;

drop table consolidation.rejects;

drop table consolidation.ledger_targets;

drop table consolidation.ledger;

drop table consolidation.progress;

drop table consolidation.steps;

drop table consolidation.runs;
