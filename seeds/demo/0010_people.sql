-- Demo data: invented people and companies, for looking at the application with. Never for production: due posts and waiting tasks
-- are real rows, which a publisher or a worker takes.
-- Safe to run twice: keys are computed from names, a row that is there is left as it is, and one that was deleted comes back.
-- Times hang on the first run: each workspace's created_at keeps it, and every later file counts from there, in hours, because a day is
-- 23 to 25 hours long where clocks change.
-- To remove it, in this order:
--   delete from public.workspaces where metadata @> '{"demo": true}';
--   delete from public.users where metadata @> '{"demo": true}';

insert into public.users (
  id, email, email_verified_at, full_name, avatar_url, role, subscription_tier, is_active, onboarding_completed, preferences, metadata,
  created_at, updated_at
)
select
  private.computed_id('demo.users:' || person.number) as id,
  person.email,
  -- Amara was imported, and has not signed in yet
  case when person.number <> 3 then date_trunc('minute', now()) - person.age + interval '4 minutes' end as email_verified_at,
  person.full_name,
  'https://media.example.com/people/' || split_part(person.email, '@', 1) || '.png' as avatar_url,
  person.role,
  person.tier as subscription_tier,
  person.number <> 11 as is_active,
  person.number <> 3 as onboarding_completed,
  jsonb_build_object('language', person.language, 'theme', (array['light', 'dark', 'system'])[1 + person.number % 3]) as preferences,
  '{"demo": true}' as metadata,
  date_trunc('minute', now()) - person.age as created_at,
  -- whoever is inactive was made so six weeks ago
  date_trunc('minute', now()) - case when person.number = 11 then interval '1000 hours' else person.age end as updated_at
from (
  values
  (1, 'ليلى حداد', 'layla@bakery.example.com', 'user', 'creator', 'ar', interval '9600 hours'),
  (2, 'Jonas Lindqvist', 'jonas@bakery.example.com', 'user', 'creator', 'en', interval '9310 hours'),
  (3, 'Amara Okafor', 'amara.okafor@example.org', 'user', 'free', 'en', interval '5105 hours'),
  (4, 'Seán O''Brien', 'sean@climbing.example.com', 'user', 'creator_pro', 'en', interval '7200 hours'),
  (5, 'Mei-Ling Chen', 'meiling@climbing.example.com', 'user', 'creator', 'en', interval '7066 hours'),
  (6, 'Tomás Herrera', 'tomas.herrera@example.org', 'user', 'starter', 'es', interval '4012 hours'),
  (7, 'Priya Raghunathan', 'priya@agency.example.com', 'user', 'enterprise', 'en', interval '4800 hours'),
  (8, 'Zofia Wójcik', 'zofia@agency.example.com', 'user', 'creator', 'pl', interval '4688 hours'),
  (9, 'Noor el-Amin', 'noor.elamin@example.org', 'user', 'creator_pro', 'en', interval '4475 hours'),
  (10, 'Dmitri Volkov', 'dmitri.volkov@example.org', 'viewer', 'free', 'en', interval '3190 hours'),
  (11, 'Anaïs Dubois', 'anais.dubois@example.org', 'user', 'free', 'fr', interval '6800 hours'),
  (12, 'Grace Adeyemi', 'grace@platform.example.com', 'admin', 'enterprise', 'en', interval '9900 hours')
) as person (number, full_name, email, role, tier, language, age)
on conflict do nothing;

insert into public.workspaces (
  id, name, description, owner_id, is_default, settings, brand_guidelines, metadata, created_at, updated_at
)
select
  private.computed_id('demo.workspaces:' || space.number) as id,
  space.name,
  space.description,
  private.computed_id('demo.users:' || space.owner) as owner_id,
  true as is_default,
  jsonb_build_object('timezone', space.timezone, 'currency', space.currency, 'week_starts_on', 'monday') as settings,
  jsonb_build_object('tone', space.tone, 'colours', space.colours, 'avoid', array['synergy', 'game-changer']) as brand_guidelines,
  '{"demo": true}' as metadata,
  -- their ages, here and in the files that follow, are what leads back to the first run
  date_trunc('minute', now()) - space.age as created_at,
  date_trunc('minute', now()) - space.age as updated_at
from (
  values
  (
    1, 'Warda Bakery · مخبز وردة', 'Bread, buns and coffee in Jabal al-Weibdeh; two shops and one very old oven.',
    1, 'Asia/Amman', 'JOD', 'warm, a little proud, never in a hurry', array['#b5651d', '#fff3e0', '#7a1f3d'], interval '9600 hours'
  ),
  (
    2, 'Northwall Climbing', 'Bouldering, ropes and courses on 1,400 square metres of wall in Denver.',
    4, 'America/Denver', 'USD', 'friendly, precise about safety, dry humour', array['#0b3954', '#ff6663', '#e0ff4f'], interval '7200 hours'
  ),
  (
    3, 'Lattice & Loop', 'A software agency of nine that writes boring code on purpose.',
    7, 'Asia/Kolkata', 'INR', 'plain words, honest numbers, no superlatives', array['#1b1b3a', '#6c63ff', '#f4f4f9'], interval '4800 hours'
  )
) as space (number, name, description, owner, timezone, currency, tone, colours, age)
on conflict do nothing;

-- Noor works for all three; Dmitri looks at two, and may write in neither; Anaïs has left, and what she wrote stayed.
insert into public.workspace_members (id, workspace_id, user_id, user_is_active, role, permissions, joined_at, updated_at)
select
  private.computed_id('demo.workspace_members:' || member.space || ':' || member.person) as id,
  space.id as workspace_id,
  person.id as user_id,
  person.is_active as user_is_active,
  member.role,
  case when member.person = 10 then '{"export_reports": true}' else '{}' end::jsonb as permissions,
  -- nobody joins before there is an account and a workspace
  greatest(space.created_at, person.created_at) + (member.person - 1) * interval '55 minutes' as joined_at,
  greatest(space.created_at, person.created_at) + (member.person - 1) * interval '55 minutes' as updated_at
from (
  values
  (1, 1, 'owner'), (1, 2, 'editor'), (1, 3, 'member'), (1, 9, 'admin'), (1, 10, 'member'),
  (2, 4, 'owner'), (2, 5, 'admin'), (2, 6, 'editor'), (2, 9, 'member'), (2, 11, 'member'),
  (3, 7, 'owner'), (3, 8, 'editor'), (3, 9, 'admin'), (3, 10, 'member')
) as member (space, person, role)
inner join public.workspaces as space on space.id = private.computed_id('demo.workspaces:' || member.space)
inner join public.users as person on person.id = private.computed_id('demo.users:' || member.person)
on conflict do nothing;
