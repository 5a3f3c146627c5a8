drop function consolidation.shown(text, jsonb, integer);

drop function consolidation.masked(jsonb, integer);

drop function consolidation.masked_text(text);

drop function consolidation.is_secret_name(text);
