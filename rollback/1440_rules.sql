delete from consolidation.value_map;

drop function consolidation.begun_at();

drop function consolidation.not_negative(double precision);

drop function consolidation.score(double precision);

drop function consolidation.ratio(double precision);

drop function consolidation.list(text[]);

drop function consolidation.flat_list(text[]);

drop function consolidation.with_key(jsonb, text, jsonb);

drop function consolidation.free_key(jsonb, text);

drop function consolidation.metadata(jsonb);

drop function consolidation.json_or(jsonb, jsonb);

drop function consolidation.computed_id(text, text);

drop function consolidation.folded(text);
