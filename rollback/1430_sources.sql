select consolidation.drop_sources();

drop function consolidation.found_as(text);

drop function consolidation.drop_sources();

drop function consolidation.build_sources();

drop function consolidation.build_source(text, text);

drop function consolidation.is_unique(regclass, text);

drop function consolidation.adapted(text, text, text, boolean);

drop function consolidation.without_length(text);

drop function consolidation.plain_type(text);

drop function consolidation.cast_or_null(text, anyelement);

drop function consolidation.flag(text);

drop function consolidation.text_list(text);

drop table consolidation.keyless;

drop table consolidation.sources;
