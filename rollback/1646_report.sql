drop function consolidation.report_steps();

drop function consolidation.report_waiting();

drop function consolidation.report_words(integer);

drop function consolidation.report_kept();

drop function consolidation.report_rejects(integer);

drop function consolidation.report_conflicts(integer);

drop function consolidation.report_merges(integer);

drop function consolidation.report_flows();

drop function consolidation.report_drift();

drop function consolidation.report_sources();

drop function consolidation.report_tables();

drop view consolidation.mapped_columns;
