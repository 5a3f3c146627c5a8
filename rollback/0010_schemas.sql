drop schema partitions;

drop schema secrets;

drop schema private;
