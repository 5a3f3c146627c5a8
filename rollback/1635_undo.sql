drop function consolidation.undo(text, boolean);

drop function consolidation.forget_rows(text);

drop function consolidation.delete_going();

drop function consolidation.restore_overwritten(regclass, text);

drop function consolidation.referring(regclass, regclass, text[], text[]);

drop function consolidation.changed_since(text);

drop function consolidation.find_changes(text);

drop function consolidation.references_of(regclass);

drop function consolidation.made_rows(text, text);

drop function consolidation.find_imported(text);

drop function consolidation.imported_tables();

drop table consolidation.undone;

drop table consolidation.going;
