revoke execute on function private.next_month_begins(timestamptz) from service_role;

revoke execute on function private.platform_workspace_id() from authenticated, service_role;

revoke execute on function private.uuid_v7() from authenticated, service_role;
