-- An extension is never dropped: others may use it by now.
select 1;
