-- Why: defaults, checks and the conditions of triggers run with the rights of whoever writes the row, so whoever may write needs
-- EXECUTE on the functions in them. They tell nothing and change nothing. API roles have no USAGE on private: only what the schema
-- itself calls can be reached through this.
-- Touches: rights on three functions.

-- keys of tables that only grow
grant execute on function private.uuid_v7() to authenticated, service_role;

-- checks and triggers on workspaces, members, videos and usage of avatars
grant execute on function private.platform_workspace_id() to authenticated, service_role;

-- the default of user_video_limits.credits_reset_at, which the service alone writes
grant execute on function private.next_month_begins(timestamptz) to service_role;
