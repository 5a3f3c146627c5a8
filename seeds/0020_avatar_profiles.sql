-- Why: the four avatars that every workspace may use; they belong to the platform's workspace.
-- Safe to run twice: the ids are computed from the names, and a row that is there is left as it is. To stop offering one, set
-- is_active to false: a deleted one comes back at the next run.

insert into public.avatar_profiles (
  id, workspace_id, name, avatar_id, voice_id, display_order, is_default, description, avatar_type
)
select
  private.computed_id('seed.avatar_profiles:' || avatar.name) as id,
  private.platform_workspace_id() as workspace_id,
  avatar.name,
  avatar.avatar_id,
  avatar.voice_id,
  avatar.display_order,
  true as is_default,
  avatar.description,
  'avatar' as avatar_type
from (
  values
  ('Professional Male', 'professional_male_01', 'professional_male_voice_01', 1, 'A man in business dress, calm voice.'),
  ('Professional Female', 'professional_female_01', 'professional_female_voice_01', 2, 'A woman in business dress, calm voice.'),
  ('Casual Male', 'casual_male_01', 'casual_male_voice_01', 3, 'A man in everyday dress, lively voice.'),
  ('Casual Female', 'casual_female_01', 'casual_female_voice_01', 4, 'A woman in everyday dress, lively voice.')
) as avatar (name, avatar_id, voice_id, display_order, description)
on conflict do nothing;
