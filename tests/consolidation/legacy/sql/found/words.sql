-- What hazards/words.py makes, found in the database: one view for each hazard.

create view found.status_words as
select distinct
  letter,
  tab,
  key
from found.cells
where name = 'status' and not is_null
  and (letter, tab) in (
    ('B', 'social_media_posts'), ('B', 'campaigns'), ('B', 'script_generations'), ('B', 'worker_tasks'), ('B', 'worker_results'),
    ('B', 'workflow_executions')
  )
  and value #>> '{}' not in (
    'draft', 'scheduled', 'published', 'failed', 'archived', 'active', 'paused', 'completed', 'pending', 'running', 'cancelled', 'success',
    'partial'
  )
  and not (tab = 'worker_results' and value = '"error"');

create view found.status_words_against_lists as
select distinct
  letter,
  tab,
  key
from found.unlisted
where name = 'status';

create view found.tiers_in_other_case as
select distinct
  letter,
  tab,
  key
from found.unlisted
where name = 'subscription_tier';

create view found.roles_in_other_case as
select distinct
  letter,
  tab,
  key
from found.unlisted
where name = 'role';

create view found.words_against_lists as
select distinct
  letter,
  tab,
  key
from found.unlisted
where name not in ('status', 'subscription_tier', 'role');

create view found.words_without_a_check as
select distinct
  letter,
  tab,
  key
from found.cells
where (name in ('file_type', 'media_type') and value #>> '{}' not in ('image', 'video', 'audio', 'document', 'other'))
  or (
    name = 'source_type' and tab in ('research_jobs', 'research_results')
    and value #>> '{}' not in ('reddit', 'hackernews', 'github', 'google_trends', 'linkedin', 'twitter')
  );

create view found.scheduled_without_a_time as
select
  letter,
  tab,
  key
from found.every_row
where body ->> 'status' = 'scheduled' and coalesce(body ->> 'scheduled_for', body ->> 'scheduled_at') is null;

create view found.approval_and_its_time as
select
  'B' as letter,
  'workflow_approvals' as tab,
  id::text as key
from legacy_b.workflow_approvals
where (status = 'pending') <> (approved_at is null);
