delete from consolidation.steps
where step in ('a.users', 'b.users');

drop function consolidation.import_b_users();

drop function consolidation.prepare_b_users();

drop function consolidation.import_a_users();

drop function consolidation.prepare_a_users();

drop table consolidation.person_matches;
