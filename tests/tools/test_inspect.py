"""Looking at a legacy database tells what is in it, what is odd about it, and changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from scripts import shim
from scripts.consolidate import inspection, origins
from scripts.consolidate.inspection import Inspection
from scripts.consolidate.inspection_forms import form
from scripts.consolidate.rules import BECOMES
from scripts.consolidate.words import known_words
from scripts.errors import UserError
from scripts.server import SUPERUSER
from scripts.settings import SQL
from scripts.target import Target
from tests.conftest import test_server
from tests.consolidation.legacy import ALL, DRIFT, SHARED, A, B, create_source, generate, install, load_accounts, together
from tests.consolidation.legacy.values import SECRET
from tests.consolidation.small import add, create_legacy, uid
from tests.migrations.dumps import dump as whole_dump
from tests.tools.conftest import Checkout
from tests.tools.elsewhere import capture, dump, runner, url


@pytest.fixture
def source() -> Iterator[Target]:
    """An empty database away from the platform."""
    target = create_source(test_server(), f"source_{uuid4().hex[:12]}")
    yield target
    shim.drop_database(test_server(), target.database)


@pytest.fixture(scope="session")
def words() -> dict[str, set[str]]:
    """The words that the import knows, as the files have them."""
    return {name: set(known) for name, known in known_words(None).items()}


def look(target: Target, words: dict[str, set[str]], schema: str = "public", given: str | None = None) -> Inspection:
    with origins.opened(given or url(target), schema, lambda: target) as origin:
        return inspection.inspect(origin, lambda: words)


def rules(found: Inspection) -> set[tuple[str, str]]:
    """Return which rules are broken where."""
    return {(one.rule, f"{one.table}.{one.column}") for one in found.findings}


def keys(found: Inspection, rule: str) -> set[str]:
    """Return the rows that break a rule, by their keys, as far as they are shown."""
    return {example.partition(" (")[0] for one in found.findings if one.rule == rule for example in one.examples}


# -------------------------------------------------------------------- what it is


@pytest.mark.parametrize(("letter", "tables"), [("A", 20), ("B", 18)])
def test_a_clean_database_is_recognised_and_breaks_no_rule(source: Target, words: dict[str, set[str]], letter: str, tables: int) -> None:
    legacy = generate(1, 3, ())
    with source.connect() as connection:
        install(connection, legacy.of(letter))
    found = look(source, words)
    (sure,) = found.sureness
    assert (sure.letter, sure.tables, sure.of_tables, sure.share) == (letter.lower(), tables, tables, 1.0)
    assert {table.name: table.rows for table in found.tables} == {name: len(rows) for name, rows in legacy.of(letter).rows.items()}
    assert found.drift == ()
    assert found.findings == ()
    assert found.remarks == ()
    assert found.checks > 100


def test_a_and_b_together_are_told_apart(source: Target, words: dict[str, set[str]]) -> None:
    of_b = frozenset({"users", "workspaces"})
    with source.connect() as connection:
        install(connection, generate(1, 1, (), shapes=(together(of_b),)).of("AB"))
    found = look(source, words)
    whose = {table.name: table.letter for table in found.tables}
    assert of_b <= {name for name in SHARED if whose[name] == "b"}
    assert whose["campaigns"] == "b"
    assert whose["content_posts"] == "a"
    assert [sure.letter for sure in found.sureness] == ["a", "b"]
    # a name that both have is missing in neither
    assert [one for one in found.drift if one.what == "missing" and one.column is None] == []


@pytest.mark.parametrize("shapes", [(A, B), (together(frozenset({"users", "workflow_executions"})),)])
def test_it_tells_whose_a_table_is_as_capture_does(clone_target: Target, shapes: tuple[dict[str, str], ...]) -> None:
    legacy = generate(3, 1, (), drift=DRIFT, shapes=shapes)  # type: ignore[arg-type]
    with clone_target.connect() as connection:
        for database in legacy.databases:
            schema = f"old_{database.name.lower()}"
            install(connection, database, schema)
            for wanted in (None, "a", "b"):
                said = connection.execute("select * from consolidation.classify(%s, %s)", (schema, wanted)).fetchall()
                with connection.transaction():
                    seen = inspection.classify(connection, schema, wanted)
                assert [(one.name, one.like_a, one.like_b, one.letter) for one in seen] == said
                assert any(one.letter for one in seen)


def test_drift_is_told_column_by_column(source: Target, words: dict[str, set[str]]) -> None:
    with source.connect() as connection:
        install(connection, generate(1, 1, (), drift=DRIFT).of("A"))
    seen = look(source, words)
    assert (seen.sureness[0].tables, seen.sureness[0].of_tables) == (19, 20)
    assert 0.97 < seen.sureness[0].share < 1
    found = {(one.table, one.column, one.what, one.found, one.wanted) for one in seen.drift}
    assert found == {
        ("content_insights", None, "missing", None, None),
        ("content_posts", "tags", "missing", None, "text[]"),
        ("content_media", "workspace_id", "missing", None, "uuid"),
        ("content_posts", "campaign_code", "extra", "text", None),
        ("content_posts", "reviewed", "extra", "boolean", None),
        ("content_posts", "approved_by", "extra", "uuid", None),
        ("newsletter_subscribers", None, "extra", None, None),
        ("post_history", None, "extra", None, None),
        ("users", "onboarding_completed", "another type", "integer", "boolean"),
        ("avatar_profiles", "is_default", "another type", "integer", "boolean"),
        ("video_analytics", "id", "another type", "bigint", "integer"),
        ("video_analytics", "views", "another type", "bigint", "integer"),
        ("avatar_usage_stats", "usage_count", "another type", "bigint", "integer"),
        ("content_posts", "metadata", "another type", "json", "jsonb"),
        ("workspaces", "settings", "another type", "json", "jsonb"),
        ("user_activity_logs", "id", "another type", "text", "uuid"),
        ("user_activity_logs", "resource_type", "another type", "public.logged_thing", "text"),
        ("content_posts", "scheduled_for", "another type", "timestamp without time zone", "timestamp with time zone"),
        ("content_posts", "created_at", "another type", "timestamp without time zone", "timestamp with time zone"),
        ("user_activity_logs", "created_at", "another type", "timestamp without time zone", "timestamp with time zone"),
        ("users", "full_name", "another type", "character varying(500)", "text"),
        ("users", "email", "another type", "character varying(500)", "text"),
        ("content_posts", "title", "another type", "character varying(500)", "text"),
    }


def test_what_hangs_on_the_tables_is_told(empty: Target, words: dict[str, set[str]]) -> None:
    with empty.connect() as connection:
        install(connection, generate(1, 1, (), drift=DRIFT).of("A"))
        connection.execute(
            "create function public.handle_new_user() returns trigger language plpgsql"
            " as $$ begin insert into public.users (id, email) values (new.id, new.email); return new; end $$;"
            "create trigger on_auth_user_created after insert on auth.users for each row execute function public.handle_new_user();"
            "create rule quiet as on delete to public.workspaces do instead nothing;"
        )
    with test_server().target(empty.database, SUPERUSER).connect() as admin:
        admin.execute("create publication everything for table public.users, public.workspaces")
    found = {(one.kind, one.name): one.hangs_on for one in look(empty, words).own}
    assert {key: value for key, value in found.items() if key[0] != "policy"} == {
        ("view", "public.published_posts"): "content_posts, users",
        ("materialized view", "public.posts_by_person"): "content_posts",
        ("foreign key", "public.newsletter_subscribers.newsletter_subscribers_user_id_fkey"): "users",
        ("foreign key", "public.newsletter_subscribers.newsletter_subscribers_post_id_fkey"): "content_posts",
        ("foreign key", "public.content_posts.content_posts_approved_by_fkey"): "users",
        ("trigger", "keep_history"): "public.content_posts",
        ("trigger", "on_auth_user_created"): "auth.users",
        ("function", "public.count_posts(uuid)"): "content_posts",
        ("function", "public.name_of_workspace(uuid)"): "workspaces",
        ("function", "public.handle_new_user()"): "users",
        ("publication", "everything"): "users, workspaces",
        ("rule", "quiet"): "workspaces",
    }
    assert ("policy", "everybody_reads_what_is_published") in found


# -------------------------------------------------------------------- rows that break a rule

#: For hazards of the fixtures the rules that they break; `None` where the hybrid takes the rows as they are.
_FOUND_BY = {
    "A": {
        "null_workspace": {"workspace_missing"},
        "workspace_without_owner": {"owner_missing"},
        "reference_into_another_workspace": {"reference_into_another_workspace"},
        "status_words_against_lists": {"word_unknown"},
        "tiers_in_other_case": {"word_unknown"},
        "roles_in_other_case": {"word_unknown"},
        "progress_in_percent_against_lists": {"number_out_of_range"},
        "engagement_in_percent": {"number_out_of_range"},
        "scores_above_one_against_lists": {"number_out_of_range"},
        "negative_numbers": {"number_out_of_range"},
        "numbers_not_finite": {"number_out_of_range"},
        "one_address_twice": {"address_twice", "address_in_other_letters"},
        "address_empty": {"address_empty"},
        "rights_claimed_in_a": {"right_claimed"},
        "scheduled_without_a_time": {"scheduled_without_a_time"},
        "metadata_is_no_object": {"no_object"},
        "times_far_away": {"time_infinite"},
        "null_against_lists": {"value_missing", "address_empty"},
        "reference_to_nothing": {"reference_to_nothing"},
    },
    "B": {
        "priority_out_of_range": {"number_out_of_range"},
        "status_words": {"word_unknown"},
        "rights_claimed_in_b": {"right_claimed", "tier_claimed"},
        "ends_before_it_starts": {"ends_before_it_starts"},
        "approval_of_no_run": {"text_names_nothing"},
        "video_of_no_run": {"text_names_nothing"},
        "media_assets_of_nothing": {"list_names_nothing"},
        "campaign_posts_of_nothing": {"list_names_nothing"},
        "reference_to_nothing": {"reference_to_nothing"},
    },
}


@pytest.mark.parametrize(("letter", "hazard"), [(letter, hazard) for letter, found_by in _FOUND_BY.items() for hazard in found_by])
def test_each_hazard_is_found_by_its_rule_and_in_its_rows_alone(
    source: Target, words: dict[str, set[str]], letter: str, hazard: str
) -> None:
    legacy = generate(5, 1, {hazard})
    with source.connect() as connection:
        install(connection, legacy.of(letter))
    found = look(source, words)
    made = {one.key for one in legacy.made[hazard] if one.letter == letter}
    wanted = _FOUND_BY[letter][hazard]
    assert wanted <= {rule for rule, _ in rules(found)}
    seen = {key for rule in wanted for key in keys(found, rule)}
    assert seen & made
    assert {rule for rule, _ in rules(found)} == wanted


def test_no_rule_is_without_a_query_and_no_query_without_a_rule() -> None:
    used = {"no_uuid", *BECOMES} - {"key_is_no_uuid", "workspace_missing", "owner_missing"}
    assert {path.stem for path in (SQL / "inspect" / "rules").glob("*.sql")} == used


def test_keys_that_are_none_and_values_of_another_type_are_found(source: Target, words: dict[str, set[str]]) -> None:
    with source.connect() as connection:
        create_legacy(connection, "a", "public", {"users", "workspaces", "user_activity_logs", "user_video_limits"})
        connection.execute(
            "alter table users drop constraint users_pkey, alter id drop not null, alter id drop default, alter id type text;"
            "alter table user_video_limits alter monthly_limit drop default, alter monthly_limit type text"
        )
        for key in (None, uid(1), uid(1), "no-uuid", uid(2)):
            add(connection, "public", "users", {"id": key, "email": f"{uuid4()}@x.org"})
        for number, limit in enumerate(("3", "three", None)):
            add(connection, "public", "user_video_limits", {"id": number, "monthly_limit": limit})
    found = {(one.rule, one.table): (one.rows, one.examples) for one in look(source, words).findings}
    assert found["key_missing", "users"] == (1, ("row (0,1)",))
    assert found["key_twice", "users"] == (2, (uid(1),))
    assert found["key_is_no_uuid", "users"] == (1, ("no-uuid",))
    assert found["value_of_another_type", "user_video_limits"] == (1, ("1",))


def test_rows_alike_where_they_must_differ_and_platforms_unknown_are_found(source: Target, words: dict[str, set[str]]) -> None:
    with source.connect() as connection:
        create_legacy(connection, "a", "public")
        for number in (1, 2, 3):
            same = {"user_id": uid(9), "workspace_id": uid(8), "platform_id": uid(7), "account_name": "x"}
            add(connection, "public", "user_social_accounts", {"id": uid(number), **same, "account_id": "x" if number < 3 else None})
        add(connection, "public", "social_platforms", {"id": uid(7), "name": " MySpace ", "display_name": "x"})
        for number, names in enumerate((["X", "ig"], ["myspace"], ["", "orkut"])):
            add(connection, "public", "social_media_posts", {"id": uid(number), "platforms": names, "content": "x"})
    found = look(source, words)
    assert keys(found, "twice") == {uid(1), uid(2)}
    assert [(one.rows, one.examples) for one in found.findings if one.rule == "platform_unknown"] == [(1, (f"{uid(2)} (orkut)",))]


def test_people_whose_address_no_account_proves_are_found(empty: Target, words: dict[str, set[str]]) -> None:
    legacy = generate(6, 2, {"account_unconfirmed", "account_missing", "account_with_other_address"})
    with empty.connect() as connection:
        install(connection, legacy.of("A"))
    with test_server().target(empty.database, SUPERUSER).connect() as admin:
        load_accounts(admin, legacy.accounts)
    found = [one for one in look(empty, words).findings if one.rule == "address_not_proven"]
    made = {one.key for ones in legacy.made.values() for one in ones if one.letter == "A"}
    assert [(one.table, one.column, one.rows) for one in found] == [("users", "email", 3)]
    assert set(found[0].examples) == made


def test_words_that_a_dba_has_mapped_are_known(clone_target: Target, source: Target) -> None:
    with source.connect() as connection:
        create_legacy(connection, "b", "public", {"campaigns", "worker_tasks"})
        add(connection, "public", "campaigns", {"id": uid(1), "name": "x", "status": "on hold"})
    known = {name: set(of) for name, of in known_words(clone_target).items()}
    assert keys(look(source, known), "word_unknown") == {uid(1)}
    with clone_target.connect() as connection:
        connection.execute("insert into consolidation.value_map values ('campaigns.status', 'on hold', 'paused')")
    known = {name: set(of) for name, of in known_words(clone_target).items()}
    assert keys(look(source, known), "word_unknown") == set()


# -------------------------------------------------------------------- nothing is written, nothing secret is shown


@pytest.mark.parametrize("letter", ["A", "B"])
def test_nothing_is_written_and_no_secret_is_shown(source: Target, words: dict[str, set[str]], letter: str) -> None:
    with source.connect() as connection:
        install(connection, generate(7, 1, ALL, drift=DRIFT).of(letter))
        rows = connection.execute("select count(*) from users").fetchone()
    before = whole_dump(test_server(), source.database)
    assert SECRET in before
    found = look(source, words)
    assert whole_dump(test_server(), source.database) == before
    assert rows == (next(table.rows for table in found.tables if table.name == "users"),)
    assert len(found.findings) > 30
    for name in ("text", "markdown", "json"):
        shown = form(name)(found)
        assert SECRET not in shown
        assert "users" in shown
    assert found.remarks == ()


def test_a_query_that_writes_is_refused_by_the_server(source: Target, words: dict[str, set[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    with source.connect() as connection:
        create_legacy(connection, "a", "public")
    monkeypatch.setattr(
        inspection, "_types", lambda connection: connection.execute("insert into public.users (email) values ('planted@x.org')")
    )
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        look(source, words)


def test_a_check_that_fails_is_said_and_the_others_go_on(source: Target, words: dict[str, set[str]]) -> None:
    with source.connect() as connection:
        create_legacy(connection, "a", "public")
        connection.execute("alter table workspaces drop column id; alter table workspaces add id json")
        add(connection, "public", "users", {"id": uid(1), "email": ""})
    found = look(source, words)
    assert found.remarks == ("key_twice of workspaces.id could not be told: could not identify an equality operator for type json",)
    assert keys(found, "address_empty") == {uid(1)}


def test_the_forms_say_the_same(source: Target, words: dict[str, set[str]]) -> None:
    with source.connect() as connection:
        create_legacy(connection, "a", "public")
        add(connection, "public", "users", {"id": uid(1), "email": ""}, {"id": uid(2), "email": "A@x.org"})
        connection.execute('create view "odd|name" as select id from public.users')
    found = look(source, words)
    as_json = json.loads(form("json")(found))
    assert [(one["rule"], one["rows"], one["examples"], one["becomes"]) for one in as_json["findings"]] == [
        (one.rule, one.rows, list(one.examples), BECOMES[one.rule]) for one in found.findings
    ]
    assert as_json["own"] == [{"kind": "view", "name": 'public."odd|name"', "hangs_on": "users"}]
    text, markdown = form("text")(found), form("markdown")(found)
    assert "It is A: 20 of its 20 tables are there, 100% of their columns as the list has them." in text
    assert (
        f"address in other letters  users.email  1       {uid(2)}" in " ".join(text.split(" " * 20)).replace("   ", "   ") or uid(2) in text
    )
    assert '| view   | public."odd\\|name" | users      |' in markdown
    for line in (line for line in markdown.splitlines() if line.startswith("|")):
        assert line.endswith("|")
    with pytest.raises(UserError, match="FORMAT is none of text, markdown, json"):
        form("html")


# -------------------------------------------------------------------- the command


def test_a_dump_a_schema_here_and_a_captured_one_are_looked_at(with_files: Checkout, source: Target, tmp_path: Path) -> None:
    target = with_files.target
    with source.connect() as connection:
        install(connection, generate(8, 1, {"address_empty"}).of("A"))
    with runner(target) as work:
        work.migrate()
    capture(target, url(source))
    with target.connect() as connection:
        install(connection, generate(8, 1, {"address_empty"}).of("A"), "Old A")
    from_dump = dump(source, tmp_path / "a.dump", "custom")
    found = []
    for variables in ({"SOURCE": str(from_dump)}, {"SCHEMA": "Old A"}, {"SCHEMA": "legacy_a"}, {"SOURCE": url(source)}):
        done = with_files.run("inspect", FORMAT="json", OUT=str(tmp_path / "found.json"), **variables)
        assert done.returncode == 0, done.stderr
        assert "rows of 20 tables were looked at. See " in done.stdout
        found.append(json.loads((tmp_path / "found.json").read_text()))
    assert found[0]["findings"] == found[1]["findings"] == found[2]["findings"] == found[3]["findings"] != []
    assert found[0]["tables"] == found[3]["tables"]
    assert found[0]["shown"] == "a.dump"


def test_wrong_input_gets_one_sentence(with_files: Checkout, source: Target, words: dict[str, set[str]]) -> None:
    def refused(**variables: str) -> str:
        done = with_files.run("inspect", **variables)
        assert done.returncode == 1, done.stdout
        assert done.stderr.count("error: ") == 1
        assert "next: " in done.stderr
        return done.stderr

    assert "There are no tables in the schema public of " in refused(SOURCE=url(source))
    assert "has no schema nowhere." in refused(SCHEMA="nowhere")
    assert "SOURCE is empty." in refused(SOURCE="")
    assert "FORMAT is none of text, markdown, json." in refused(FORMAT="html")
    with source.connect() as connection:
        connection.execute("create table cars (id integer); create table users (id integer, name text)")
    assert "are not those of A or B (2 looked at; users is nearest, with 9% of its columns)." in refused(SOURCE=url(source))
    with test_server().target(source.database, SUPERUSER).connect() as admin:
        admin.execute("drop table cars, users")
        create_legacy(admin, "a", "public", {"users", "workspaces"})
    with pytest.raises(UserError, match=r"may not read all rows of .*: users, workspaces"):
        look(source, words)
