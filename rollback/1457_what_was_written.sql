drop function consolidation.end_watch_with_the_run();

drop function consolidation.watch_changes(text[]);

drop function consolidation.note_changed_rows();

drop function consolidation.row_key_of(text[], text);

drop function consolidation.key_columns(regclass);

drop function consolidation.own_writes();

drop function consolidation.mark_writes();

drop function consolidation.cluster_number();

drop table secrets.overwritten_by_import;

drop table consolidation.writes;
