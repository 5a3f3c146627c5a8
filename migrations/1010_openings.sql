-- Why: a platform admin has no standing right to read what tenants wrote. One workspace is opened, with a reason, for an hour; and what
-- an admin changes of a person is kept, with what it was before.
-- Touches: two new tables in secrets, which only the functions of 1220 write.

create table secrets.workspace_openings (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references public.workspaces (id) on delete cascade,
  opened_by uuid not null references public.users (id) on delete cascade,
  -- the session of the auth service: another one of the same person sees nothing
  session_id uuid not null,
  reason text not null,
  opened_at timestamptz not null default now(),
  expires_at timestamptz not null,
  closed_at timestamptz,

  constraint workspace_openings_has_a_reason check (btrim(reason) <> ''),
  constraint workspace_openings_last_an_hour check (expires_at > opened_at and expires_at <= opened_at + interval '1 hour')
);

alter table secrets.workspace_openings enable row level security;

create index workspace_openings_opened_by_session_id_idx on secrets.workspace_openings (opened_by, session_id);

create index workspace_openings_workspace_id_opened_at_idx on secrets.workspace_openings (workspace_id, opened_at);

create table secrets.user_changes (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references public.users (id) on delete cascade,
  changed_by uuid references public.users (id) on delete set null,
  changed_at timestamptz not null default now(),
  before jsonb not null default '{}',
  after jsonb not null default '{}'
);

alter table secrets.user_changes enable row level security;

create index user_changes_user_id_changed_at_idx on secrets.user_changes (user_id, changed_at);

create index user_changes_changed_by_idx on secrets.user_changes (changed_by);

comment on table secrets.workspace_openings is 'Workspaces that a platform admin opened for reading; kept when they are over.';

comment on column secrets.workspace_openings.id is 'Key.';

comment on column secrets.workspace_openings.workspace_id is 'The workspace that was opened.';

comment on column secrets.workspace_openings.opened_by is 'The platform admin.';

comment on column secrets.workspace_openings.session_id is 'The session that may read: session_id of the token that opened it.';

comment on column secrets.workspace_openings.reason is 'Why, in the words of the admin; its members read it in their log.';

comment on column secrets.workspace_openings.opened_at is 'When it was opened.';

comment on column secrets.workspace_openings.expires_at is 'From then on nothing is read by it; an hour after opened_at at most.';

comment on column secrets.workspace_openings.closed_at is 'When the admin closed it before its time; null otherwise.';

comment on table secrets.user_changes is 'What platform admins changed of people: role, tier, activity.';

comment on column secrets.user_changes.id is 'Key.';

comment on column secrets.user_changes.user_id is 'Whose row was changed.';

comment on column secrets.user_changes.changed_by is 'The platform admin; null once that person''s row is deleted.';

comment on column secrets.user_changes.changed_at is 'When.';

comment on column secrets.user_changes.before is 'What was changed, by column, as it was.';

comment on column secrets.user_changes.after is 'The same columns as they were set.';
