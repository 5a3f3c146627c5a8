delete from consolidation.expectations
where position between 210 and 235;

delete from consolidation.asides
where position between 230 and 230;

delete from consolidation.not_compared
where hybrid_table in ('secrets.social_account_tokens', 'secrets.social_platform_configs');

drop view consolidation.expected_b_workspaces_tokens;

drop view consolidation.expected_b_workspaces_accounts;

drop view consolidation.expected_a_user_social_accounts_tokens;

drop view consolidation.expected_a_user_social_accounts;

drop view consolidation.expected_kept_b_workspaces;

drop view consolidation.expected_elements_of_b;

drop function consolidation.expected_time_of(jsonb, text);

drop function consolidation.expected_words_of(jsonb, text);

drop function consolidation.expected_open(jsonb);

drop view consolidation.expected_a_accounts;

drop view consolidation.expected_a_social_platforms_configs;

drop view consolidation.expected_a_social_platforms;
