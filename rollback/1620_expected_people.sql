delete from consolidation.expectations
where position between 110 and 155;

delete from consolidation.asides
where position between 110 and 150;

delete from consolidation.not_compared
where hybrid_table in ('public.workspace_members');

drop function consolidation.find_homes();

drop view consolidation.expected_kept_b_users;

drop view consolidation.expected_kept_a_users;

drop view consolidation.expected_b_workspaces_owners;

drop view consolidation.expected_a_workspaces_owners;

drop view consolidation.expected_a_workspace_members;

drop view consolidation.unlawful_workspaces;

drop view consolidation.expected_b_workspaces;

drop view consolidation.expected_a_workspaces;

drop view consolidation.expected_owners;

drop view consolidation.unlawful_people;

drop view consolidation.expected_b_users_claims;

drop view consolidation.expected_b_users;

drop view consolidation.expected_a_users;

drop view consolidation.expected_fills_of_users;
