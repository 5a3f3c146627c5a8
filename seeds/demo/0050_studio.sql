-- Demo data: two avatars of its own for each workspace; 30 scripts for each, two thirds of them written by a run of 0040; the decisions
-- that those runs waited for; the videos that came of them, their numbers, and the credits that they cost.

create temporary view demo_spaces as
select
  space.number,
  workspaces.id,
  space.slug,
  space.people,
  space.deciders,
  workspaces.created_at + space.age as seeded_at
from (
  -- who makes videos there, and who decides on them: the owner and an admin
  values
  (1, 'warda', interval '9600 hours', array[1, 2], array[1, 9]),
  (2, 'northwall', interval '7200 hours', array[4, 5], array[4, 5]),
  (3, 'lattice', interval '4800 hours', array[7, 8, 9], array[7, 9])
) as space (number, slug, age, people, deciders)
inner join public.workspaces on workspaces.id = private.computed_id('demo.workspaces:' || space.number);

create temporary view demo_topics as
select
  topic.space,
  topic.number,
  topic.title,
  topic.words
from (
  values
  (1, 0, 'Keeping a starter alive', 'Your starter is not dead, it is hungry. Flour, water, a warm corner, and it forgives you by Friday.'),
  (1, 1, 'Why bread needs salt', 'Leave out the salt once and you will never ask again. It is not the taste alone: the dough runs away.'),
  (1, 2, 'Freezing bread', 'Slice it first, freeze it fresh, toast it frozen. Bread that was frozen on day three tastes like day three.'),
  (1, 3, 'أسرار الكعك بالسمسم', 'الكعك بالسمسم يبدأ من الليل: عجينة باردة، وسمسم محمّص، وصبر.'),
  (1, 4, 'Shaping a baguette', 'Fold, seal, roll, and stop. The fourth movement is the one that ruins it.'),
  (1, 5, 'What “whole grain” means', 'Brown is a colour. “Whole grain” means that nothing was taken out, and you can read it on the bag.'),
  (1, 6, 'A day in the bakery', 'At a quarter to five the street is dark and the kitchen is loud. Come in, mind the trays.'),
  (1, 7, 'Five things to do with old bread', 'Crumbs, croutons, fattoush, pudding, and the one that your grandmother never told you.'),
  (1, 8, 'How to read a crust', 'Dark is not burnt. Listen: when it sings, it is done 🎶.'),
  (1, 9, 'Cakes that travel', 'A cake has to survive a taxi in July. Here is how we build ours.'),
  (2, 0, 'Tying the figure eight', 'Make an eight, follow it back, pull all four strands. Then let your partner look. Always.'),
  (2, 1, 'Falling well', 'Bend your knees, roll back, keep your arms in. Practise it low, so that you can do it high.'),
  (2, 2, 'Your first V3', 'Nobody lacks strength for V3. Look at your feet before you look at your hands.'),
  (2, 3, 'Warming up in ten minutes', 'Skip for two, shoulders for two, easy climbing for six. Your fingers will thank you at fifty.'),
  (2, 4, 'Reading a route', 'Stand back, find the rests, count the holds, and climb it once with your hands in the air.'),
  (2, 5, 'Training twice a week', 'Two sessions are enough, if one of them is hard and the other one is not.'),
  (2, 6, 'Choosing shoes', 'Tight, but you can stand in them. If the shop tells you "they will stretch", they mean your toes.'),
  (2, 7, 'How a setter works', 'A drill, 40 kilos of plastic and one question: who shall fall off here, and why?'),
  (2, 8, 'Climbing with children', 'Let them swing, let them stop, and never say "just one more move".'),
  (2, 9, 'From gym to rock', 'Outside, nobody vacuums the holds. What to bring, what to ask, what to leave there: nothing.'),
  (3, 0, 'Reading a query plan', 'Start at the deepest line, compare rows expected with rows found, and stop at the first factor of ten.'),
  (3, 1, 'Writing a good issue', 'What you did, what you saw, what you expected. Three lines, and half of our meetings are gone.'),
  (3, 2, 'Feature flags that end', 'Each flag gets an owner and a date. On that date it goes, or the owner brings cake.'),
  (3, 3, 'Testing a backup', 'A backup that was never restored is a rumour. We restore ours on the first Monday of each month.'),
  (3, 4, 'Naming things', 'If the name needs an “and”, it is two things.'),
  (3, 5, 'Accessible forms', 'A label, a message next to the field, and a focus that you can see. That is four fifths of it.'),
  (3, 6, 'Why we write decisions down', 'In a year nobody knows why. A page with the date, the choice and what we gave up is enough.'),
  (3, 7, 'Small pull requests', 'Two hundred lines get read. Two thousand get "LGTM" 👍.'),
  (3, 8, 'What a deploy costs', 'Ours takes six minutes and happens eleven times a day. It used to be four hours, on Thursdays.'),
  (3, 9, 'Saying no to a client', '“No, and here is what works instead” has never lost us a project. A late yes has.')
) as topic (space, number, title, words);

create temporary view demo_videos as
with planned as (
  select
    space.number as space,
    space.id as workspace_id,
    space.slug,
    space.people,
    space.deciders,
    space.seeded_at,
    item.place,
    (space.number - 1) * 30 + item.place as number,
    run.id as run_id,
    run.created_at as run_created_at,
    item.place % 3 <> 2 as is_of_a_run,
    -- the runs of 0040 wait for a human as long as this
    run.created_at + interval '4 minutes 20 seconds' + (1 + item.place % 6) * interval '35 minutes' as decided_at,
    case
      when item.place > 28 then 'pending'
      when item.place in (5, 14) then 'failed'
      else 'completed'
    end as script_status,
    case
      when item.place in (27, 28) then 'pending'
      when item.place in (7, 18) then 'rejected'
      when item.place % 3 <> 2 and item.place < 29 then 'approved'
    end as decision,
    -- null where there is none: the script failed, or still waits, or was rejected
    case
      when item.place in (5, 7, 14, 18) or item.place > 26 then null
      when item.place in (6, 17, 22) then 'failed'
      when item.place = 23 then 'cancelled'
      when item.place = 25 then 'processing'
      when item.place = 26 then 'pending'
      else 'completed'
    end as video_status,
    round(0.7 + (space.number * 11 + item.place * 7) % 28 / 100.0, 2) as quality_score
  from pg_temp.demo_spaces as space
  cross join generate_series(1, 30) as item (place)
  inner join public.workflow_executions as run
    on run.id = private.computed_id('demo.workflow_executions:' || (space.number - 1) * 30 + item.place)
)

select
  -- all that is planned, and the text
  planned.*, -- noqa: AM04
  topic.title,
  topic.words || ' ' || audience.closing as script,
  -- eight letters a second
  round(length(topic.words || ' ' || audience.closing) / 8.0, 1) as duration,
  audience.name as audience,
  audience.style,
  private.computed_id('demo.users:' || planned.people[1 + planned.number % cardinality(planned.people)]) as user_id,
  private.computed_id('demo.script_generations:' || planned.number) as script_id,
  private.computed_id('demo.video_generations:' || planned.number) as video_id,
  planned.run_created_at + case when planned.is_of_a_run then interval '22 seconds' else interval '5 minutes' end as written_at,
  case
    when planned.video_status = 'pending' then planned.seeded_at - interval '3 minutes'
    when planned.is_of_a_run then planned.decided_at + interval '15 seconds'
    else planned.run_created_at + interval '8 minutes'
  end as asked_at,
  -- an own avatar, one of the platform's, or, in the oldest video, none that was named
  case
    when planned.place = 2 then null
    when planned.place % 3 = 1 then private.platform_workspace_id()
    else planned.workspace_id
  end as avatar_workspace_id,
  case
    when planned.place = 2 then null
    when planned.place % 3 = 1
      then
        private.computed_id(
          'seed.avatar_profiles:'
          || (array['Professional Male', 'Professional Female', 'Casual Male', 'Casual Female'])[1 + planned.place % 4]
        )
    else private.computed_id('demo.avatar_profiles:' || planned.space || ':' || 1 + planned.place % 2)
  end as profile_id
from planned
inner join pg_temp.demo_topics as topic on planned.space = topic.space and planned.place * 7 % 10 = topic.number
inner join (
  values
  (0, 'general audience', 'professional', 'Save this for later.'),
  (1, 'beginners', 'casual', 'New to this? Write to us, there are no silly questions.'),
  (2, 'people who know us', 'documentary', 'You have seen it done; now you know why.')
) as audience (number, name, style, closing) on planned.place % 3 = audience.number;

insert into public.avatar_profiles (
  id, workspace_id, name, avatar_id, voice_id, display_order, is_default, is_active, description, preview_url, avatar_type, created_at,
  updated_at
)
select
  private.computed_id('demo.avatar_profiles:' || avatar.space || ':' || avatar.number) as id,
  space.id as workspace_id,
  avatar.name,
  'demo_avatar_' || avatar.space || avatar.number as avatar_id,
  'demo_voice_' || avatar.space || avatar.number as voice_id,
  avatar.number as display_order,
  avatar.number = 1 as is_default,
  avatar.number < 3 as is_active,
  avatar.description,
  'https://media.example.com/' || space.slug || '/avatars/' || avatar.number || '.png' as preview_url,
  avatar.avatar_type,
  space.seeded_at - (3000 - avatar.number * 150) * interval '1 hour' as created_at,
  space.seeded_at - (3000 - avatar.number * 150) * interval '1 hour' as updated_at
from (
  values
  (1, 1, 'ليلى', 'Layla behind the counter, flour on her sleeves.', 'custom'),
  (1, 2, 'The apron', 'A baker in a striped apron, deep and slow voice.', 'talking_photo'),
  (1, 3, 'The old apron', 'The same picture in worse light.', 'talking_photo'),
  (2, 1, 'Coach Tomás', 'Tomás in front of the cave, talks with his hands.', 'custom'),
  (2, 2, 'Setter with a drill', 'From the picture on the web site; dry voice.', 'talking_photo'),
  (3, 1, 'Priya at the whiteboard', 'Priya, filmed in the small meeting room.', 'custom'),
  (3, 2, 'Neutral presenter', 'From the provider''s own stock, grey jumper.', 'avatar')
) as avatar (space, number, name, description, avatar_type)
inner join pg_temp.demo_spaces as space on avatar.space = space.number
on conflict do nothing;

insert into public.script_generations (
  id, workspace_id, user_id, topic, prompt, script, target_audience, video_style, duration_target, model_used, generation_time,
  quality_score, status, metadata, created_at, updated_at
)
select
  video.script_id as id,
  video.workspace_id,
  video.user_id,
  video.title as topic,
  format('Write what is spoken in a video of 15 seconds about "%s", for %s, %s.', video.title, video.audience, video.style) as prompt,
  case when video.script_status = 'completed' then video.script end as script,
  video.audience as target_audience,
  video.style as video_style,
  15 as duration_target,
  (array['writer-large', 'writer-small'])[1 + video.number % 2] as model_used,
  case when video.script_status = 'completed' then 6.5 + video.number * 13 % 110 / 10.0 end as generation_time,
  case when video.script_status = 'completed' then video.quality_score end as quality_score,
  video.script_status as status,
  case when video.script_status = 'failed' then '{"error": "the model refused twice"}' else '{}' end::jsonb as metadata,
  video.written_at as created_at,
  video.written_at + case when video.script_status = 'pending' then interval '0' else interval '18 seconds' end as updated_at
from pg_temp.demo_videos as video
on conflict do nothing;

-- Here and not in 0040, because a decision is about a script.
insert into public.workflow_approvals (
  id, workspace_id, workflow_id, script, video_result, config, status, approved_by, approved_at, feedback, created_at, updated_at
)
select
  private.computed_id('demo.workflow_approvals:' || video.number) as id,
  video.workspace_id,
  video.run_id as workflow_id,
  video.script,
  jsonb_build_object('estimated_duration', video.duration) as video_result,
  jsonb_build_object('aspect_ratio', 'portrait', 'captions', true) as config,
  video.decision as status,
  case
    when video.decision <> 'pending'
      then private.computed_id('demo.users:' || video.deciders[1 + video.place % cardinality(video.deciders)])
  end as approved_by,
  case when video.decision <> 'pending' then video.decided_at end as approved_at,
  case
    when video.decision = 'rejected'
      then (array['Too long, and the price is wrong.', 'Please do not say “revolutionary”. Ever.'])[1 + video.number % 2]
    when video.decision = 'approved' and video.place % 4 = 0 then 'Good to go 👍'
  end as feedback,
  video.run_created_at + interval '4 minutes 20 seconds' as created_at,
  case
    when video.decision = 'pending' then video.run_created_at + interval '4 minutes 20 seconds'
    else video.decided_at
  end as updated_at
from pg_temp.demo_videos as video
where video.decision is not null
on conflict do nothing;

insert into public.video_generations (
  id, workspace_id, user_id, script_id, workflow_id, avatar_workspace_id, profile_id, script, heygen_video_id, heygen_task_id, avatar_id,
  voice_id, video_style, video_url, thumbnail_url, status, aspect_ratio, duration, is_public, metadata, error_message, created_at,
  updated_at, completed_at
)
select
  video.video_id as id,
  video.workspace_id,
  video.user_id,
  -- in some the text was typed in
  case when video.place not in (2, 8) then video.script_id end as script_id,
  case when video.is_of_a_run then video.run_id end as workflow_id,
  video.avatar_workspace_id,
  video.profile_id,
  case when video.place in (2, 8) then video.script end as script,
  case when video.video_status in ('processing', 'completed') then 'demo_video_' || video.number end as heygen_video_id,
  case when video.video_status in ('processing', 'completed') then 'demo_job_' || video.number end as heygen_task_id,
  avatar.avatar_id,
  avatar.voice_id,
  video.style as video_style,
  case when video.video_status = 'completed' then format('https://media.example.com/%s/videos/%s.mp4', video.slug, video.number) end
    as video_url,
  case when video.video_status = 'completed' then format('https://media.example.com/%s/videos/%s.webp', video.slug, video.number) end
    as thumbnail_url,
  video.video_status as status,
  (array['portrait', 'landscape', 'portrait', 'square'])[1 + video.number % 4] as aspect_ratio,
  case when video.video_status = 'completed' then video.duration end as duration,
  video.video_status = 'completed' and video.place % 10 = 1 as is_public,
  jsonb_build_object('captions', true) as metadata,
  case when video.video_status = 'failed' then 'The voice does not speak the language of the script.' end as error_message,
  video.asked_at as created_at,
  video.asked_at + case
    when video.video_status in ('completed', 'failed') then interval '11 minutes 5 seconds'
    when video.video_status in ('processing', 'cancelled') then interval '40 seconds'
    else interval '0'
  end as updated_at,
  case when video.video_status = 'completed' then video.asked_at + interval '11 minutes 5 seconds' end as completed_at
from pg_temp.demo_videos as video
left join public.avatar_profiles as avatar on video.profile_id = avatar.id
where video.video_status is not null
on conflict do nothing;

-- The numbers of a video as they were 1, 3, 7, 14 and 30 days after it was ready.
with reading as (
  select
    video.*,
    due.days,
    video.asked_at + interval '11 minutes 5 seconds' + due.days * interval '24 hours' as read_at,
    (300 + video.number * 7919 % 5200) * due.percent / 100 as views
  from pg_temp.demo_videos as video
  cross join (values (1, 18), (3, 38), (7, 62), (14, 84), (30, 100)) as due (days, percent)
  where video.video_status = 'completed'
)

insert into public.video_analytics (
  id, workspace_id, video_id, views, likes, shares, comments, engagement_rate, watch_time_avg, completion_rate, platform_data, last_updated,
  created_at
)
select
  private.computed_id('demo.video_analytics:' || reading.number || ':' || reading.days) as id,
  reading.workspace_id,
  reading.video_id,
  reading.views,
  reading.views * (3 + reading.number % 6) / 100 as likes,
  reading.views / 60 as shares,
  reading.views / 90 as comments,
  round((reading.views * (3 + reading.number % 6) / 100 + reading.views / 60 + reading.views / 90)::numeric / reading.views, 4)
    as engagement_rate,
  round(reading.duration * (40 + reading.number % 35) / 100, 1) as watch_time_avg,
  round((28 + reading.number % 35) / 100.0, 2) as completion_rate,
  jsonb_build_object('instagram', reading.views / 3, 'youtube', reading.views - reading.views / 3) as platform_data,
  reading.read_at as last_updated,
  reading.read_at as created_at
from reading
where reading.read_at < reading.seeded_at
on conflict do nothing;

insert into public.avatar_usage_stats (
  id, workspace_id, avatar_workspace_id, profile_id, usage_count, total_video_duration, avg_quality_score, last_used_at, created_at,
  updated_at
)
select
  private.computed_id('demo.avatar_usage_stats:' || video.space || ':' || video.profile_id) as id,
  video.workspace_id,
  video.avatar_workspace_id,
  video.profile_id,
  count(*) as usage_count,
  sum(video.duration) as total_video_duration,
  round(avg(video.quality_score), 3) as avg_quality_score,
  max(video.asked_at) as last_used_at,
  min(video.asked_at) as created_at,
  max(video.asked_at) as updated_at
from pg_temp.demo_videos as video
where video.video_status = 'completed' and video.profile_id is not null
group by video.space, video.workspace_id, video.avatar_workspace_id, video.profile_id
on conflict do nothing;

-- One for each person who may write. The credit of a failed video was given back.
with spent as (
  select
    video.user_id,
    count(*) as videos
  from pg_temp.demo_videos as video
  where video.video_status is not null
    and video.video_status <> 'failed'
    and private.next_month_begins(video.asked_at) = private.next_month_begins(video.seeded_at)
  group by video.user_id
)

insert into public.user_video_limits (
  id, user_id, subscription_tier, monthly_limit, videos_this_month, credits_reset_at, premium_until, created_at, updated_at
)
select
  private.computed_id('demo.user_video_limits:' || person.number) as id,
  users.id as user_id,
  users.subscription_tier,
  private.monthly_video_limit(users.subscription_tier) as monthly_limit,
  coalesce(spent.videos, 0) as videos_this_month,
  private.next_month_begins(space.seeded_at) as credits_reset_at,
  case when users.subscription_tier not in ('free', 'enterprise') then space.seeded_at + person.number * interval '500 hours' end
    as premium_until,
  users.created_at,
  space.seeded_at - interval '1 hour' as updated_at
from generate_series(1, 12) as person (number)
inner join pg_temp.demo_spaces as space on space.number = 1
inner join public.users on users.id = private.computed_id('demo.users:' || person.number)
left join spent on users.id = spent.user_id
where person.number not in (10, 11)
on conflict do nothing;

drop view
pg_temp.demo_videos,
pg_temp.demo_topics,
pg_temp.demo_spaces;
