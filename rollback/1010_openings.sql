drop table secrets.user_changes;

drop table secrets.workspace_openings;
