-- B.worker_results: jsonb kept as text.

alter table worker_results alter column result_data drop default;

alter table worker_results alter column result_data type text using result_data::text;
