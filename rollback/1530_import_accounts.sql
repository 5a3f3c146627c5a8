delete from consolidation.steps
where step in ('a.social_platforms', 'a.user_social_accounts', 'b.workspaces_accounts');

drop function consolidation.import_b_workspaces_accounts();

drop function consolidation.prepare_b_workspaces_accounts();

drop function consolidation.import_a_user_social_accounts();

drop function consolidation.prepare_a_user_social_accounts();

drop function consolidation.import_a_social_platforms();

drop function consolidation.parted(jsonb, boolean);

drop function consolidation.may_be_secret(text);

drop function consolidation.said_time(jsonb, text);

drop function consolidation.said(jsonb, text);

drop table consolidation.account_matches;
