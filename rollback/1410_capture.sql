-- what is aside moves back first; refused (HS106) as long as the hybrid is where it was
select from consolidation.captures
cross join lateral consolidation.release(captures.legacy_schema)
where not captures.is_copy;

drop function consolidation.release(text);

drop function consolidation.capture(text, text);

drop function consolidation.repoint_functions(text, text, jsonb);

drop function consolidation.objects_of(text);

drop function consolidation.classify(text, text);

drop table consolidation.captured_functions;

drop table consolidation.captures;
