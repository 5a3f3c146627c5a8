"""The forms that a policy can have, measured side by side once: why the scope is an array, asked once a statement (docs/decisions/0007).

They replace the policy of content_posts in a database that is thrown away.
"""

from __future__ import annotations

import statistics
import time

import psycopg
from psycopg import sql

from scripts.bench import reads
from scripts.bench.clock import Clock, Side
from scripts.bench.ground import Sides
from scripts.bench.requests import Request, Sender, send
from scripts.console import note, say, table
from scripts.server import SUPERUSER
from scripts.settings import query
from scripts.target import Target

_POLICY = "alter policy content_posts_select_members on public.content_posts using ({})"

_FORMS = {
    "any(array), once a statement: ours": "content_posts.workspace_id = any((select private.readable_workspaces())::uuid[])",
    "the same, hidden from indexes": (
        "case when content_posts.workspace_id = any((select private.readable_workspaces())::uuid[]) then true end"
    ),
    "in (select of a set)": "content_posts.workspace_id in (select bench.my_workspaces())",
    "exists (…) for each row": (
        "exists (select from public.workspace_members as member"
        " where member.user_id = (select auth.uid()) and member.workspace_id = content_posts.workspace_id)"
    ),
    "is_member(workspace_id) for each row": "bench.is_member(content_posts.workspace_id)",
    "equal to what the header names, unverified": "content_posts.workspace_id = (select private.named_workspace())",
}

#: Seconds that a request may take; some forms would take minutes.
_LONGEST = 20

#: Forms under which nobody reads without naming a workspace.
_NAMED_ONLY = {"equal to what the header names, unverified"}


def report(clock: Clock, sides: Sides) -> None:
    """Measure each form by a page, an aggregate, and a page that nothing but the policy filters; print what each costs over no policy."""
    ground = sides.ground
    feed = reads.eight_reads(ground)[0]
    states = reads.large_reads(ground)[2]
    newest = reads.newest(ground)
    here = Sender(ground.people[1], ground.workspace)
    large = Sender(ground.large_person, ground.large_workspace)
    everywhere = Sender(ground.people[100])
    rows = []
    with clock.server.target(sides.with_policies.database, SUPERUSER).connect() as connection:
        connection.execute(query("bench/forms"))
        for name, form in _FORMS.items():
            note(f"  {name}")
            connection.execute(sql.SQL(_POLICY).format(sql.SQL(form)))
            cells = [_ratio(clock, sides, feed, here), _ratio(clock, sides, states, large)]
            if name not in _NAMED_ONLY:
                cells.append(_once(sides.with_policies, newest["policy"], everywhere))
            rows.append((name, *cells))
        connection.execute(sql.SQL(_POLICY).format(sql.SQL(_FORMS["any(array), once a statement: ours"])))
    say("Forms of a policy: server alone over no policy, and once a page that nothing but the policy filters, by a user of 100 workspaces")
    table(rows, ("form", "feed", "posts by state", "newest 50, no filter"))
    say()


def _ratio(clock: Clock, sides: Sides, request: Request, sender: Sender) -> str:
    pair = {"with": Side(sides.with_policies, request, sender), "without": Side(sides.without, request, sender)}
    times = clock.compare(pair, 3, pipelined=True)
    return f"{statistics.median(one / other for one, other in zip(times['with'], times['without'], strict=True)):.2f} times"


def _once(target: Target, request: Request, sender: Sender) -> str:
    """Return what a request takes the second time, or that it takes too long to wait for."""
    with target.connect() as connection:
        connection.execute(f"set statement_timeout = '{_LONGEST}s'".encode())
        try:
            send(connection, request, sender)
            started = time.perf_counter()
            send(connection, request, sender)
        except psycopg.errors.QueryCanceled:
            return f"over {_LONGEST} s"
    return f"{1000 * (time.perf_counter() - started):.0f} ms"
