drop function private.set_updated_at();

drop function private.platform_workspace_id();

drop function private.computed_id(text);

drop function private.uuid_v7();
