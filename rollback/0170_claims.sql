drop function private.work_on_claims(integer);

drop function private.move_rows(regclass, name, boolean, uuid, uuid, integer);

drop function private.move_memberships(uuid, uuid, integer);

drop function private.columns_of_users();

drop function private.disable_claims();

drop function private.enable_claims(text);

-- The trigger goes with its function: only the owner of auth.users could drop it by name.
drop function private.follow_first_confirmation() cascade;

drop function private.note_claim(uuid);

drop table secrets.user_claims;

drop trigger users_unlist_what_changed on public.users;

drop function private.unlist_claimable();

drop table secrets.claimable_users;

drop table secrets.claim_settings;
