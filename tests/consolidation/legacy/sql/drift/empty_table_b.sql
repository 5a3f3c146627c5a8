-- B.content_templates: a table without rows.

delete from content_templates;
