"""The demo data: how much there is, that it agrees with itself, and that a second run leaves everything as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, LiteralString

import pytest
from psycopg import sql

from scripts import shim
from scripts.seeds import seed
from scripts.settings import ROOT
from scripts.target import Connection, Target
from tests.conftest import test_server
from tests.support.queries import rows, value

DEMO = ROOT / "seeds" / "demo"

#: What one run gives. The measures depend on the hour of the day, a little.
COUNTS = {
    "users": 12, "workspaces": 3, "workspace_members": 14, "user_social_accounts": 14, "campaigns": 15, "content_templates": 10,
    "content_posts": 330, "social_media_posts": 700, "post_publications": 549,
    "media_assets": 252, "content_media": 378, "workflow_executions": 90,
    "workflow_approvals": 57, "worker_tasks": 360, "worker_results": 435, "avatar_profiles": 7, "script_generations": 90,
    "video_generations": 66, "video_analytics": 222, "user_video_limits": 10, "avatar_usage_stats": 18,
    "research_configurations": 12, "research_jobs": 120, "research_results": 285, "content_insights": 300,
    "content_recommendations": 240, "content_embeddings": 210,
}  # fmt: skip

HUNDREDS = {
    "content_posts", "social_media_posts", "post_publications", "media_assets", "content_media", "worker_tasks", "worker_results",
    "video_analytics", "research_results", "content_insights", "content_recommendations", "platform_analytics", "analytics_events",
    "user_activity_logs", "content_embeddings",
}  # fmt: skip

#: Queries for rows that contradict others; each must find none.
CONTRADICTIONS: dict[str, LiteralString] = {
    "a post is published without a time, or has one and is not out": """
        select from public.content_posts
        where status <> 'archived' and (published_at is not null) <> (status in ('published', 'partially_published'))""",
    "a form is published without a time, or has one and is not out": """
        select from public.social_media_posts where (published_at is not null) <> (status = 'published')""",
    "a post was not published when the first of its forms was": """
        select from public.content_posts as post where published_at is distinct from
        (select min(published_at) from public.social_media_posts where content_post_id = post.id)""",
    "a post went out before its time": "select from public.content_posts where published_at < scheduled_for",
    "what is scheduled is not in the future": """
        select from public.content_posts where status = 'scheduled' and scheduled_for <= now()
        union all select from public.social_media_posts where status = 'scheduled' and scheduled_for <= now()""",
    "a post is not what its forms sum up to": """
        select from public.content_posts as post
        join (select content_post_id as id, array_agg(distinct status) filter (where status <> 'cancelled') as states
              from public.social_media_posts group by 1) as form using (id)
        where not case post.status when 'published' then states = '{published}'
          when 'partially_published' then states = '{failed,published}' when 'archived' then coalesce(states = '{published}', true)
          else states = array[post.status] end""",
    "a post has no form": "select id from public.content_posts except select content_post_id from public.social_media_posts",
    "the attempts of a form are not numbered from one, or do not end as the form did": """
        select form.id from public.social_media_posts as form
        left join public.post_publications as publication on publication.social_media_post_id = form.id
        group by form.id
        having coalesce(max(attempt), 0) <> count(attempt)
          or not coalesce((array_agg(publication.status order by attempt desc))[1], 'none') = any (case form.status
               when 'published' then array['published', 'deleted'] when 'failed' then array['failed']
               when 'publishing' then array['publishing', 'pending'] else array['none'] end)""",
    "an attempt and its form have other times": """
        select from public.post_publications as publication
        join public.social_media_posts as form on form.id = social_media_post_id
        where publication.published_at <> form.published_at or publication.published_at < publication.created_at""",
    "an attempt failed for no reason, or did not fail for one": """
        select from public.post_publications where (status = 'failed') <> (error_message is not null)""",
    "an attempt is on no account, or on one that is inactive or of another platform": """
        select from public.post_publications as publication
        left join public.social_media_posts as form on form.id = social_media_post_id
        left join public.user_social_accounts as account on account.id = publication.account_id
        where account.platform_id is distinct from form.platform_id or not account.is_active""",
    "an inactive account has a token, or an active one has none": """
        select from public.user_social_accounts as account
        left join secrets.social_account_tokens as token on token.account_id = account.id
        where account.is_active <> (token.account_id is not null)""",
    "a token could be one": """
        select from secrets.social_account_tokens where access_token !~ '^demo-not-a-token' or refresh_token !~ '^demo-not-a-token'""",
    "a post shows what its type cannot, or an asset that is younger": """
        select from public.content_media as shown
        join public.content_posts as post on post.id = post_id join public.media_assets as asset on asset.id = asset_id
        where asset.created_at > shown.created_at or shown.created_at < post.created_at
          or asset.media_type <> case post.content_type when 'video' then 'video' else 'image' end""",
    "a post has not as many media as its type": """
        select post.id from public.content_posts as post left join public.content_media as shown on post_id = post.id
        group by post.id having count(shown.id) <> case content_type when 'text' then 0 when 'carousel' then 3 else 1 end""",
    "two posts have the same text": "select content from public.content_posts group by content having count(*) > 1",
    "a campaign's totals are not those of its posts": """
        select from public.campaigns where analytics <> (
          select case when count(*) = 0 then '{}' else jsonb_build_object(
            'forms', count(*), 'impressions', sum((form.analytics ->> 'impressions')::integer)) end
          from public.content_posts as post join public.social_media_posts as form on form.content_post_id = post.id
          where post.campaign_id = campaigns.id and form.analytics ? 'impressions')""",
    "a run has ended without a time, or has one and goes on": """
        select from public.workflow_executions where (completed_at is not null) <> (status in ('completed', 'failed', 'cancelled'))
          or (error_message is not null) <> (status = 'failed') or completed_at < started_at or (progress = 1) <> (status = 'completed')""",
    "a decision does not go with its run": """
        select from public.workflow_approvals as decision join public.workflow_executions as run on run.id = workflow_id
        where decision.status <> case run.status when 'awaiting_approval' then 'pending' when 'cancelled' then 'rejected'
          else 'approved' end or approved_at not between run.started_at and coalesce(run.completed_at, now())""",
    "a run waits for a decision that nobody is asked for": """
        select id from public.workflow_executions where status = 'awaiting_approval'
        except select workflow_id from public.workflow_approvals where status = 'pending'""",
    "somebody decided who may not": """
        select from public.workflow_approvals as decision
        left join public.workspace_members as member on member.workspace_id = decision.workspace_id and user_id = approved_by
        where decision.status <> 'pending' and coalesce(member.role, '') not in ('owner', 'admin')""",
    "a run says that it made a video that is not there": """
        select from public.workflow_executions where results #>> '{render_video,video_id}' is not null and not exists (
          select from public.video_generations
          where workflow_id = workflow_executions.id and id::text = results #>> '{render_video,video_id}' and status = 'completed')""",
    "a task gave something without being completed, or is completed and gave nothing": """
        select task.id from public.worker_tasks as task left join public.worker_results as result on task_id = task.id
        group by task.id having count(*) filter (where result.status <> 'error') <> (task.status = 'completed')::integer""",
    "a task failed another number of times than it says": """
        select task.id from public.worker_tasks as task
        left join public.worker_results as result on task_id = task.id and result.status = 'error'
        group by task.id having count(result.id) <> retry_count + (task.status in ('failed', 'dead'))::integer""",
    "a dead task had tries left, or a failed one none": """
        select from public.worker_tasks
        where status = 'dead' and retry_count < max_retries or status = 'failed' and retry_count >= max_retries""",
    "a task has ended without a time, or has one and has not": """
        select from public.worker_tasks where (completed_at is not null) <> (status in ('completed', 'dead', 'cancelled'))
          or completed_at < started_at or (status in ('completed', 'dead', 'running', 'failed') and started_at is null)
          or started_at < scheduled_at and status <> 'pending'""",
    "a task did not end with its last try": """
        select task.id from public.worker_tasks as task join public.worker_results as result on task_id = task.id
        where task.status in ('completed', 'dead') group by task.id having max(result.created_at) <> task.completed_at""",
    "a task names a post or a video that is not there": """
        select from public.worker_tasks
        where not exists (select from public.content_posts where id::text = input_data ->> 'post_id') and input_data ? 'post_id'
          or not exists (select from public.video_generations where id::text = input_data ->> 'video_id') and input_data ? 'video_id'""",
    "a video is completed and lacks what it then has, or has it before": """
        select from public.video_generations
        where num_nonnulls(video_url, thumbnail_url, duration, completed_at) <> 4 * (status = 'completed')::integer
          or (error_message is not null) <> (status = 'failed') or (status = 'processing' and heygen_video_id is null)
          or num_nonnulls(script, script_id) <> 1""",
    "a video was made of a script that is not completed, or of another person's": """
        select from public.video_generations as video join public.script_generations as script on script.id = script_id
        where script.status <> 'completed' or script.user_id <> video.user_id or script.created_at > video.created_at""",
    "numbers exist of a video that is not completed, or none of one that is": """
        select from public.video_generations as video full join (select distinct video_id from public.video_analytics) as numbers
        on video_id = video.id where (video_id is not null) <> (video.status = 'completed')""",
    "a video has fewer views than before, or was seen before it was ready": """
        select from (
          select completed_at, last_updated, views, lag(views, 1, 0) over (partition by video_id order by last_updated) as before
          from public.video_analytics join public.video_generations as video on video.id = video_id) as reading
        where views <= before or last_updated < completed_at""",
    "an avatar was used otherwise than the videos say": """
        select from public.avatar_usage_stats as stats full join (
          select workspace_id, profile_id, count(*), sum(duration) as duration, max(created_at) as last_used_at
          from public.video_generations where status = 'completed' and profile_id is not null group by 1, 2
        ) as used using (workspace_id, profile_id)
        where (stats.usage_count, round(stats.total_video_duration::numeric, 3), stats.last_used_at)
          is distinct from (used.count, round(used.duration::numeric, 3), used.last_used_at)""",
    "credits are spent otherwise than the videos say, or there are too many": """
        select from public.user_video_limits as limits
        where videos_this_month > monthly_limit or subscription_tier <> (select subscription_tier from public.users where id = user_id)
          or videos_this_month <> (select count(*) from public.video_generations as video where video.user_id = limits.user_id
            and status <> 'failed' and private.next_month_begins(created_at) = credits_reset_at)""",
    "a job has ended without a time, or has one and has not": """
        select from public.research_jobs where (completed_at is not null) <> (status in ('completed', 'failed', 'cancelled'))
          or completed_at < started_at or (error_message is not null) <> (status = 'failed')
          or (status = 'completed') <> (results_path is not null)""",
    "a job is completed and found nothing, or found something and is not": """
        select from public.research_jobs as job full join (select distinct job_id from public.research_results) as found
        on job_id = job.id where (job_id is not null) <> (job.status = 'completed')""",
    "a result is from another source or time than its job": """
        select from public.research_results as result join public.research_jobs as job on job.id = job_id
        where result.source_type <> job.source_type or result.created_at not between job.started_at and job.completed_at""",
    "a configuration last ran at another time than its last job": """
        select from public.research_configurations as configuration where last_run_at is distinct from
        (select max(started_at) from public.research_jobs where configuration_id = configuration.id)""",
    "a finding is older than what it was drawn from": """
        select from public.content_insights as insight left join public.research_results as result on result.id = research_result_id
        left join public.workflow_executions as run on run.id = workflow_id
        where result.id is null or extracted_at < result.created_at or extracted_at < run.started_at or run.status <> 'completed'
          or source_platform <> source_type""",
    "a proposal was implemented without a draft, before it was made, or has a draft and was not": """
        select from public.content_recommendations as proposal left join public.content_posts as post on post.id = post_id
        where (proposal.status = 'implemented') <> (post_id is not null) or post.created_at < proposal.created_at""",
    "two proposals made the same post": """
        select post_id from public.content_recommendations where post_id is not null group by 1 having count(*) > 1""",
    "a number is of a post that was not out, or of no account": """
        select from public.platform_analytics as number left join public.content_posts as post on post.id = post_id
        left join public.user_social_accounts as account on account.id = number.account_id
        where account.id is null or account.workspace_id <> number.workspace_id or post.workspace_id <> number.workspace_id
          or recorded_at > now() or post_id is not null and not coalesce(recorded_at > published_at, false)""",
    "a form's impressions are not the last that were measured": """
        select from public.social_media_posts as form
        left join lateral (
          select metric_value from public.platform_analytics as number
          join public.user_social_accounts as account on account.id = number.account_id
          where post_id = content_post_id and metric_name = 'impressions' and account.platform_id = form.platform_id
          order by recorded_at desc limit 1) as last on true
        where (analytics ->> 'impressions')::numeric is distinct from metric_value""",
    "one thing was measured twice at a time": """
        select from public.platform_analytics group by account_id, post_id, metric_name, recorded_at having count(*) > 1""",
    "an event is of a post that was not out, of a task that was not done, or of the future": """
        select from public.analytics_events as event left join public.content_posts as post on post.id = post_id
        left join public.worker_tasks as task on task.id = task_id
        where event.created_at < published_at or event.created_at < task.completed_at or event.created_at > now()
          or post_id is not null and post.published_at is null""",
    "a log names something that is not there": """
        select from public.user_activity_logs where not exists (
          select from public.content_posts where id::text = resource_id
          union all select from public.workflow_executions where id::text = resource_id
          union all select from public.content_recommendations where id::text = resource_id)""",
    "a measure lies outside all months": """
        select from partitions.platform_analytics_default union all select from partitions.analytics_events_default
        union all select from partitions.user_activity_logs_default""",
    "an embedding is of something that is not there": """
        select content_id from public.content_embeddings except (
          select id from public.content_posts union all select id from public.content_insights)""",
    "an address is somebody's": r"select from public.users where email !~ '^[a-z.]+@([a-z]+\.)?example\.(com|org)$'",
    "somebody joined before the account or the workspace was made": """
        select from public.workspace_members as member join public.users as person on person.id = user_id
        join public.workspaces as space on space.id = workspace_id
        where joined_at < person.created_at or joined_at < space.created_at""",
    "a viewer wrote something, or somebody inactive did lately": """
        select from public.content_posts as post join public.users as person on person.id = user_id
        where person.role = 'viewer' or not person.is_active and post.created_at > person.updated_at""",
}


@pytest.fixture(scope="module")
def demo_target(database: Any) -> Iterator[Target]:
    """A clone with the reference data and the demo data, made once for this module."""
    main = test_server().target()
    name = f"{database.dbname}_demo"
    with main.connect() as connection:
        connection.execute(sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(database.template_dbname)))
    with main.with_database(name).connect() as connection:
        seed(connection, ROOT / "seeds", ROOT)
        seed(connection, DEMO, ROOT)
    yield main.with_database(name)
    shim.drop_database(test_server(), name)


@pytest.fixture(scope="module")
def _demo_connection(demo_target: Target) -> Iterator[Connection]:
    with demo_target.connect() as connection:
        yield connection


@pytest.fixture
def demo(_demo_connection: Connection) -> Iterator[Connection]:
    """A connection to the demo data, in a transaction that is rolled back."""
    with _demo_connection.transaction(force_rollback=True):
        yield _demo_connection


def _tables(connection: Connection, column: str = "%") -> list[str]:
    """Return the tables in public that have a column."""
    found = rows(
        connection,
        "select distinct class.relname from pg_class as class join pg_attribute on attrelid = class.oid"
        " where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and attname like %s order by 1",
        values=[column],
    )
    return [str(name) for (name,) in found]


def _made(connection: Connection, table: str) -> int:
    """Return the rows of a table that are not those of the platform."""
    if table in _tables(connection, "workspace_id"):
        return int(value(connection, "select count(*) from public.{} where workspace_id <> private.platform_workspace_id()", table))
    if table == "workspaces":
        return int(value(connection, "select count(*) from public.workspaces where id <> private.platform_workspace_id()"))
    return int(value(connection, "select count(*) from public.{}", table))


def _fingerprint(connection: Connection) -> dict[str, Any]:
    return {
        table: value(connection, "select count(*) || ' ' || sum(hashtextextended(one::text, 0)) from public.{} as one", table)
        for table in _tables(connection)
    }


def test_one_run_gives_three_workspaces_and_hundreds_of_what_there_are_many(demo: Connection) -> None:
    found = {table: _made(demo, table) for table in _tables(demo)}
    assert {table: found[table] for table in COUNTS} == COUNTS
    assert {table for table in found if found[table] == 0} == set()
    assert {table for table in HUNDREDS if found[table] < 200} == set()


def test_each_word_that_a_check_knows_appears(demo: Connection) -> None:
    """States first of all, and likewise types, roles, tiers and priorities."""
    checks = rows(
        demo,
        "select relname, attname, pg_get_constraintdef(rule.oid) from pg_constraint as rule join pg_class as class on class.oid = conrelid"
        " join pg_attribute on attrelid = conrelid and attnum = conkey[1]"
        " where contype = 'c' and relnamespace = 'public'::regnamespace and conname like '%%\\_is\\_known'",
    )
    missing = {}
    for table, column, rule in checks:
        words = set(re.findall(r"'([^']+)'", rule))
        used = {word for (word,) in rows(demo, "select distinct {} from public.{}", column, table)}
        if words - used:
            missing[f"{table}.{column}"] = words - used
    assert missing == {}
    assert len([column for _, column, _ in checks if column == "status"]) == 12


@pytest.mark.parametrize("contradiction", sorted(CONTRADICTIONS))
def test_the_demo_data_does_not_contradict_itself(demo: Connection, contradiction: str) -> None:
    assert demo.execute(CONTRADICTIONS[contradiction]).fetchall() == []


def test_nothing_was_made_or_changed_in_the_future_or_changed_before_it_was_made(demo: Connection) -> None:
    wrong = [
        table for table in _tables(demo, "updated_at") if table not in ("user_social_accounts", "workspace_members")
        and rows(demo, "select from public.{} where updated_at < created_at or updated_at > now()", table)
    ]  # fmt: skip
    wrong += [table for table in _tables(demo, "created_at") if rows(demo, "select from public.{} where created_at > now()", table)]
    assert wrong == []


def test_whoever_is_named_as_an_author_is_a_member(demo: Connection) -> None:
    strangers = [
        table for table in set(_tables(demo, "workspace_id")) & set(_tables(demo, "user_id"))
        if rows(demo, "select workspace_id, user_id from public.{} where user_id is not null"
                      " except select workspace_id, user_id from public.workspace_members", table)
    ]  # fmt: skip
    assert strangers == []


def test_every_link_leads_to_an_example(demo: Connection) -> None:
    hosts = {
        str(host)
        for table in set(_tables(demo)) - {"content_embeddings"}
        for (host,) in rows(
            demo, r"select distinct (regexp_matches(one::text, 'https?://([^/\s,\"]+)', 'g'))[1] from public.{} as one", table
        )
    }
    assert {host for host in hosts if not re.fullmatch(r"([a-z]+\.)?example\.com", host)} == set()
    assert hosts


def test_texts_have_emoji_writing_from_right_to_left_and_quotes(demo: Connection) -> None:
    texts = "".join(str(text) for (text,) in rows(demo, "select content from public.content_posts"))
    assert {mark for mark in ("🥐", "خبز", "שלום", '"', "“", "'") if mark not in texts} == set()


def test_people_have_all_roles_and_one_is_in_all_three_workspaces(demo: Connection) -> None:
    busiest = value(demo, "select count(*) from public.workspace_members group by user_id order by 1 desc limit 1")
    assert busiest == 3
    assert value(demo, "select count(*) from public.users where not is_active") == 1
    assert rows(demo, "select role, count(*) from public.users group by 1 order by 1") == [("admin", 1), ("user", 10), ("viewer", 1)]


def test_what_is_about_the_same_subject_has_a_similar_vector(demo: Connection) -> None:
    near = rows(
        demo,
        "select other.content_id from public.content_embeddings as one join public.content_embeddings as other using (workspace_id)"
        " where one.content_id = private.computed_id('demo.content_posts:3')"
        " order by other.embedding operator(extensions.<=>) one.embedding limit 4",
    )
    # a subject comes back every 12 posts
    same = rows(demo, "select private.computed_id('demo.content_posts:' || number) from unnest(array[3, 15, 27, 39]) as number")
    assert set(near) == set(same)


def test_a_second_run_adds_and_changes_nothing(demo: Connection) -> None:
    before = _fingerprint(demo)
    assert seed(demo, DEMO, ROOT) == {}
    assert _fingerprint(demo) == before


def test_a_second_run_leaves_what_somebody_changed(demo: Connection) -> None:
    demo.execute("update public.users set full_name = 'Somebody else'")
    demo.execute("update public.workspaces set name = 'Ours', metadata = '{}' where owner_id is not null")
    demo.execute("update public.content_posts set status = 'published', published_at = now(), content = 'Mine', title = null")
    demo.execute("update public.social_media_posts set status = 'draft', analytics = '{}'")
    demo.execute("update public.worker_tasks set status = 'completed', completed_at = now()")
    demo.execute("update public.workflow_executions set status = 'failed'")
    demo.execute("update public.content_media set position = position + 10")
    demo.execute("update public.content_recommendations set status = 'accepted', post_id = null")
    before = _fingerprint(demo)
    assert seed(demo, DEMO, ROOT) == {}
    assert _fingerprint(demo) == before


def test_a_second_run_brings_back_what_was_deleted_and_nothing_else(demo: Connection) -> None:
    before = _fingerprint(demo)
    demo.execute("delete from public.content_posts where id = private.computed_id('demo.content_posts:3')")
    demo.execute("delete from public.worker_tasks where status = 'dead'")
    brought = seed(demo, DEMO, ROOT)
    assert brought["public.content_posts"] == 1
    after = _fingerprint(demo)
    # a proposal whose draft was deleted has lost it for good
    assert {table for table in before if after[table] != before[table]} <= {"content_recommendations"}


def test_an_asset_that_took_the_place_of_a_demo_one_keeps_it(demo: Connection) -> None:
    demo.execute("update public.content_media set id = gen_random_uuid()")
    before = _fingerprint(demo)
    assert seed(demo, DEMO, ROOT) == {}
    assert _fingerprint(demo) == before


def test_the_demo_data_can_be_removed_as_its_first_file_says(demo: Connection) -> None:
    said = re.findall(r"^--   (delete from public\.[^;]+);", (DEMO / "0010_people.sql").read_text(), flags=re.MULTILINE)
    assert len(said) == 2
    for statement in said:
        demo.execute(statement.encode())
    left = {table for table in _tables(demo) if table != "social_platforms" and _made(demo, table)}
    assert left == set()
    assert value(demo, "select count(*) from secrets.social_account_tokens") == 0
