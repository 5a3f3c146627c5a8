drop function consolidation.expected_start();

drop function consolidation.expected_score(double precision, double precision, double precision);

drop function consolidation.expected_ratio(double precision, double precision);

drop function consolidation.expected_count(bigint, bigint);

drop function consolidation.expected_amount(double precision, double precision);

drop function consolidation.expected_flag(jsonb);

drop function consolidation.expected_list(text[]);

drop function consolidation.expected_with(jsonb, text, jsonb);

drop function consolidation.expected_key(jsonb, text);

drop function consolidation.expected_object(jsonb);

drop function consolidation.expected_json(jsonb, jsonb);

drop function consolidation.expected_id(text);

drop function consolidation.expected_word(text);
