-- A row that refers to one of another workspace.
select old.the_key as example
from the_table as old
inner join the_parent as parent on old.the_column::text = parent.id::text
where old.workspace_id::text <> parent.workspace_id::text;
