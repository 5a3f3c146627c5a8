-- A.content_insights: a table of the list that the database lacks.

drop table content_insights;
