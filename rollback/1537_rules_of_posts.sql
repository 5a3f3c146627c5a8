drop function consolidation.by_platform(jsonb, text[], jsonb);

drop function consolidation.file_name_of_url(text);

drop function consolidation.percent_decoded(text);

drop function consolidation.media_type(text);

drop function consolidation.last_of_path(text);

drop function consolidation.with_keys(jsonb, text[], jsonb[]);

drop function consolidation.uuid_text(text);

drop function consolidation.parsed(jsonb);

drop function consolidation.platform_names(text[]);

drop function consolidation.split_platforms(text[]);

drop view consolidation.platform_words;
