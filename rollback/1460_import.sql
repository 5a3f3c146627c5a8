drop function consolidation.retry_rejects(text);

drop function consolidation.import_all(double precision, text, integer);

drop function consolidation.import_next(text, integer);

drop function consolidation.begin_run(text);

drop function consolidation.finish_step(text);

drop function consolidation.prepare_step(text, text, boolean);

drop function consolidation.import_range(text, text, tid, tid);
