-- what PostgREST sets for each request, in one statement; every value is a parameter
-- noqa: disable=AL03
select
  set_config('search_path', :search_path, true),
  set_config('role', :role, true),
  set_config('request.jwt.claims', :claims, true),
  set_config('request.method', :method, true),
  set_config('request.path', :path, true),
  set_config('request.headers', :headers, true),
  set_config('request.cookies', :cookies, true);
