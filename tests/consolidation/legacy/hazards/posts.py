"""Posts of both schemas: their platforms, files, results and campaigns, and what was published."""

from __future__ import annotations

from typing import Any

from tests.consolidation.legacy.hazards.kit import Making, Planted, each, hazard
from tests.consolidation.legacy.values import SECRET, Row, js

POSTS = ("A.social_media_posts", "B.social_media_posts")

#: Platforms as applications wrote them.
PLATFORM_LISTS: tuple[list[str | None], ...] = (
    ["x"],
    ["X"],
    ["Twitter"],
    ["ig"],
    [" LinkedIn ", "facebook"],
    ["twitter", "X", "x", "twitter"],
    ["", "facebook"],
    [None, "tiktok"],
    [""],
    ["myspace"],
    ["youtube", "myspace"],
)

#: What platform_results usually holds in the other schema: in B a list, in A an object.
USUAL_RESULTS = {
    "A.social_media_posts": [{"platform": "twitter", "id": "t1"}, {"platform": "facebook", "id": "f1"}],
    "B.social_media_posts": {"twitter": {"id": "t4"}, "facebook": {"id": "f4"}},
}

#: What else it holds; all belong to a post on twitter and facebook.
RESULTS: tuple[Any, ...] = (
    [{"platform": "twitter", "id": "t2", "try": 1}, {"platform": "twitter", "id": "t2", "try": 2}],
    [{"platform": "X", "id": "t3"}, {"platform": "myspace", "id": "m3"}, {"id": "nobody's"}, "text", None],
    {"X": {"id": "t5"}, "Facebook": {"id": "f5"}, "errors": [1, 2]},
    {},
    [],
    None,
    js([{"platform": "twitter", "id": "t6"}]),
    js({"facebook": {"id": "f7"}}),
    "no JSON at all",
    "",
    42,
)

#: What analytics holds, and the platforms of its post.
ANALYTICS: tuple[tuple[Any, list[str | None]], ...] = (
    ({"likes": 5, "shares": 1}, ["twitter"]),
    ({"likes": 6, "shares": 2}, ["twitter", "facebook"]),
    ({"likes": 7, "shares": 3}, []),
    ({"X": {"likes": 8}, "total": 8}, ["twitter", "facebook"]),
    ([1, 2], ["twitter", "facebook"]),
)

URL = "https://media.example.org/shared"

#: media_urls as applications wrote them.
URL_LISTS: tuple[list[str | None], ...] = (
    [f"{URL}/twice.png", f"{URL}/twice.png"],
    [f" {URL}/twice.png ", "", None, f"{URL}/other.png"],
    [f"{URL}/caf%C3%A9%20menu.png?size=large#top", f"{URL}/", "https://media.example.org", "ftp://media.example.org/a.png"],
    ["no address", "/relative/path.png", "data:image/png;base64,iVBORw0KGgo="],
)


def _lists(column: str, *values: list[str | None]) -> list[Planted]:
    return [Planted(place, {column: [*value]}) for place in POSTS for value in values]


hazard(
    "platform_names",
    "Platforms under other names, twice, empty, or unknown.",
    _lists("platforms", *PLATFORM_LISTS),
    each("A.content_recommendations", "recommended_platforms", ["X", "twitter", "", None, "myspace"]),
    each("B.content_templates", "platforms", ["ig", "Instagram", "", None, "myspace"]),
)

hazard(
    "posts_without_platform",
    "Posts for no platform, with all that belongs to one.",
    (
        Planted(
            place,
            {
                "platforms": [],
                "hashtags": ["#one", "#two"],
                "mentions": ["@somebody"],
                "ayrshare_post_id": "ayr-1",
                "analytics": js({"likes": 3}),
                "platform_results": js([{"platform": "twitter", "id": "t9"}]),
            },
        )
        for place in POSTS
    ),
)

hazard(
    "platform_results_shapes",
    "platform_results as a list, an object by platform, empty, null, JSON in a text, and none of these.",
    (
        Planted(place, {"platforms": ["twitter", "facebook"], "platform_results": js(value)})
        for place in POSTS
        for value in (USUAL_RESULTS[place], *RESULTS)
    ),
    (Planted(place, {"platforms": ["twitter", "facebook"], "platform_results": None}) for place in POSTS),
)

hazard(
    "analytics_shapes",
    "analytics that are not keyed by the platforms of the post.",
    (Planted(place, {"platforms": [*names], "analytics": js(value)}) for place in POSTS for value, names in ANALYTICS),
)

# Files.

assets = hazard("media_assets_of_nothing", "media_assets that name rows that are gone or of others, or that are no ids.")


@assets.part("A.social_media_posts")
def _assets_of_a(making: Making) -> None:
    making.row("A.social_media_posts", "names in a schema that has no assets", media_assets=[making.uuid(), "no id", "", None])


@assets.part("B.social_media_posts", "B.media_assets")
def _assets_of_b(making: Making) -> None:
    asset = making.pick("B.media_assets")
    other = making.elsewhere("B.media_assets", asset["workspace_id"])
    own, workspace = str(asset["id"]), asset["workspace_id"]
    lists: tuple[tuple[str, list[str | None]], ...] = (
        ("gone", [making.uuid()]),
        ("no id", ["no id", "42", ""]),
        ("another workspace's", [str(other["id"])]),
        ("twice, in two spellings", [own, own.upper(), f" {own} ", "{" + own + "}"]),
        ("an address", [f"{URL}/in-assets.png", str(asset["url"])]),
        ("one of each", [own, making.uuid(), None, "no id"]),
    )
    for what, value in lists:
        making.row("B.social_media_posts", what, workspace_id=workspace, media_assets=value)


urls = hazard("media_urls_repeated", "media_urls that repeat, in a post and in others, or that are no addresses.")


@urls.part("B.social_media_posts", "B.media_assets")
def _urls(making: Making) -> None:
    asset = making.pick("B.media_assets")
    other = making.elsewhere("B.media_assets", asset["workspace_id"])
    for value in URL_LISTS:
        making.row("B.social_media_posts", "in a post", workspace_id=asset["workspace_id"], media_urls=[*value])
    making.row("B.social_media_posts", "in another post", workspace_id=asset["workspace_id"], media_urls=[f"{URL}/twice.png"])
    making.row("B.social_media_posts", "in another workspace", workspace_id=other["workspace_id"], media_urls=[f"{URL}/twice.png"])
    making.row(
        "B.social_media_posts", "an asset's address, and its id", workspace_id=asset["workspace_id"],
        media_urls=[str(asset["url"])], media_assets=[str(asset["id"])],
    )  # fmt: skip


# Campaigns.


@hazard("campaign_posts_of_nothing", "campaigns.posts that name no post, one of another workspace, or one of another campaign.").part(
    "B.campaigns", "B.social_media_posts"
)
def _campaigns(making: Making) -> None:
    post = making.support("B.social_media_posts")
    other = making.elsewhere("B.social_media_posts", post["workspace_id"])
    lists: tuple[tuple[str, list[str | None]], ...] = (
        ("gone", [making.uuid()]),
        ("no id", ["no id", "", None]),
        ("another workspace's", [str(other["id"])]),
        ("one post, the first", [str(post["id"]), str(post["id"]).upper()]),
        ("one post, the second", [str(post["id"]), "no id"]),
    )
    for what, posts in lists:
        making.row("B.campaigns", what, workspace_id=post["workspace_id"], posts=posts)


# What was published, and the accounts that it went to.


@hazard("published_again", "Several publications of one post on one account, at one time, or on no account.").part("A.post_publications")
def _published_again(making: Making) -> None:
    account = making.pick("A.user_social_accounts")
    post = making.support("A.content_posts", workspace_id=account["workspace_id"])
    for created_at in ("2024-05-01 12:00+00", "2024-05-01 12:00+00", "2020-01-01 00:00+00", None):
        making.row("A.post_publications", f"at {created_at}", post_id=post["id"], account_id=account["id"], created_at=created_at)
    for _ in range(2):
        making.row("A.post_publications", "on no account", post_id=post["id"], account_id=None)


@hazard("usage_in_several_rows", "Several rows of usage for one avatar in one workspace.").part("A.avatar_usage_stats")
def _usage(making: Making) -> None:
    avatar = making.support("A.avatar_profiles") if making.world.has("A.avatar_profiles") else making.support("B.avatar_profiles")
    for count, score in ((1, 0.25), (3, 0.75), (0, None), (2**31 - 1, 1.0)):
        making.row("A.avatar_usage_stats", f"{count} times", profile_id=avatar["id"], usage_count=count, avg_quality_score=score)


@hazard("account_connected_twice", "One account twice, which the unique rule lets pass where a part of it is NULL.").part(
    "A.user_social_accounts"
)
def _connected_twice(making: Making) -> None:
    clean = making.pick("A.user_social_accounts")
    same: Row = {name: clean[name] for name in ("user_id", "workspace_id", "platform_id")}
    for _ in range(2):
        making.row("A.user_social_accounts", "no account id", **same, account_id=None)
    user = making.person("A.user_social_accounts")
    making.workspace("A.user_social_accounts", user)
    for _ in range(2):
        making.row(
            "A.user_social_accounts", "no workspace", user_id=user["id"], workspace_id=None,
            platform_id=same["platform_id"], account_id="twice",
        )  # fmt: skip


hazard(
    "platforms_of_the_owner",
    "Platforms under other names than the seven, or beside them, with secrets in api_config.",
    (
        Planted("A.social_platforms", {"name": name, "display_name": name.strip(), "api_config": js({"client_secret": f"{SECRET}-{name}"})})
        for name in ("X", " Instagram ", "Mastodon", "threads")
    ),
    once=True,
)


@hazard("configurations_of_one_name", "Several configurations of one person under one name, without a workspace.").part(
    "B.research_configurations"
)
def _configurations(making: Making) -> None:
    user = making.person("B.research_configurations")
    making.workspace("B.research_configurations", user)
    for _ in range(3):
        making.row(
            "B.research_configurations", "the same", user_id=user["id"], workspace_id=None, source_type="reddit", config_name="Daily"
        )
