drop function private.writable_workspaces(text);

drop function private.widely_writable_workspaces(jsonb, text);

drop function private.audited_workspaces();

drop function private.readable_workspaces();

drop function private.widely_readable_workspaces(jsonb);

drop function private.opened_workspaces(jsonb);

drop function private.sees_public_rows();

drop function private.writing_person();

drop function private.acting_person();

drop function private.plainly_named_workspace();

drop function private.named_workspace();

drop function private.token_person();

drop function private.token_counts(jsonb);
