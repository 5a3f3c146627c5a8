drop table public.content_templates;
