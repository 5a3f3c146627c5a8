-- What a row looks like as text, and with it its hash, must not hang on the settings of a role, a database or a server.

set search_path = '';

set timezone = 'UTC';

set datestyle = 'ISO, YMD';

set intervalstyle = 'postgres';

set extra_float_digits = 1;

set bytea_output = 'hex';

set lc_monetary = 'C';

set quote_all_identifiers = off;

-- an error, and not fewer rows, where row-level security would hide some
set row_security = off;

set jit = off;

set statement_timeout = 0;

set idle_in_transaction_session_timeout = 0;

-- from PostgreSQL 17 on
select set_config(setting.name, '0', false)
from pg_catalog.pg_settings as setting
where setting.name = 'transaction_timeout';
