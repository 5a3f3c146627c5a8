drop function private.revoke_invitation(uuid, uuid, timestamptz);

drop function private.accept_invitation(text, uuid, timestamptz);

drop function private.invite(uuid, text, text, uuid, timestamptz, interval);

drop function private.inviting_role(uuid, uuid);

drop table secrets.workspace_invitations;
