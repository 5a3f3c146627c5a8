drop schema consolidation;
