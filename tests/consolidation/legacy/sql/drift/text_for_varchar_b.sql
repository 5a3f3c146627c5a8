-- B.campaigns, B.worker_tasks: text where the list says varchar.

alter table campaigns alter column name type text, alter column status type text;

alter table worker_tasks alter column worker_type type text;
