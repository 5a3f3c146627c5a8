-- Templates of the platform's own, which every signed-in user reads. One that is there already stays as it is; one that should
-- not be shown is made not public, because one that is deleted comes back with the next run.
insert into public.content_templates (
  id, workspace_id, name, description, category, template_content, variables, platforms, tags, is_public
)
select
  private.computed_id('seed.content_templates:' || template.key) as id,
  private.platform_workspace_id() as workspace_id,
  template.name,
  template.description,
  template.category,
  template.template_content,
  template.variables,
  template.platforms,
  template.tags,
  true as is_public
from (
  values
  (
    'product-launch',
    'Product launch',
    'Something new is out: say what it changes for the reader, then how to get it.',
    'announcement',
    $template${{product}} is here.

Until now, {{problem}}. From today, {{benefit}}.

What you get:
• {{feature_1}}
• {{feature_2}}
• {{feature_3}}

{{call_to_action}}: {{link}}$template$,
    array['product', 'problem', 'benefit', 'feature_1', 'feature_2', 'feature_3', 'call_to_action', 'link'],
    array['linkedin', 'facebook'],
    array['product', 'launch']
  ),
  (
    'event-invitation',
    'Event invitation',
    'An event with a date: who should come, and what they take home.',
    'announcement',
    $template$Join us: {{event}}

When: {{date}}
Where: {{place}}

For {{audience}} who want to {{takeaway}}. Seats are limited.

Sign up: {{link}}$template$,
    array['event', 'date', 'place', 'audience', 'takeaway', 'link'],
    array['linkedin', 'facebook', 'instagram'],
    array['event', 'invitation']
  ),
  (
    'lesson-learned',
    'Lesson learned',
    'A mistake and what came of it; ends with a question, so that people answer.',
    'thought leadership',
    $template$We got {{topic}} wrong.

We believed that {{assumption}}. Then {{turning_point}}.

What we do differently now:
1. {{change_1}}
2. {{change_2}}

The short version: {{lesson}}

{{question}}$template$,
    array['topic', 'assumption', 'turning_point', 'change_1', 'change_2', 'lesson', 'question'],
    array['linkedin'],
    array['story', 'experience']
  ),
  (
    'customer-story',
    'Customer story',
    'A result that a customer reached, in the customer''s own words and with one figure.',
    'social proof',
    $template${{customer}} had a problem: {{challenge}}.

With {{product}}, the team {{solution}}. The result: {{result}}.

“{{quote}}”
{{quoted_person}}

The whole story: {{link}}$template$,
    array['customer', 'challenge', 'product', 'solution', 'result', 'quote', 'quoted_person', 'link'],
    array['linkedin', 'facebook'],
    array['customer', 'case study']
  ),
  (
    'quick-tip',
    'Quick tip',
    'One useful thing in a few words; short enough for X.',
    'education',
    $template$Quick tip for {{audience}}:

{{tip}}

Why it works: {{reason}}$template$,
    array['audience', 'tip', 'reason'],
    array['twitter', 'facebook', 'instagram'],
    array['tip', 'how-to']
  ),
  (
    'how-to-video',
    'How-to video script',
    'A short vertical video: a hook in the first three seconds, three steps, one request.',
    'video script',
    $template$[Hook, 3 seconds] {{hook}}

[Promise, 5 seconds] Here is how to {{goal}} in {{time_needed}}.

[Step 1] {{step_1}}
[Step 2] {{step_2}}
[Step 3] {{step_3}}

[Close, 5 seconds] {{call_to_action}}$template$,
    array['hook', 'goal', 'time_needed', 'step_1', 'step_2', 'step_3', 'call_to_action'],
    array['tiktok', 'instagram', 'youtube'],
    array['video', 'how-to']
  ),
  (
    'poll-question',
    'Question with choices',
    'Asks people for their view with three choices; works without a poll feature too.',
    'engagement',
    $template${{question}}

A) {{choice_a}}
B) {{choice_b}}
C) {{choice_c}}

Tell us in the comments, and say why. {{when_results}}, we share what you said.$template$,
    array['question', 'choice_a', 'choice_b', 'choice_c', 'when_results'],
    '{}'::text[],
    array['question', 'community']
  )
) as template (key, name, description, category, template_content, variables, platforms, tags)
on conflict do nothing;
