-- Demo data: a calendar of 110 posts for each workspace, from 90 days before the first run to 28 days after it, with what belongs to
-- them. Post 83 of each is going out at that moment; those before it are past, those after it are planned.
-- A post is an opening, a subject and a closing. There are 12 subjects and 11 openings, so no two of the 110 posts are alike.
-- The views hold what is planned, whatever became of the rows since: a second run plans the same again, and finds it there.

create temporary view demo_spaces as
select
  space.number,
  workspaces.id,
  space.slug,
  space.timezone,
  space.people,
  space.platforms,
  workspaces.created_at + space.age as seeded_at
from (
  -- numbers of those who write in it, the owner first; and where it publishes
  values
  (1, 'warda', 'Asia/Amman', interval '9600 hours', array[1, 2, 3, 9], array['instagram', 'facebook', 'pinterest', 'tiktok']),
  (2, 'northwall', 'America/Denver', interval '7200 hours', array[4, 5, 6, 9], array['instagram', 'facebook', 'youtube', 'tiktok']),
  (3, 'lattice', 'Asia/Kolkata', interval '4800 hours', array[7, 8, 9], array['linkedin', 'twitter', 'youtube'])
) as space (number, slug, timezone, age, people, platforms)
inner join public.workspaces on workspaces.id = private.computed_id('demo.workspaces:' || space.number);

create temporary view demo_subjects as
select
  subject.space,
  subject.number,
  subject.title,
  subject.slug,
  subject.sentence,
  subject.tags
from (
  values
  (
    1, 0, 'The country loaf', 'country-loaf', array['sourdough', 'bread'],
    'Our country loaf rests for 36 hours before it sees the oven, and you can taste every one of them.'
  ),
  (
    1, 1, 'Cardamom buns', 'cardamom-buns', array['buns', 'cardamom'],
    'Cardamom buns are back: knotted by hand, brushed with syrup, gone by noon.'
  ),
  (
    1, 2, 'خبز القمح الكامل', 'whole-wheat', array['خبز', 'مخبز_وردة'],
    'خبز القمح الكامل يخرج من الفرن كل صباح عند السابعة، دافئًا ومقرمشًا.'
  ),
  (
    1, 3, 'Gluten-free Thursday', 'gluten-free', array['glutenfree', 'bakery'],
    'On Thursdays we bake without wheat first, with clean tins and clean aprons, and only then everything else.'
  ),
  (
    1, 4, 'How croissants get their layers', 'croissants', array['croissant', 'pastry'],
    'Twenty-seven layers, three folds and one very cold marble table: that is the whole secret 🥐.'
  ),
  (
    1, 5, 'Wedding cakes', 'wedding-cakes', array['weddingcake', 'cake'],
    'Rania asked for a wedding cake that "tastes like August", so we filled it with figs and orange blossom.'
  ),
  (
    1, 6, 'Second-chance bags', 'second-chance', array['zerowaste', 'bread'],
    'What is left at closing time goes into “second chance” bags at half the price; nothing is thrown away.'
  ),
  (
    1, 7, 'Baking with children', 'baking-class', array['bakingclass', 'kids'],
    'Twelve children, four kilos of dough, one Saturday morning: places for the next class are open.'
  ),
  (
    1, 8, 'Ka''ak with sesame', 'kaak', array['kaak', 'sesame'],
    'Grandmother Salma''s ka''ak, as she wrote it down in 1962. She said “a handful”; we weighed it: 84 g.'
  ),
  (
    1, 9, 'Fig tart', 'fig-tart', array['figs', 'seasonal'],
    'The fig tart stays on the shelf for as long as the figs from Ajloun do, which is about three weeks.'
  ),
  (
    1, 10, 'Coffee from next door', 'coffee', array['coffee', 'neighbours'],
    'The beans come from the roastery next door; they travel eleven metres ☕.'
  ),
  (
    1, 11, 'The old oven', 'old-oven', array['oven', 'craft'],
    'Our oven is 61 years old, has a door that sticks, and bakes better than both of its successors.'
  ),
  (
    2, 0, 'New problems in the cave', 'cave', array['bouldering', 'routesetting'],
    'The cave was stripped on Monday: 22 new problems from V0 to V8 are up, and nobody has topped the purple one.'
  ),
  (
    2, 1, 'Beginners'' course', 'beginners', array['learntoclimb', 'climbing'],
    'The course takes six evenings, and no, you do not have to be able to do a pull-up.'
  ),
  (
    2, 2, 'The partner check', 'partner-check', array['safety', 'belay'],
    'Knot, harness, belay device, carabiner: thirty seconds that matter more than any move.'
  ),
  (
    2, 3, 'Finger strength without injuries', 'fingers', array['hangboard', 'training'],
    'Seven seconds on, three off, six times, twice a week. More is not better, more is a pulley injury.'
  ),
  (
    2, 4, 'The youth team', 'youth-team', array['youthclimbing', 'team'],
    'Our youth team brought home two medals and nine boxes of leftover pizza from Boulder 🥈🍕.'
  ),
  (
    2, 5, 'Women''s climbing night', 'womens-night', array['womenwhoclimb', 'community'],
    'Every second Tuesday the top-rope wall belongs to women''s climbing night; ropes and partners are there.'
  ),
  (
    2, 6, 'Quiet feet', 'quiet-feet', array['footwork', 'technique'],
    'The drill is called "quiet feet": climb your warm-up without one sound from your shoes.'
  ),
  (
    2, 7, 'Skin care', 'skin', array['climbingskin', 'recovery'],
    'File the edges, wash off the chalk, then cream. In that order, or you will wake up glued to the sheets.'
  ),
  (
    2, 8, 'Weekend at Shelf Road', 'shelf-road', array['shelfroad', 'outdoors'],
    'Two days, two guides, eight places: we take you from the gym to real limestone 🏜️.'
  ),
  (
    2, 9, 'Auto belays', 'auto-belays', array['autobelay', 'maintenance'],
    'All nine auto belays came back from their yearly service; lanes 4 to 12 are open again.'
  ),
  (
    2, 10, 'Yoga for climbers', 'yoga', array['yoga', 'mobility'],
    'Hips first, shoulders second, ego last: yoga for climbers, now also at seven in the morning 🧘.'
  ),
  (
    2, 11, 'Lost and found', 'lost-and-found', array['lostandfound', 'gymlife'],
    'Found this week: one blue shoe (left), two chalk bags and a thermos that says "Don''t fall, Dave".'
  ),
  (
    3, 0, 'A timetable that works offline', 'ferry-timetable', array['casestudy', 'offlinefirst'],
    'The ferry company''s timetable now opens in 0.4 seconds, also in the middle of the bay.'
  ),
  (
    3, 1, 'Upgrading Postgres', 'postgres', array['postgres', 'databases'],
    'We moved 1.2 TB from Postgres 13 to 18 with four minutes of downtime. Three of them were us, being careful.'
  ),
  (
    3, 2, 'Layouts from right to left', 'rtl', array['i18n', 'rtl'],
    'We shipped an interface in two directions: “שלום עולם” and “مرحبا بالعالم” now begin where they should.'
  ),
  (
    3, 3, 'We are hiring', 'hiring', array['hiring', 'backend'],
    'We look for a backend engineer who would rather delete code than write it.'
  ),
  (
    3, 4, 'What an audit found', 'accessibility', array['a11y', 'frontend'],
    'The audit found 41 faults. 29 of them were the same button.'
  ),
  (
    3, 5, 'Friday demo', 'friday-demo', array['demo', 'teamwork'],
    'Friday demo, house rule: if it is not deployed, it did not happen.'
  ),
  (
    3, 6, 'The review of an incident', 'incident', array['sre', 'postmortem'],
    'Last Tuesday a deploy took staging down for 11 minutes. The review is public; the blame is not in it.'
  ),
  (
    3, 7, 'An open-source release', 'open-source', array['opensource', 'release'],
    'Version 2.0 of our job runner is out: fewer options, better defaults, the same licence 🎉.'
  ),
  (
    3, 8, 'On estimates', 'estimates', array['estimates', 'projectmanagement'],
    '"How long will it take?" is three questions in one coat. We answer the one about risk first.'
  ),
  (
    3, 9, 'Design tokens', 'design-tokens', array['designsystems', 'css'],
    'One file of design tokens replaced 312 shades of grey. Nobody misses the other 304.'
  ),
  (
    3, 10, 'Working in four time zones', 'remote', array['remotework', 'async'],
    'Four time zones, one written update a day, no meeting before ten: eighteen months in, nobody wants to go back.'
  ),
  (
    3, 11, 'Dull security', 'security', array['security', 'devops'],
    'Rotate keys, patch on Mondays, test the backup: security that works is dull.'
  )
) as subject (space, number, title, slug, tags, sentence);

create temporary view demo_openings as
select
  opening.space,
  opening.number,
  opening.label,
  opening.words
from (
  values
  (1, 0, 'Morning note', 'Good morning, neighbours! ☀️'),
  (1, 1, 'From the oven', 'Fresh from the oven 🔥'),
  (1, 2, 'You asked', 'You asked, we answer.'),
  (1, 3, 'Behind the counter', 'Behind the counter, at a quarter to five.'),
  (1, 4, 'صباح الخير', 'صباح الخير يا جيران! ☕'),
  (1, 5, 'For the weekend', 'Any plans for the weekend?'),
  (1, 6, 'Tip', 'A small tip from our bakers.'),
  (1, 7, 'Thank you', 'Thank you for last week''s queue 💛'),
  (1, 8, 'News', 'News from the bakery.'),
  (1, 9, 'Story', 'A short story while the dough rests.'),
  (1, 10, 'Reminder', 'So that nobody says "you never told us":'),
  (2, 0, 'Beta', 'Beta of the day.'),
  (2, 1, 'Monday', 'Monday again. Good, the holds are clean.'),
  (2, 2, 'FAQ', 'Asked at the front desk 14 times this week.'),
  (2, 3, 'Coach''s corner', 'Coach Tomás has something to say.'),
  (2, 4, 'Community', 'Northwall people are the best people 🧗'),
  (2, 5, 'Save the date', 'Calendars out!'),
  (2, 6, 'Tip', 'Try this in your next session.'),
  (2, 7, 'Thank you', 'Thank you, all 212 of you who came on Saturday.'),
  (2, 8, 'News', 'News from the wall.'),
  (2, 9, 'Throwback', 'From the archive, because it is still true.'),
  (2, 10, 'Reminder', 'Friendly reminder.'),
  (3, 0, 'Field notes', 'Field notes, week by week.'),
  (3, 1, 'Unpopular opinion', 'Unpopular opinion 🔥'),
  (3, 2, 'Question', 'A question that a client asked us:'),
  (3, 3, 'Behind the work', 'What the case study does not show.'),
  (3, 4, 'Lesson learned', 'It took us two tries to learn this.'),
  (3, 5, 'This week', 'This week at Lattice & Loop.'),
  (3, 6, 'Tip', 'One thing that you can do today.'),
  (3, 7, 'In numbers', 'In numbers, because adjectives are cheap.'),
  (3, 8, 'News', 'Short and good news.'),
  (3, 9, 'Thread', 'A thread, but a short one 🧵'),
  (3, 10, 'From the team', 'Zofia said it best in yesterday''s review.')
) as opening (space, number, label, words);

create temporary view demo_closings as
select
  closing.space,
  closing.number,
  closing.words
from (
  values
  (1, 0, 'Come by before it is gone.'),
  (1, 1, 'What should we bake next? Tell us 👇'),
  (1, 2, 'Order at https://bakery.example.com/order or by phone.'),
  (1, 3, 'نراكم غدًا!'),
  (1, 4, 'Tag someone who would share one with you.'),
  (1, 5, 'We close at six, or when the shelves are empty.'),
  (1, 6, 'Save this for Saturday 🧺'),
  (2, 0, 'See you on the wall!'),
  (2, 1, 'Book at https://climbing.example.com/book'),
  (2, 2, 'Bring a friend, the first visit is free.'),
  (2, 3, 'Questions? Ask at the desk, or below.'),
  (2, 4, 'Which one is your project?'),
  (2, 5, 'Open until 23:00, Sundays until 20:00.'),
  (2, 6, 'Tag your belay partner 🙌'),
  (3, 0, 'How do you do it?'),
  (3, 1, 'The long version: https://agency.example.com/notes'),
  (3, 2, 'We answer every comment.'),
  (3, 3, 'Disagree? Even better, tell us why.'),
  (3, 4, 'Slides and code: https://agency.example.com/talks'),
  (3, 5, 'More of this on Friday.'),
  (3, 6, 'Happy to show you how, 30 minutes, no slides.')
) as closing (space, number, words);

create temporary view demo_posts as
with planned as (
  select
    space.*,
    day.place,
    (space.number - 1) * 110 + day.place + 1 as post_number,
    -- each workspace has its own rhythm
    day.place + 3 * space.number as turn,
    -- an hour of the day at which people post there; the one that goes out now is four minutes old
    case
      when day.place = 83 then space.seeded_at - interval '4 minutes'
      else (
        date_trunc('day', (space.seeded_at + (day.place - 83) * interval '26 hours') at time zone space.timezone)
        + (array[7, 9, 12, 17, 19])[1 + (day.place * 3 + space.number) % 5] * interval '1 hour'
        + (array[0, 30, 15, 45])[1 + day.place % 4] * interval '1 minute'
      ) at time zone space.timezone
    end as slot
  from pg_temp.demo_spaces as space
  cross join generate_series(0, 109) as day (place)
),

decided as (
  select
    planned.*,
    (
      array['image', 'text', 'video', 'image', 'carousel', 'image', case planned.number when 3 then 'image' else 'story' end]
    )[1 + planned.turn % 7] as content_type,
    case
      when planned.place = 83 then 'publishing'
      when planned.place > 83 and planned.place % 4 = 3 then 'draft'
      when planned.place > 83 then 'scheduled'
      when planned.turn % 17 = 5 then 'failed'
      when planned.turn % 13 = 4 and planned.turn % 7 <> 1 then 'partially_published' -- a text has one form only, in two of the workspaces
      when planned.turn % 11 = 3 then 'archived'
      when planned.turn % 19 = 8 then 'draft'
      else 'published'
    end as status
  from planned
)

select
  decided.number as space,
  decided.id as workspace_id,
  decided.slug as space_slug,
  decided.timezone,
  decided.seeded_at,
  decided.people,
  decided.platforms,
  decided.place,
  decided.turn,
  decided.post_number as number,
  private.computed_id('demo.content_posts:' || decided.post_number) as id,
  private.computed_id(
    'demo.users:'
    || case
      when decided.number = 2 and decided.place < 40 and decided.place % 5 = 2 then 11 -- Anaïs, before she left
      else decided.people[1 + (decided.place + decided.place / 4) % cardinality(decided.people)]
    end
  ) as user_id,
  case
    when decided.place < 9 then 1
    when decided.place between 11 and 42 and decided.place % 2 = 0 then 2
    when decided.place between 56 and 101 and decided.place % 3 = 0 then 3
    when decided.place between 65 and 82 and decided.place % 3 = 1 then 4
    when decided.place > 98 and decided.place % 4 = 3 then 5
  end as campaign,
  opening.label || ': ' || subject.title as title,
  opening.words as opening,
  subject.number as subject,
  subject.slug,
  subject.sentence,
  closing.words as closing,
  subject.tags,
  decided.content_type,
  decided.status,
  decided.slot,
  -- what is archived was out before, or given up as a draft
  case
    when decided.status in ('published', 'partially_published') or (decided.status = 'archived' and decided.place % 2 = 0)
      then decided.slot + (31 + decided.place % 17) * interval '1 second'
  end as published_at,
  -- one day to five before, and never in the future
  least(
    decided.slot - (1 + decided.place * 7 % 5) * interval '24 hours' - decided.place % 10 * interval '37 minutes',
    decided.seeded_at - (2 + decided.place % 20) * interval '1 hour' - decided.place * 13 % 60 * interval '1 minute'
  ) as created_at
from decided
inner join pg_temp.demo_subjects as subject on decided.number = subject.space and decided.place % 12 = subject.number
inner join pg_temp.demo_openings as opening on decided.number = opening.space and decided.place % 11 = opening.number
inner join pg_temp.demo_closings as closing on decided.number = closing.space and decided.turn % 7 = closing.number;

-- One form for each platform that takes the type of the post, three at most.
create temporary view demo_forms as
with fitting as (
  select
    post.*,
    platform.name as platform,
    row_number() over (
      partition by post.number
      order by (platform.place + post.place) % cardinality(post.platforms), platform.place
    ) as position
  from pg_temp.demo_posts as post
  cross join unnest(post.platforms) with ordinality as platform (name, place)
  where platform.name in ('facebook', 'linkedin', 'twitter')
    or (platform.name = 'instagram' and post.content_type <> 'text')
    or (platform.name = 'pinterest' and post.content_type in ('image', 'carousel'))
    or (platform.name = 'tiktok' and post.content_type in ('video', 'story'))
    or (platform.name = 'youtube' and post.content_type = 'video')
),

decided as (
  select
    fitting.*,
    case
      when fitting.status = 'published' and fitting.position = 3 and fitting.place % 5 = 1 then 'cancelled'
      when fitting.status = 'partially_published' and fitting.position > 1 then 'failed'
      when fitting.status = 'partially_published' then 'published'
      when fitting.status = 'archived' and fitting.published_at is not null then 'published'
      when fitting.status = 'archived' then 'cancelled'
      when fitting.status = 'draft' and fitting.position = 2 and fitting.place % 3 = 0 then 'cancelled'
      else fitting.status
    end as form_status,
    -- the first attempt met a limit, the second went through
    fitting.status = 'published' and fitting.position = 2 and fitting.place % 6 = 1 as is_retried
  from fitting
  where fitting.position <= 2 + fitting.place % 2
)

select
  -- all columns of a post, and those of its form
  decided.*, -- noqa: AM04
  private.computed_id('demo.social_media_posts:' || decided.number || ':' || decided.platform) as form_id,
  case
    when decided.form_status = 'published'
      then decided.published_at + (decided.position - 1) * interval '9 seconds' + decided.is_retried::integer * interval '15 minutes'
  end as form_published_at,
  case decided.form_status
    when 'published' then case when decided.is_retried then 2 else 1 end
    when 'failed' then 1 + decided.number % 3
    when 'publishing' then 1
    else 0
  end as attempts,
  -- figures exist once a form has been out for a day
  case
    when decided.form_status = 'published' and decided.published_at < decided.seeded_at - interval '26 hours'
      then
        180
        + decided.number * 7919 % 4300
        + length(decided.platform) * 61
        + (decided.content_type = 'video')::integer * 2600
  end as impressions
from decided;

with total as (
  select
    form.space,
    form.campaign,
    count(*) as forms,
    sum(form.impressions) as impressions
  from pg_temp.demo_forms as form
  where form.impressions is not null
  group by form.space, form.campaign
)

insert into public.campaigns (
  id, workspace_id, user_id, name, description, objectives, target_audience, budget, start_date, end_date, status, analytics, metadata,
  created_at, updated_at
)
select
  private.computed_id('demo.campaigns:' || campaign.space || ':' || campaign.number) as id,
  space.id as workspace_id,
  private.computed_id('demo.users:' || space.people[1 + campaign.number % 2]) as user_id,
  campaign.name,
  campaign.description,
  campaign.objectives,
  campaign.audience::jsonb as target_audience,
  campaign.budget,
  space.seeded_at + (course.start_day * interval '24 hours') as start_date,
  space.seeded_at + (course.end_day * interval '24 hours') as end_date,
  course.status,
  case when total.forms > 0 then jsonb_build_object('forms', total.forms, 'impressions', total.impressions) else '{}' end as analytics,
  jsonb_build_object('colour', (array['amber', 'teal', 'violet', 'rose', 'slate'])[campaign.number]) as metadata,
  space.seeded_at + (course.start_day - 16) * interval '24 hours' as created_at,
  space.seeded_at + least(course.end_day, -1) * interval '24 hours' as updated_at
from (
  values
  (1, 1, 'Open late', 'Two evenings a week until midnight.', array['visits'], '{"age": "18-65"}', 600.00),
  (1, 2, 'Meet the bakers', 'Faces behind the bread, one each week.', array['awareness', 'trust'], '{"place": "Amman"}', 250.50),
  (1, 3, 'جيران وردة · Our neighbours', 'The street and the people in it.', array['visits'], '{"place": "Jabal al-Weibdeh"}', 400.00),
  (1, 4, 'Less waste', 'Get people used to buying yesterday''s bread.', array['zero waste'], '{"age": "18-30"}', null),
  (1, 5, 'Boxes for offices', 'To order ahead, for ten people or more.', array['orders'], '{"place": "Amman"}', 950.00),
  (2, 1, 'Northwall league', 'Eight weeks, four categories, one very large trophy.', array['sign-ups'], '{"place": "Denver"}', 1200.00),
  (2, 2, 'First steps', 'Fill the beginners'' courses.', array['sign-ups', 'awareness'], '{"age": "20-45"}', 800.00),
  (2, 3, 'Climb more', 'One reason a week to come once more.', array['visits'], '{"interests": ["bouldering"]}', 450.00),
  (2, 4, 'Bring a friend', 'Members bring someone for free on weekdays.', array['referrals'], '{"members": true}', null),
  (2, 5, 'Five-month passes', 'On sale for two weeks.', array['sales'], '{"place": "Front Range"}', 1500.00),
  (3, 1, 'Conference talks', 'Three talks, and the notes that go with them.', array['awareness'], '{"roles": ["CTO", "lead"]}', 2400.00),
  (3, 2, 'Engineering notes', 'What the work really takes.', array['leads', 'trust'], '{"roles": ["DBA", "backend"]}', 1800.00),
  (3, 3, 'Who we are', 'For people who may want to work with us.', array['applications'], '{"place": "India, remote"}', 950.00),
  (3, 4, 'Small releases', 'One a week, however small.', array['stars', 'awareness'], '{"interests": ["oss"]}', null),
  (3, 5, 'What we got wrong', '“Two years in numbers”, the good ones and the others.', array['trust'], '{"roles": ["CTO"]}', 0.00)
) as campaign (space, number, name, description, objectives, audience, budget)
inner join (
  values
  (1, 'archived', -100, -80), (2, 'completed', -78, -44), (3, 'active', -30, 21), (4, 'paused', -20, 14), (5, 'draft', 15, 45)
) as course (number, status, start_day, end_day) on campaign.number = course.number
inner join pg_temp.demo_spaces as space on campaign.space = space.number
left join total on campaign.space = total.space and campaign.number = total.campaign
on conflict do nothing;

insert into public.content_templates (
  id, workspace_id, user_id, name, description, category, template_content, variables, platforms, tags, usage_count, is_public,
  created_at, updated_at
)
select
  private.computed_id('demo.content_templates:' || template.space || ':' || template.number) as id,
  space.id as workspace_id,
  private.computed_id('demo.users:' || space.people[1 + template.number % cardinality(space.people)]) as user_id,
  template.name,
  template.description,
  template.category,
  template.content as template_content,
  template.variables,
  template.platforms,
  template.tags,
  template.number * 17 % 41 as usage_count,
  template.number = 1 as is_public,
  space.seeded_at - (2100 - 240 * template.number) * interval '1 hour' as created_at,
  space.seeded_at - 70 * template.number * interval '1 hour' as updated_at
from (
  values
  (
    1, 1, 'Bread of the week', 'Every Sunday evening.', 'announcement', array['instagram', 'facebook'], array['weekly'],
    'This week: {{bread}} 🍞' || chr(10) || '{{what_is_special}}' || chr(10) || 'On the shelf from {{day}}, {{price}} JOD.',
    array['bread', 'what_is_special', 'day', 'price']
  ),
  (
    1, 2, 'Sold out', 'When something is gone early.', 'engagement', array['instagram'], array['quick'],
    '{{product}} is gone for today, sorry! Next batch: {{time}}. Want us to keep one for you? Write "{{word}}" below.',
    array['product', 'time', 'word']
  ),
  (
    1, 3, 'وصفة اليوم', 'وصفة قصيرة من مطبخنا.', 'education', array['facebook', 'pinterest'], array['عربي', 'recipe'],
    'وصفة اليوم: {{name}}' || chr(10) || 'المقادير: {{ingredients}}' || chr(10) || 'بالهناء والشفاء!',
    array['name', 'ingredients']
  ),
  (
    1, 4, 'Class announcement', 'Baking classes with a date and a number of places.', 'announcement', '{}', array['class'],
    '{{class}} on {{date}}: {{places}} places, apron included. Book at https://bakery.example.com/classes',
    array['class', 'date', 'places']
  ),
  (
    2, 1, 'New set', 'After each setting day.', 'announcement', array['instagram', 'facebook', 'tiktok'], array['setting'],
    'New in the {{area}}: {{count}} problems, {{lowest}} to {{highest}}. Setters: {{setters}}. Go and get them!',
    array['area', 'count', 'lowest', 'highest', 'setters']
  ),
  (
    2, 2, 'Drill of the week', 'One exercise, explained in three sentences.', 'education', array['tiktok', 'youtube'], array['training'],
    '"{{drill}}": {{how}}. Do it {{times}}, then rest. You will feel it in your {{body_part}}.',
    array['drill', 'how', 'times', 'body_part']
  ),
  (
    2, 3, 'Lane closed', 'Maintenance and competitions.', 'service', array['facebook'], array['maintenance'],
    'Lanes {{lanes}} are closed until {{date}} because of {{reason}}. Everything else is open.',
    array['lanes', 'date', 'reason']
  ),
  (
    3, 1, 'Case study in five lines', 'The client signs it off first.', 'social proof', array['linkedin'], array['client', 'case study'],
    '{{client}} needed {{need}}. The hard part: {{hard_part}}. What we did: {{solution}}. Now: {{figure}}. {{link}}',
    array['client', 'need', 'hard_part', 'solution', 'figure', 'link']
  ),
  (
    3, 2, 'Release note', 'For open-source releases.', 'announcement', array['twitter', 'linkedin'], array['release'],
    '{{project}} {{version}} is out 🎉 {{best_change}}. Breaking: {{breaking}}. Notes: {{link}}',
    array['project', 'version', 'best_change', 'breaking', 'link']
  ),
  (
    3, 3, 'Open position', 'Says what it pays.', 'hiring', array['linkedin', 'twitter'], array['hiring'],
    'We look for {{role}}. You will {{task}}. You will not {{not_task}}. It pays {{pay}}. {{link}}',
    array['role', 'task', 'not_task', 'pay', 'link']
  )
) as template (space, number, name, description, category, platforms, tags, content, variables)
inner join pg_temp.demo_spaces as space on template.space = space.number
on conflict do nothing;

insert into public.content_posts (
  id, workspace_id, user_id, campaign_id, title, content, content_type, status, scheduled_for, published_at, tags, metadata, created_at,
  updated_at
)
select
  post.id,
  post.workspace_id,
  post.user_id,
  private.computed_id('demo.campaigns:' || post.space || ':' || post.campaign) as campaign_id, -- null where there is none
  post.title,
  concat_ws(' ', post.opening, post.sentence, post.closing) as content,
  post.content_type,
  post.status,
  -- some were sent at once, and a draft has no time yet
  case when post.status <> 'draft' and (post.place % 9 <> 0 or post.status = 'scheduled') then post.slot end as scheduled_for,
  post.published_at,
  post.tags,
  jsonb_build_object('written_in', (array['composer', 'calendar', 'mobile app'])[1 + post.turn % 3]) as metadata,
  post.created_at,
  case
    when post.status = 'archived' then least(post.slot + interval '60 hours', post.seeded_at - interval '1 hour')
    when post.status in ('draft', 'scheduled') then post.created_at + interval '25 minutes'
    else coalesce(post.published_at, post.slot) + interval '1 minute'
  end as updated_at
from pg_temp.demo_posts as post
on conflict do nothing;

-- Seven files for each subject: four pictures, two films, and one that is neither. A file is there before the first post with it.
insert into public.media_assets (
  id, workspace_id, user_id, filename, original_filename, media_type, mime_type, file_size, url, thumbnail_url, dimensions, duration,
  generated_by, generation_params, tags, is_public, metadata, created_at, updated_at
)
select
  asset.id,
  asset.workspace_id,
  asset.user_id,
  asset.filename,
  case
    when asset.media_type not in ('image', 'video') then asset.title || '.' || asset.extension
    when not asset.is_generated then 'IMG_' || lpad((asset.size_seed % 9973)::text, 4, '0') || '.' || asset.extension
  end as original_filename,
  asset.media_type,
  asset.mime_type,
  asset.smallest_size + asset.size_seed as file_size,
  asset.place || asset.filename as url,
  case when asset.media_type in ('image', 'video') then asset.place || 'thumbnails/' || asset.stem || '.webp' end as thumbnail_url,
  case asset.media_type
    when 'image' then jsonb_build_object('width', 1080, 'height', (array[1080, 1350, 1920])[1 + asset.variant % 3])
    when 'video' then '{"width": 1080, "height": 1920}'
    else '{}'
  end as dimensions,
  case when asset.media_type in ('video', 'audio') then 14.5 + asset.size_seed % 61 end as duration,
  case when asset.is_generated then 'stable-diffusion-xl' end as generated_by,
  case when asset.is_generated then jsonb_build_object('prompt', asset.title || ', daylight, 35 mm', 'seed', asset.size_seed) else '{}' end
    as generation_params,
  asset.tags,
  asset.variant = 1 and asset.subject = 0 as is_public,
  jsonb_build_object('folder', (array['summer', 'shop', 'archive'])[1 + asset.subject % 3]) as metadata,
  asset.created_at,
  asset.created_at as updated_at
from (
  select
    private.computed_id('demo.media_assets:' || space.number || ':' || subject.number || ':' || variant.number) as id,
    space.id as workspace_id,
    private.computed_id('demo.users:' || space.people[1 + (subject.number + variant.number) % cardinality(space.people)]) as user_id,
    subject.title,
    subject.tags,
    subject.number as subject,
    variant.number as variant,
    kind.media_type,
    kind.mime_type,
    kind.extension,
    kind.smallest_size,
    subject.slug || '-' || variant.number as stem,
    subject.slug || '-' || variant.number || '.' || kind.extension as filename,
    'https://media.example.com/' || space.slug || '/' as place,
    variant.number = 3 and subject.number % 2 = 0 as is_generated,
    (space.number * 12 + subject.number * 7 + variant.number) * 15485863 % 1400003 as size_seed,
    least(
      space.seeded_at - (30 + subject.number) * interval '1 hour',
      space.seeded_at + variant.first_day * interval '24 hours' + subject.number * interval '7 hours'
    ) as created_at
  from pg_temp.demo_spaces as space
  inner join pg_temp.demo_subjects as subject on space.number = subject.space
  cross join (
    values
    (1, 'image', -103), (2, 'image', -64), (3, 'image', -38), (4, 'image', 0), (5, 'video', -103), (6, 'video', -38), (7, 'rest', -50)
  ) as variant (number, kind, first_day)
  inner join (
    values
    ('image', null, 'image', 'image/jpeg', 'jpg', 190000),
    ('video', null, 'video', 'video/mp4', 'mp4', 9400000),
    ('rest', 0, 'audio', 'audio/mpeg', 'mp3', 1200000),
    ('rest', 1, 'document', 'application/pdf', 'pdf', 88000),
    ('rest', 2, 'other', 'application/octet-stream', 'fig', 410000)
  ) as kind (name, remainder, media_type, mime_type, extension, smallest_size)
    on variant.kind = kind.name and coalesce(kind.remainder, subject.number % 3) = subject.number % 3
) as asset
on conflict do nothing;

-- A carousel shows three neighbouring subjects. An asset that somebody put in the same place stays there.
insert into public.content_media (id, workspace_id, post_id, asset_id, position, alt_text, created_at)
select
  private.computed_id('demo.content_media:' || post.number || ':' || place.position) as id,
  post.workspace_id,
  post.id as post_id,
  private.computed_id(
    'demo.media_assets:' || post.space || ':' || subject.number || ':'
    -- the newest that there was when the post was written
    || case when post.content_type = 'video' then 5 + post.place / 60 else 1 + post.place / 12 * 4 / 10 end
  ) as asset_id,
  place.position,
  case
    when post.number % 8 <> 0
      then
        case
          when post.content_type = 'video' then 'Film with captions: '
          else (array['Photo: ', 'Close-up: ', 'A picture of: ', 'صورة: '])[1 + (post.number + place.position) % 4]
        end || subject.title
  end as alt_text,
  post.created_at + interval '6 minutes' as created_at
from pg_temp.demo_posts as post
cross join generate_series(0, 2) as place (position)
inner join pg_temp.demo_subjects as subject
  on post.space = subject.space and (post.subject + place.position) % 12 = subject.number
where place.position < case post.content_type when 'text' then 0 when 'carousel' then 3 else 1 end
  and not exists (
    select from public.content_media as taken
    where taken.workspace_id = post.workspace_id
      and taken.post_id = post.id
      and taken.position = place.position
  )
on conflict (id) do nothing;

insert into public.social_media_posts (
  id, workspace_id, content_post_id, user_id, platform_id, title, content, hashtags, mentions, status, scheduled_for, published_at,
  ayrshare_post_id, platform_results, analytics, created_at, updated_at
)
select
  form.form_id as id,
  form.workspace_id,
  form.id as content_post_id,
  form.user_id,
  platform.id as platform_id,
  case when form.platform in ('youtube', 'pinterest') then form.title end as title,
  case form.platform
    when 'twitter' then concat_ws(' ', form.sentence, form.closing)
    when 'pinterest' then form.sentence
    when 'linkedin' then form.opening || chr(10) || chr(10) || form.sentence || chr(10) || chr(10) || form.closing
    else concat_ws(' ', form.opening, form.sentence, form.closing)
  end as content,
  -- X gets one, Instagram all
  case
    when form.platform = 'twitter' then array['#' || form.tags[1]]
    else array['#' || form.tags[1], '#' || form.tags[2], '#' || form.space_slug]
  end as hashtags,
  case when form.number % 9 = 4 then array['@noor.elamin'] else '{}' end as mentions,
  form.form_status as status,
  case
    when form.status <> 'draft' and (form.place % 9 <> 0 or form.status = 'scheduled')
      then form.slot + (form.position - 1) * interval '9 seconds'
  end as scheduled_for,
  form.form_published_at as published_at,
  case when form.form_published_at is not null then 'demo-' || left(replace(form.id::text, '-', ''), 20) end as ayrshare_post_id,
  case form.form_status
    when 'published' then jsonb_build_object('status', 'success', 'attempts', form.attempts)
    when 'failed' then jsonb_build_object('status', 'error', 'attempts', form.attempts)
    else '{}'
  end as platform_results,
  case
    when form.impressions is not null
      then
        jsonb_build_object(
          'impressions', form.impressions,
          'likes', form.impressions * (3 + form.number % 5) / 100,
          'comments', form.impressions / 240,
          'shares', form.impressions / 310
        )
    else '{}'
  end as analytics,
  form.created_at + interval '8 minutes' as created_at,
  coalesce(form.form_published_at, form.created_at + interval '9 minutes') as updated_at
from pg_temp.demo_forms as form
inner join public.social_platforms as platform on form.platform = platform.name
on conflict do nothing;

insert into public.post_publications (
  id, workspace_id, post_id, social_media_post_id, account_id, attempt, status, platform_post_id, published_at, error_message,
  platform_response, created_at, updated_at
)
select
  attempt.id,
  attempt.workspace_id,
  attempt.post_id,
  attempt.form_id as social_media_post_id,
  account.id as account_id,
  attempt.number as attempt,
  attempt.status,
  case when attempt.status in ('published', 'deleted') then left(replace(attempt.id::text, '-', ''), 18) end as platform_post_id,
  case when attempt.status in ('published', 'deleted') then attempt.published_at end as published_at,
  case when attempt.status = 'failed' then attempt.fault end as error_message,
  case attempt.status
    when 'failed' then jsonb_build_object('status', attempt.fault_code)
    when 'pending' then '{}'
    when 'publishing' then '{}'
    else jsonb_build_object('status', 201)
  end as platform_response,
  attempt.created_at,
  case
    when attempt.status = 'deleted' then least(attempt.published_at + interval '60 hours', attempt.seeded_at - interval '1 hour')
    when attempt.status = 'published' then attempt.published_at
    else attempt.created_at + interval '20 seconds'
  end as updated_at
from (
  select
    private.computed_id('demo.post_publications:' || form.number || ':' || form.platform || ':' || attempt.number) as id,
    form.workspace_id,
    form.id as post_id,
    form.form_id,
    form.platform,
    form.space,
    attempt.number,
    case
      when form.form_status = 'failed' or attempt.number < form.attempts then 'failed'
      when form.form_status = 'publishing' and form.position = 1 then 'publishing'
      when form.form_status = 'publishing' then 'pending'
      when form.status = 'archived' and form.place % 4 = 0 then 'deleted'
      else 'published'
    end as status,
    form.form_published_at as published_at,
    form.seeded_at,
    fault.code as fault_code,
    fault.words as fault,
    form.slot + form.position * interval '9 seconds' + (attempt.number - 1) * interval '15 minutes' as created_at
  from pg_temp.demo_forms as form
  cross join generate_series(1, form.attempts) as attempt (number)
  -- only a limit, or no answer, is worth another attempt
  inner join (
    values
    (0, 429, 'The platform takes no more posts from this account for 15 minutes.'),
    (1, 401, 'The platform no longer accepts the sign-in of this account. Connect it again.'),
    (2, 503, 'The platform did not answer within 20 seconds.'),
    (3, 422, 'The platform refused the text: “link to a page that could not be loaded”.')
  ) as fault (number, code, words)
    on fault.number = case when form.attempts > 1 then attempt.number % 2 * 2 else 1 + form.number % 2 * 2 end
) as attempt
left join public.user_social_accounts as account
  on attempt.workspace_id = account.workspace_id
    and account.id = private.computed_id('demo.user_social_accounts:' || attempt.space || ':' || attempt.platform)
on conflict do nothing;

drop view
pg_temp.demo_forms,
pg_temp.demo_posts,
pg_temp.demo_closings,
pg_temp.demo_openings,
pg_temp.demo_subjects,
pg_temp.demo_spaces;
