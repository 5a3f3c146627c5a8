-- Why: a policy calls its helpers as whoever asks, so that role needs EXECUTE on each. It has no USAGE on private: by name it reaches none.
-- Touches: rights on seven functions. What they tell is what the person may know: oneself, and where one may read and write.

grant execute on function private.token_person() to authenticated;

grant execute on function private.acting_person() to authenticated;

grant execute on function private.writing_person() to authenticated;

grant execute on function private.sees_public_rows() to authenticated;

grant execute on function private.readable_workspaces() to authenticated;

grant execute on function private.audited_workspaces() to authenticated;

grant execute on function private.writable_workspaces(text) to authenticated;
