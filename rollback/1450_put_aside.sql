drop function consolidation.put_all_back();

drop function consolidation.put_one_back();

drop function consolidation.put_aside_all(text[]);
