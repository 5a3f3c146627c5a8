drop table consolidation.legacy_columns;
