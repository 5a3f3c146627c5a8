-- Why: only `public` is served by the Data API, so whatever clients must not reach lives elsewhere.
-- Touches: three new, empty schemas. Nothing can go wrong but a name that is taken.

create schema private;

comment on schema private is 'Helpers of policies and triggers. API roles have no USAGE; they EXECUTE single functions by name.';

create schema secrets;

comment on schema secrets is 'What no client may ever read: tokens, keys, invitations, claims.';

create schema partitions;

comment on schema partitions is 'Partitions of the measures tables. In public each would be served without the policies of its parent.';
