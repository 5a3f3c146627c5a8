-- A.content_recommendations: a table without rows.

delete from content_recommendations;
