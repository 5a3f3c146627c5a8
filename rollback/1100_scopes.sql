revoke execute on function private.writable_workspaces(text) from authenticated;

revoke execute on function private.audited_workspaces() from authenticated;

revoke execute on function private.readable_workspaces() from authenticated;

revoke execute on function private.sees_public_rows() from authenticated;

revoke execute on function private.writing_person() from authenticated;

revoke execute on function private.acting_person() from authenticated;

revoke execute on function private.token_person() from authenticated;
