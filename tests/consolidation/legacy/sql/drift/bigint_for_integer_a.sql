-- A.video_analytics, A.avatar_usage_stats: wider integers than the list says.

alter table video_analytics alter column views type bigint, alter column id type bigint;

alter table avatar_usage_stats alter column usage_count type bigint;
