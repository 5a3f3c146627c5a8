"""The commands: what they make of odd input, of the environment, and of an output that goes away."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from scripts.server import Server
from scripts.settings import ROOT, throwaway_folder
from scripts.target import from_url
from tests.support.rows import one
from tests.tools.conftest import Checkout


@pytest.mark.parametrize(
    ("command", "variables", "said"),
    [
        ("rollback", {"TO": ""}, "TO= is not a number"),
        ("rollback", {"STEPS": ""}, "STEPS= is not a number"),
        ("rollback", {"STEPS": "1", "TO": "0"}, "say two different things"),
        ("migrate", {"TO": "ten"}, "TO=ten is not a number"),
        ("migrate", {"TO": "-1"}, "TO=-1 is not a number"),
        ("migrate", {"TO": "²"}, "is not a number"),
        ("migrate", {"LOCK_WAIT": "9" * 5000}, "is not a number"),
        ("rollback", {"FORCE": "yes"}, "FORCE=yes is neither 0 nor 1"),
        ("migrate", {"LOCK_TIMEOUT": "soon"}, "A timeout is not a time"),
        ("status", {"PG_MAJOR": "17", "DATABASE_URL": ""}, "PG_MAJOR=17 is not one of the embedded versions"),
        ("status", {"DATABASE_URL": "postgres://u:pw@h:99999/db"}, "The port in DATABASE_URL is none"),
        ("status", {"DATABASE_URL": "postgres://u:pw@h:²/db"}, "DATABASE_URL"),
    ],
)
def test_odd_input_gets_a_sentence_and_a_nonzero_exit(checkout: Checkout, command: str, variables: dict[str, str], said: str) -> None:
    checkout.write("0010_a.sql", "select 1;")
    checkout.run("migrate")
    checkout.write("0020_b.sql", "select 1;")
    done = checkout.run(command, **variables)
    assert done.returncode == 1
    assert said in done.stderr
    assert checkout.run("status").stdout.count("applied  ") <= 2


def test_an_unknown_command_is_a_mistake_of_usage(checkout: Checkout) -> None:
    assert checkout.run("migrat").returncode == 2


def test_ctrl_c_ends_in_a_sentence_with_nothing_half_done(checkout: Checkout) -> None:
    checkout.write("0010_a.sql", "create table public.a (b integer); select pg_sleep(30);")
    process = checkout.start("migrate")
    with checkout.target.connect() as connection:
        deadline = time.monotonic() + 20
        while not one(
            connection, "select exists (select from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database())"
        ):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
        assert process.returncode == 130, err
        assert "Traceback" not in err
        assert one(connection, "select to_regclass('public.a')") is None


def test_a_reader_that_goes_away_is_no_error(checkout: Checkout) -> None:
    checkout.write("0010_a.sql", "select 1;")
    process = checkout.start("status")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert "Traceback" not in process.stderr.read()
    process.wait()
    process.stderr.close()


def test_what_is_typed_on_the_make_command_line_arrives_to_the_letter(checkout: Checkout) -> None:
    """A dollar sign in a password is make's own before it is anybody's; nothing in it may be run."""
    shutil.copy(ROOT / "Makefile", checkout.root)
    (checkout.root / ".venv/bin").mkdir(parents=True)
    fake = checkout.root / ".venv/bin/python"
    fake.write_text('#!/bin/sh\nprintf "%s|%s" "$DATABASE_URL" "${TO-unset}"\n')
    fake.chmod(0o755)
    (checkout.root / "requirements.lock").write_text("")
    (checkout.root / ".venv/ready").write_text("")
    odd = "postgres://u:p$$a$(shell touch run)`touch run`'#\\$b@h/db"
    for arguments, environment in (([f"DATABASE_URL={odd}"], {}), ([], {"DATABASE_URL": odd})):
        done = subprocess.run(
            ["make", "status", *arguments],
            cwd=checkout.root,
            env={"PATH": os.environ["PATH"], **environment},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == f"{odd}|unset"
    done = subprocess.run(["make", "status", "TO="], cwd=checkout.root, capture_output=True, text=True, check=True)
    assert done.stdout.endswith("|")
    assert not (checkout.root / "run").exists()


def test_the_tools_need_no_name_for_the_user(checkout: Checkout) -> None:
    """A container may run as an id without a name."""
    checkout.write("0010_a.sql", "select 1;")
    script = (
        "import getpass, runpy, sys\ndef none(): raise KeyError('uid')\ngetpass.getuser = none\n"
        "sys.argv = ['x', 'migrate']\nrunpy.run_module('scripts')"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=checkout.root, env=checkout.environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_embedded_server_is_looked_after_by_its_commands(checkout: Checkout) -> None:
    """Without a DATABASE_URL: migrate starts and prepares it, psql and url lead to it, stop ends it, reset deletes it."""
    checkout.write("0010_a.sql", "create table public.a as select 7 as b;", "drop table public.a;")
    home = throwaway_folder(f"{os.getpid()}-cli-")
    own = {"DATABASE_URL": "", "HYBRID_HOME": str(home)}
    try:
        assert "is not running" in checkout.run("status", **own).stdout
        done = checkout.run("migrate", **own)
        assert done.returncode == 0, done.stderr
        assert "make psql" in done.stdout
        assert "Nothing to do" in checkout.run("migrate", **own).stdout
        asked = subprocess.run(
            [sys.executable, "-m", "scripts", "psql", "-Atc", "select b, current_user from public.a"],
            cwd=checkout.root, env=checkout.environment(**own), capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert asked.stdout == "7|postgres\n"
        printed = checkout.run("url", **own)
        assert printed.stdout.count("\n") == 1
        with from_url(printed.stdout.strip()).connect() as connection:
            assert one(connection, "select b from public.a") == 7
        assert "runs already" in checkout.run("start", **own).stdout
        assert "Stopped PostgreSQL" in checkout.run("stop", **own).stdout
        assert "No embedded server was running." in checkout.run("stop", **own).stdout
        assert "started" in checkout.run("start", **own).stdout
        refused = checkout.run("reset", HYBRID_HOME=str(home))
        assert refused.returncode == 1
        assert "Unset DATABASE_URL first" in refused.stderr
        assert checkout.run("reset", **own).returncode == 0
        assert "is not running" in checkout.run("status", **own).stdout
    finally:
        for major in (16, 18):
            Server(home, major).remove()
        shutil.rmtree(home, ignore_errors=True)
