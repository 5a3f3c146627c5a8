-- one template
-- noqa: disable=AM09
select
  template.id,
  template.name,
  template.description,
  template.category,
  template.template_content,
  template.variables,
  template.platforms,
  template.tags,
  template.usage_count,
  template.is_public,
  template.metadata,
  template.created_at
from public.content_templates as template
where template.workspace_id = :workspace
  and template.id = :template
limit :limit offset :offset;
