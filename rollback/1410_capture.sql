drop function consolidation.release(text);

drop function consolidation.capture(text, text);

drop function consolidation.repoint_functions(text, text, jsonb);

drop function consolidation.objects_of(text);

drop function consolidation.classify(text, text);

drop table consolidation.captured_functions;

drop table consolidation.captures;
