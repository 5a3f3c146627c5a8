drop function private.repair_sign_ups(integer);

-- The trigger goes with its function: only the owner of auth.users could drop it by name.
drop function private.follow_auth_user() cascade;

drop function private.note_sign_up_fault(uuid, text, text);

drop function private.put_user_away(uuid);

drop function private.make_user_from_auth(uuid);

drop function private.harmless_url(jsonb);

drop function private.harmless_text(jsonb, integer);

drop table secrets.sign_up_faults;
