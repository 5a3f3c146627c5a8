-- What someone else's SQL may use of a prepared database of its own: as much as the owner of public may on Supabase.

grant usage on schema auth to public;

grant usage, create on schema extensions to public;

grant select, references, trigger on auth.users, auth.identities to public;
