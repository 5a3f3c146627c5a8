"""Numbers out of their range, on another scale, larger than their type should be, or none."""

from __future__ import annotations

from tests.consolidation.legacy.hazards.kit import Planted, each, hazard

NOT_FINITE = ("NaN", "Infinity")

hazard("priority_out_of_range", "Priorities beyond 1 to 10.", each("B.worker_tasks", "priority", 0, 99, -1, 11))

hazard(
    "progress_in_percent",
    "Progress in percent, or beyond it.",
    each("B.workflow_executions", "progress", 45.0, 100.0, 1.0000005, 1.5, 250.0, -5.0),
)

hazard(
    "progress_in_percent_against_lists",
    "Progress in percent where A's list forbids it and somebody has dropped the check.",
    each("A.workflow_executions", "progress", 45.0, 100.0, 250.0, -5.0, against=True),
)

hazard(
    "engagement_in_percent",
    "Rates of engagement and completion in percent, where somebody has dropped the check; insights never had one.",
    each("A.video_analytics", "engagement_rate", 4.5, 101.0, -1.0, against=True),
    each("A.video_analytics", "completion_rate", 87.0, 1.0000005, against=True),
    each("A.content_insights", "engagement_score", 45.5, 1200.0, -3.0),
)

hazard(
    "scores_above_one",
    "Scores on another scale, where the lists have no check.",
    each("A.avatar_usage_stats", "avg_quality_score", 8.5, -1.0),
    each("A.content_insights", "sentiment_score", 3.0, -7.5),
    each("B.script_generations", "quality_score", 8.5, 87.0, -1.0),
    each("B.research_results", "quality_score", 1.0000001, 42.0, -0.5),
)

hazard(
    "scores_above_one_against_lists",
    "Scores on another scale that the lists forbid, where somebody has dropped the check.",
    each("A.script_generations", "quality_score", 8.5, -1.0, against=True),
    each("A.content_recommendations", "confidence_score", 1.7, 95.0, -0.2, against=True),
)

hazard(
    "negative_numbers",
    "Numbers below zero, or zero, where the hybrid wants more.",
    each("A.content_media", "file_size", -1),
    each("A.script_generations", "duration_target", 0, -60),
    each("A.video_generations", "duration", -1.5),
    *(each("A.video_analytics", name, -1) for name in ("views", "likes", "shares", "comments", "watch_time_avg")),
    *(each("A.user_video_limits", name, -1) for name in ("monthly_limit", "videos_this_month")),
    *(each("A.avatar_usage_stats", name, -5) for name in ("usage_count", "total_video_duration")),
    each("B.media_assets", "file_size", -1),
    each("B.media_assets", "duration", -0.5),
    each("B.campaigns", "budget", "-10.50"),
    each("B.content_templates", "usage_count", -1),
    each("B.script_generations", "duration_target", 0, -60),
    each("B.script_generations", "generation_time", -0.1),
    each("B.video_generations", "duration", -1.5),
    *(each("B.worker_results", name, -1) for name in ("execution_time_ms", "tokens_used", "cost_usd")),
    *(each("B.worker_tasks", name, -1) for name in ("retry_count", "max_retries", "timeout_seconds")),
)

hazard(
    "numbers_not_finite",
    "NaN and infinities.",
    each("A.avatar_usage_stats", "avg_quality_score", *NOT_FINITE),
    each("A.avatar_usage_stats", "total_video_duration", *NOT_FINITE),
    each("A.content_insights", "sentiment_score", *NOT_FINITE),
    each("A.content_insights", "engagement_score", *NOT_FINITE),
    each("A.platform_analytics", "metric_value", *NOT_FINITE),
    each("A.video_generations", "duration", *NOT_FINITE),
    each("A.video_analytics", "watch_time_avg", *NOT_FINITE),
    each("B.media_assets", "duration", *NOT_FINITE),
    each("B.campaigns", "budget", "NaN"),
    each("B.research_results", "quality_score", *NOT_FINITE),
    each("B.script_generations", "generation_time", *NOT_FINITE),
    each("B.script_generations", "quality_score", *NOT_FINITE),
    each("B.video_generations", "duration", *NOT_FINITE),
    each("B.worker_results", "cost_usd", "NaN"),
    each("B.workflow_executions", "progress", *NOT_FINITE, "-Infinity"),
)

hazard(
    "large_numbers",
    "Numbers at the end of their type, and with more digits than another type holds.",
    each("A.content_media", "file_size", 2**31 - 1),
    *(each("A.video_analytics", name, 2**31 - 1) for name in ("views", "likes", "shares", "comments")),
    each("A.platform_analytics", "metric_value", "12345678901234567890123456789.012345678901234567890123456789", "1e-30", "0.10"),
    each("A.content_insights", "engagement_score", 1.7976931348623157e308, 5e-324, 0.1 + 0.2),
    each("B.media_assets", "file_size", 2**31, 2**53 + 1, 2**63 - 1),
    each("B.campaigns", "budget", "99999999.99"),
    each("B.worker_results", "cost_usd", "9999.999999", "0.000001"),
)

hazard(
    "ends_before_it_starts",
    "Campaigns that end before they start.",
    [Planted("B.campaigns", {"start_date": "2024-05-01 12:00+00", "end_date": "2024-05-01 11:59:59.999999+00"})],
)
