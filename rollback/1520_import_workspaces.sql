delete from consolidation.steps
where step in ('a.workspaces', 'a.workspace_members', 'b.workspaces');

drop function consolidation.conclude_b_workspaces();

drop function consolidation.import_b_workspaces();

drop function consolidation.prepare_b_workspaces();

drop function consolidation.conclude_a_workspace_members();

drop function consolidation.import_a_workspace_members();

drop function consolidation.prepare_a_workspace_members();

drop function consolidation.import_a_workspaces();

drop function consolidation.prepare_a_workspaces();

drop table consolidation.homes;

drop table consolidation.workspace_owners;
