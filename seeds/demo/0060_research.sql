-- Demo data: four configurations and 40 jobs of research for each workspace, what the jobs found, 100 single findings, and 80 proposals
-- of what to write, over the last 90 days. Jobs are numbered by time: the last ones wait or run at the moment of the first seeding.

create temporary view demo_spaces as
select
  space.number,
  workspaces.id,
  space.people,
  space.platforms,
  workspaces.created_at + space.age as seeded_at
from (
  values
  (1, interval '9600 hours', array[1, 2, 9], array['instagram', 'facebook', 'tiktok']),
  (2, interval '7200 hours', array[4, 5, 6], array['instagram', 'youtube', 'tiktok']),
  (3, interval '4800 hours', array[7, 8, 9], array['linkedin', 'twitter', 'youtube'])
) as space (number, age, people, platforms)
inner join public.workspaces on workspaces.id = private.computed_id('demo.workspaces:' || space.number);

create temporary view demo_configurations as
select
  configuration.space,
  configuration.number,
  private.computed_id('demo.research_configurations:' || configuration.space || ':' || configuration.number) as id,
  configuration.source_type,
  configuration.name,
  configuration.description,
  configuration.settings::jsonb as settings,
  configuration.schedule::jsonb as schedule
from (
  -- number 4 of each is started by hand
  values
  (
    1, 1, 'reddit', 'What home bakers ask', 'Questions that we can answer in a post.',
    '{"subreddits": ["Breadit", "Sourdough"], "limit": 50}', '{"every": "day", "at": "05:30"}'
  ),
  (1, 2, 'google_trends', 'Seasonal sweets', 'رمضان والعيد والتين', '{"region": "JO", "keywords": ["كعك"]}', '{"every": "week"}'),
  (1, 3, 'twitter', 'Bakeries nearby', null, '{"lists": ["amman-food"]}', '{"every": "day", "at": "16:00"}'),
  (1, 4, 'linkedin', 'Offices that order', 'For the boxes in December.', '{"companies": ["events", "law"], "place": "Amman"}', '{}'),
  (
    2, 1, 'reddit', 'Training questions', 'What beginners get wrong.',
    '{"subreddits": ["climbharder", "bouldering"], "limit": 80}', '{"every": "day", "at": "06:00"}'
  ),
  (2, 2, 'google_trends', 'Front Range searches', null, '{"region": "US-CO", "keywords": ["climbing gym"]}', '{"every": "week"}'),
  (2, 3, 'twitter', 'Competition news', 'World Cup, youth nationals.', '{"keywords": ["IFSC", "usaclimbing"]}', '{"every": "day"}'),
  (2, 4, 'reddit', 'What people say about us', 'By hand, please, it spoils the mood.', '{"keywords": ["northwall denver"]}', '{}'),
  (3, 1, 'hackernews', 'Front page, databases', 'Over 100 points.', '{"keywords": ["postgres"], "min_points": 100}', '{"every": "day"}'),
  (3, 2, 'github', 'Releases that we depend on', null, '{"repositories": ["postgres/postgres", "psycopg/psycopg"]}', '{"every": "day"}'),
  (3, 3, 'linkedin', 'What CTOs complain about', 'Read with salt.', '{"roles": ["CTO"], "limit": 30}', '{"every": "week"}'),
  (3, 4, 'twitter', 'Accessibility people', null, '{"keywords": ["a11y", "wcag"]}', '{}')
) as configuration (space, number, source_type, name, description, settings, schedule);

create temporary view demo_topics as
select
  topic.space,
  topic.place - 1 as number,
  topic.name
from (
  select
    topics.space,
    listed.name,
    listed.place
  from (
    values
    (
      1,
      array[
        'sourdough at home', 'oat flour', 'baking without waste', 'bakeries that open at night', 'gluten-free croissants',
        'bread subscriptions', 'za''atar pastries', 'home mills', 'cardamom in everything', 'slow fermentation', 'baking with children',
        'paper bread bags', 'einkorn', 'vegan brioche', 'كعك العيد'
      ]
    ),
    (
      2,
      array[
        'hangboard training', 'climbing after forty', 'beta videos', 'auto belays', 'kids'' climbing teams', 'training boards',
        'resoled shoes', 'skin care', 'fall practice', 'competition formats', 'gym grades', 'rest days', 'comp-style setting',
        'mobility work', 'finding a belay partner'
      ]
    ),
    (
      3,
      array[
        'Postgres 18', 'design tokens', 'server-side rendering', 'pair programming', 'feature flags', 'on-call rotations',
        'technical debt', 'accessible forms', 'trunk-based development', 'code review by machines', 'the four-day week',
        'right-to-left interfaces', 'observability bills', 'monorepos', 'fixed-price projects'
      ]
    )
  ) as topics (space, names)
  cross join unnest(topics.names) with ordinality as listed (name, place)
) as topic;

create temporary view demo_jobs as
with planned as (
  select
    space.number as space,
    space.id as workspace_id,
    space.people,
    job.place,
    (space.number - 1) * 40 + job.place as number,
    1 + job.place % 4 as configuration,
    (array['pipeline', 'pipeline', 'pipeline', 'analyze', 'raw'])[1 + job.place % 5] as job_type,
    case
      when job.place in (38, 40) then 'queued'
      when job.place = 39 then 'running'
      when job.place % 9 = 4 then 'failed'
      when job.place % 13 = 8 then 'cancelled'
      else 'completed'
    end as status,
    space.seeded_at - case job.place
      when 40 then interval '3 minutes'
      when 39 then interval '12 minutes'
      when 38 then interval '25 minutes'
      else (38 - job.place) * interval '57 hours'
    end as created_at
  from pg_temp.demo_spaces as space
  cross join generate_series(1, 40) as job (place)
)

select
  planned.space,
  planned.workspace_id,
  planned.people,
  planned.place,
  planned.number,
  planned.job_type,
  planned.status,
  planned.created_at,
  private.computed_id('demo.research_jobs:' || planned.number) as id,
  configuration.number as configuration,
  configuration.id as configuration_id,
  configuration.source_type,
  topic.name as topic,
  case when planned.status <> 'queued' and planned.place <> 8 then planned.created_at + interval '30 seconds' end as started_at,
  case
    when planned.status in ('completed', 'failed', 'cancelled')
      then planned.created_at + (4 + planned.number % 15) * interval '1 minute'
  end as completed_at
from planned
inner join pg_temp.demo_configurations as configuration
  on planned.space = configuration.space and planned.configuration = configuration.number
inner join pg_temp.demo_topics as topic on planned.space = topic.space and planned.place * 4 % 15 = topic.number;

insert into public.research_configurations (
  id, workspace_id, user_id, source_type, config_name, description, configuration, schedule, auto_run_enabled, is_active, created_at,
  updated_at, last_run_at
)
select
  configuration.id,
  space.id as workspace_id,
  private.computed_id('demo.users:' || space.people[1 + configuration.number % 3]) as user_id,
  configuration.source_type,
  configuration.name as config_name,
  configuration.description,
  configuration.settings as configuration,
  configuration.schedule,
  configuration.number < 4 as auto_run_enabled,
  -- one was put away
  (configuration.space, configuration.number) <> (1, 4) as is_active,
  space.seeded_at - (2400 - configuration.number * 50) * interval '1 hour' as created_at,
  max(job.started_at) as updated_at,
  max(job.started_at) as last_run_at
from pg_temp.demo_configurations as configuration
inner join pg_temp.demo_spaces as space on configuration.space = space.number
inner join pg_temp.demo_jobs as job on configuration.id = job.configuration_id
group by
  space.id, space.seeded_at, space.people, configuration.id, configuration.space, configuration.number, configuration.source_type,
  configuration.name, configuration.description, configuration.settings, configuration.schedule
on conflict do nothing;

insert into public.research_jobs (
  id, workspace_id, user_id, configuration_id, source_type, job_type, status, priority, started_at, completed_at, error_message,
  results_path, metadata, created_at, updated_at
)
select
  job.id,
  job.workspace_id,
  -- null where the scheduler started it
  case when job.configuration = 4 then private.computed_id('demo.users:' || job.people[1 + job.place % 3]) end as user_id,
  job.configuration_id,
  job.source_type,
  job.job_type,
  job.status,
  (array['normal', 'normal', 'high', 'normal', 'low'])[1 + job.number % 5] as priority,
  job.started_at,
  job.completed_at,
  case
    when job.status = 'failed'
      then (array['The source answered 429: no more requests this hour.', 'The source asked for a new sign-in.'])[1 + job.number % 2]
  end as error_message,
  case when job.status = 'completed' then 'research/' || job.id || '/' end as results_path,
  jsonb_build_object('topic', job.topic) as metadata,
  job.created_at,
  coalesce(job.completed_at, job.started_at, job.created_at) as updated_at
from pg_temp.demo_jobs as job
on conflict do nothing;

create temporary view demo_results as
select
  job.space,
  job.workspace_id,
  job.people,
  job.number,
  job.id as job_id,
  job.configuration,
  job.place,
  job.source_type,
  job.topic,
  private.computed_id('demo.research_results:' || job.number || ':' || step.result_type) as id,
  step.result_type,
  job.completed_at - (4 - step.number) * interval '10 seconds' as created_at
from pg_temp.demo_jobs as job
inner join (
  values
  (1, 'raw_data', array['raw', 'pipeline']),
  (2, 'analyzed_data', array['analyze', 'pipeline']),
  (3, 'insights', array['pipeline']),
  (4, 'summary', array['analyze', 'pipeline'])
) as step (number, result_type, job_types) on job.job_type = any(step.job_types)
where job.status = 'completed';

insert into public.research_results (
  id, workspace_id, user_id, job_id, source_type, result_type, title, content, summary, insights, metrics, tags, is_public, quality_score,
  created_at, updated_at
)
select
  result.id,
  result.workspace_id,
  case when result.configuration = 4 then private.computed_id('demo.users:' || result.people[1 + result.place % 3]) end as user_id,
  result.job_id,
  result.source_type,
  result.result_type,
  format(form.title, result.topic, initcap(replace(result.source_type, '_', ' '))) as title,
  case result.result_type
    when 'raw_data' then jsonb_build_object('items', 20 + result.number % 60, 'query', result.topic)
    when 'analyzed_data' then jsonb_build_object('clusters', 3 + result.number % 5, 'language', 'en')
    else jsonb_build_object('topic', result.topic)
  end as content,
  format(form.summary, result.topic) as summary,
  case
    when result.result_type = 'insights'
      then jsonb_build_object('rising', result.number % 2 = 0, 'best_hour', 7 + result.number % 13, 'say', 'show the work, not the product')
    else '{}'
  end as insights,
  jsonb_build_object('votes', 40 + result.number * 37 % 900, 'comments', 5 + result.number * 11 % 140) as metrics,
  array[result.source_type, split_part(result.topic, ' ', 1)] as tags,
  result.result_type = 'summary' and result.number % 10 = 1 as is_public,
  case when result.result_type <> 'raw_data' then round(0.55 + result.number * 7 % 42 / 100.0, 2) end as quality_score,
  result.created_at,
  result.created_at as updated_at
from pg_temp.demo_results as result
inner join (
  values
  ('raw_data', '%2$s about %1$s, as it was found', null),
  ('analyzed_data', 'Who talks about %s, and how', 'Most of what is written about %s comes from a few people, and they like pictures.'),
  ('insights', 'What to make of %s', 'Questions about %s get twice as many answers as statements.'),
  (
    'summary', '%s in five sentences',
    'People ask about %s mostly in the evening. They want steps, not opinions. Half of them are new to it. '
    || 'Prices come up in every third thread. “Does it work at home?” is the question behind most of the others.'
  )
) as form (result_type, title, summary) on result.result_type = form.result_type
on conflict do nothing;

-- Findings, each drawn from the newest result that there was.
create temporary view demo_insights as
with drawn_from as materialized (
  select
    result.space,
    result.id,
    result.source_type,
    result.topic,
    result.created_at,
    lead(result.created_at, 1, 'infinity') over (partition by result.space order by result.created_at) as next_one_at
  from pg_temp.demo_results as result
  where result.result_type = 'insights'
),

planned as (
  select
    space.number as space,
    space.id as workspace_id,
    space.people,
    space.platforms,
    insight.place,
    (space.number - 1) * 100 + insight.place as number,
    space.seeded_at - (101 - insight.place) * interval '21 hours' + insight.place * 17 % 50 * interval '1 minute' as extracted_at
  from pg_temp.demo_spaces as space
  cross join generate_series(1, 100) as insight (place)
)

select
  planned.space,
  planned.workspace_id,
  planned.people,
  planned.platforms,
  planned.place,
  planned.number,
  planned.extracted_at,
  private.computed_id('demo.content_insights:' || planned.number) as id,
  drawn_from.id as result_id,
  drawn_from.source_type as source_platform,
  drawn_from.topic
from planned
inner join drawn_from
  on planned.space = drawn_from.space
    and planned.extracted_at >= drawn_from.created_at
    and planned.extracted_at < drawn_from.next_one_at;

insert into public.content_insights (
  id, workspace_id, user_id, workflow_id, research_result_id, source_platform, source_url, title, content, author, engagement_score,
  sentiment_score, keywords, topics, extracted_at, metadata, created_at
)
select
  insight.id,
  insight.workspace_id,
  private.computed_id('demo.users:' || insight.people[1 + insight.number % 3]) as user_id,
  -- some came from a run of the workflow trend_to_post: 2, 8 and 20 of each workspace are such runs
  case
    when insight.place % 10 = 9 and insight.place not between 50 and 80
      then private.computed_id('demo.workflow_executions:' || (insight.space - 1) * 30 + 2 + (insight.place - 5) / 26 * 6)
  end as workflow_id,
  insight.result_id as research_result_id,
  insight.source_platform,
  format('https://example.com/%s/%s', insight.source_platform, left(insight.id::text, 8)) as source_url,
  format(form.title, insight.topic) as title,
  form.words as content,
  (array['u/slowdough', '@papercut', 'u/chalk_and_cheese', 'bitrot', '@ليان', 'M. Kowalczyk', '@yuki.makes', 'dad_of_3', 'u/O''Malley'])[
    1 + insight.number % 9
  ] as author,
  round(12 + insight.number * 7919 % 4800 / 10.0, 1) as engagement_score,
  round((insight.number * 37 % 161 - 60) / 100.0, 2) as sentiment_score,
  string_to_array(lower(insight.topic), ' ') as keywords,
  array[insight.topic] as topics,
  insight.extracted_at,
  jsonb_build_object('language', case when form.number = 7 then 'ar' else 'en' end) as metadata,
  insight.extracted_at + interval '2 minutes' as created_at
from pg_temp.demo_insights as insight
inner join (
  values
  (0, 'Why is everybody suddenly talking about %s?', 'Three people asked me this week. I have no idea, but I like it.'),
  (1, 'I tried %s for 30 days, and here is what happened', 'Day 1: easy. Day 12: why did nobody warn me? Day 30: I am not going back.'),
  (2, 'Three mistakes with %s that I made so that you don''t have to', 'The second one cost me "only" a weekend and a friendship.'),
  (3, 'Worth the money? An honest look at %s', 'Short answer: yes, if you do it twice a week. Long answer in the comments 👇'),
  (4, 'What nobody tells you about %s', 'It is mostly waiting. Nobody puts the waiting on Instagram.'),
  (5, 'Ask me anything about %s', 'Eleven years of it. Be kind, I type with two fingers.'),
  (6, 'What would you tell a beginner about %s?', 'Mine starts on Monday and has watched far too many videos.'),
  (7, 'تجربتي: %s', 'تعلّمت من جدتي أن الأشياء الجيدة لا تُستعجل، وكانت على حق.')
) as form (number, title, words)
  -- in Arabic where people read it
  on form.number = case when insight.space = 1 and insight.place % 7 = 6 then 7 else insight.place % 7 end
on conflict do nothing;

-- Proposal n rests on finding n + 20. Where it was implemented, the draft is a post of 0030 that was begun soon afterwards.
insert into public.content_recommendations (
  id, workspace_id, user_id, insight_id, post_id, title, description, content_type, recommended_platforms, confidence_score, reasoning,
  suggested_content, tags, status, expires_at, metadata, created_at, updated_at
)
select
  private.computed_id('demo.content_recommendations:' || insight.number) as id,
  insight.workspace_id,
  case when insight.place % 3 > 0 then private.computed_id('demo.users:' || insight.people[1 + insight.number % 3]) end as user_id,
  insight.id as insight_id,
  post.id as post_id,
  coalesce(post.title, format(form.title, insight.topic)) as title,
  form.description,
  case
    when post.content_type in ('video', 'story', 'carousel') then post.content_type
    when post.id is not null then 'post'
    else form.content_type
  end as content_type,
  insight.platforms[1:1 + insight.place % 3] as recommended_platforms,
  round(0.35 + insight.number * 13 % 60 / 100.0, 2) as confidence_score,
  format(
    '%s people talk about %s there, and you have not mentioned it for %s weeks.',
    40 + insight.number * 31 % 900, case when post.id is null then insight.topic else 'this' end, 2 + insight.number % 9
  ) as reasoning,
  coalesce(post.content, form.suggestion) as suggested_content,
  string_to_array(lower(insight.topic), ' ') as tags,
  decision.status,
  case when insight.place % 3 <> 1 then insight.extracted_at + interval '700 hours' end as expires_at,
  jsonb_build_object('model', (array['writer-large', 'writer-small'])[1 + insight.number % 2]) as metadata,
  insight.extracted_at + interval '40 minutes' as created_at,
  insight.extracted_at + case decision.status when 'pending' then interval '40 minutes' else interval '9 hours' end as updated_at
from pg_temp.demo_insights as insight
inner join (
  values (0, 'pending'), (1, 'rejected'), (2, 'implemented'), (3, 'pending'), (4, 'rejected'), (5, 'accepted')
) as decision (number, status) on insight.place % 6 = decision.number
inner join (
  values
  (0, 'post', 'Say what you think about %s', 'Two sentences and a reason.', 'Here is where we stand, and why we once thought otherwise.'),
  (1, 'video', 'Show %s in 15 seconds', 'Hands and no face, captions on.', '[Close-up] First this. [Cut] Then this. [Hold] Done.'),
  (2, 'carousel', 'Five pictures about %s', 'One step on each.', '1/5 Before you begin … 5/5 Which step do you skip?'),
  (3, 'story', 'Ask about %s', 'A poll with two answers, open for a day.', 'Yes or no? “It depends” is not an answer 😉')
) as form (number, content_type, title, description, suggestion) on insight.place % 4 = form.number
left join public.content_posts as post
  on decision.status = 'implemented'
    and post.id = private.computed_id(
      'demo.content_posts:' || (insight.space - 1) * 110 + 84 + ceil(((insight.place - 101) * 21 + 146) / 26.0)
    )
where insight.place > 20
on conflict do nothing;

drop view
pg_temp.demo_insights,
pg_temp.demo_results,
pg_temp.demo_jobs,
pg_temp.demo_topics,
pg_temp.demo_configurations,
pg_temp.demo_spaces;
