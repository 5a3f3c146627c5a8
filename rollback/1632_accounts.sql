drop function consolidation.accounts();

drop function consolidation.auth_accounts();
