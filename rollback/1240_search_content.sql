drop function public.search_content(uuid, extensions.vector, integer);

drop function private.search_content_by_caller(uuid, extensions.vector, integer);
