"""People: who is one person in A and B, what they say about themselves, and what their accounts prove."""

from __future__ import annotations

from tests.consolidation.legacy.hazards.kit import Making, each, hazard
from tests.consolidation.legacy.values import Row, Value

#: What a person of B takes along has to be there.
BOTH = ("A.users", "B.users", "B.workspaces", "B.social_media_posts")

#: How the address of one person is written in A and in B.
SPELLINGS = (
    ("as it is", str, str),
    ("B in capitals", str, str.upper),
    ("B with spaces around it", str, "  {} ".format),
    ("A in capitals", str.upper, str),
    ("A with spaces around it", " {}".format, str),
)

#: What A and B say of one person.
DESCRIPTIONS: tuple[tuple[str, Row, Row], ...] = (
    ("A has no name", {"full_name": None}, {"full_name": "From B"}),
    ("two names", {"full_name": "From A"}, {"full_name": "From B"}),
    ("B has no picture", {"full_name": "Both"}, {"full_name": "Both", "avatar_url": None}),
)


def _of_b(making: Making, what: str, **values: Value) -> Row:
    """Make a person of B with a workspace and a post, which have to go where the person goes."""
    user = making.row("B.users", what, **values)
    workspace = making.workspace("B.users", user)
    making.support("B.social_media_posts", workspace_id=workspace["id"], user_id=user["id"])
    return user


def _same_address(making: Making, what: str) -> Row:
    """Make a person of A, and under another id one of B with the same address; return A's."""
    user = making.row("A.users", what, email=making.address())
    _of_b(making, what, email=user["email"])
    return user


@hazard("same_person_two_ids", "One person in A and B under two ids, the address in other case or with spaces.").part(*BOTH)
def _same_person(making: Making) -> None:
    for what, in_a, in_b in SPELLINGS:
        address = making.address()
        making.row("A.users", what, email=in_a(address))
        _of_b(making, what, email=in_b(address))


@hazard("b_user_unknown_to_a", "A person of B whom A does not know.").part(*BOTH)
def _unknown(making: Making) -> None:
    _of_b(making, "unknown", email=making.address())


@hazard("person_described_twice", "One person, of whom A and B say two things, or one what the other leaves open.").part(
    "A.users", "B.users"
)
def _described_twice(making: Making) -> None:
    for what, of_a, of_b in DESCRIPTIONS:
        user = making.row("A.users", what, email=making.address(), **of_a)
        making.row("B.users", what, id=user["id"], email=user["email"], **of_b)
    user = making.row("A.users", "B's address in capitals", email=making.address())
    making.row("B.users", "B's address in capitals", id=user["id"], email=str(user["email"]).upper())


@hazard("narrower_right_in_b", "A person of A whom B calls a viewer, or has made inactive.").part("A.users", "B.users")
def _narrower(making: Making) -> None:
    for what, values in (("viewer", {"role": "viewer"}), ("inactive", {"is_active": False})):
        user = making.support("A.users", email=making.address())
        making.row("B.users", what, id=user["id"], email=user["email"], **values)


claimed_in_a = hazard(
    "rights_claimed_in_a", "People of A who are admins by their own rows, which they could edit.", each("A.users", "is_admin", True)
)


@claimed_in_a.part("A.users", "A.user_video_limits")
def _claimed_limit(making: Making) -> None:
    user = making.support("A.users", subscription_tier="free")
    making.row("A.user_video_limits", "admin", user_id=user["id"], subscription_tier="enterprise", monthly_limit=50, is_admin=True)


hazard(
    "rights_claimed_in_b",
    "People whom B calls admins, or whom it alone gives a paid tier.",
    each("B.users", "role", "admin"),
    each("B.users", "subscription_tier", "creator", "enterprise"),
)


@hazard("attacker", "A person of A who typed the address of one of B, and made himself admin of the dearest tier.").part(*BOTH)
def _attacker(making: Making) -> None:
    for what, account in (
        ("his account has another address", {"email": making.address()}),
        ("his account was never confirmed", {"email_confirmed_at": None}),
        ("his account is another company's SSO", {"is_sso_user": True}),
    ):
        victim = making.support("B.users", role="admin", subscription_tier="creator_pro")
        workspace = making.workspace("B.users", victim)
        making.support("B.social_media_posts", workspace_id=workspace["id"], user_id=victim["id"])
        attacker = making.row("A.users", what, email=victim["email"], is_admin=True, subscription_tier="enterprise")
        making.account(attacker, **account)


# What A's auth.users says. Usually it confirms the address of A's own row.


@hazard("account_unconfirmed", "An account whose address was never confirmed; B knows the address.").part(*BOTH)
def _unconfirmed(making: Making) -> None:
    making.account(_same_address(making, "unconfirmed"), email_confirmed_at=None)


@hazard("account_by_sso", "An account by single sign-on, whose address another company vouches for; B knows it.").part(*BOTH)
def _by_sso(making: Making) -> None:
    making.account(_same_address(making, "SSO"), is_sso_user=True)


@hazard("account_with_other_address", "An account with another address than A's own row; B knows both addresses.").part(*BOTH)
def _other_address(making: Making) -> None:
    user = _same_address(making, "the address of A's row")
    of_the_account = _of_b(making, "the address of the account", email=making.address())
    making.account(user, email=of_the_account["email"])


@hazard("account_missing", "A person of A without an account; B knows the address.").part(*BOTH)
def _missing(making: Making) -> None:
    making.no_account(_same_address(making, "no account"))


@hazard("account_without_address", "An account without an address: by phone, or anonymous.").part("A.users")
def _without_address(making: Making) -> None:
    making.account(making.row("A.users", "by phone"), email=None, email_confirmed_at=None)
    making.account(making.row("A.users", "anonymous"), email=None, email_confirmed_at=None, is_anonymous=True)


# Addresses that stand twice in one schema, which tells them apart by case, or are none.

address_twice = hazard("one_address_twice", "Two people of one schema whose addresses differ in case or spaces alone.")


@address_twice.part("A.users")
def _twice_in_a(making: Making) -> None:
    address = making.address()
    making.row("A.users", "small letters", email=address)
    making.account(making.row("A.users", "capitals", email=address.upper()), email=making.address())


@address_twice.part("B.users")
def _twice_in_b(making: Making) -> None:
    address = making.address()
    making.row("B.users", "small letters", email=address)
    making.row("B.users", "capitals, and spaces around it", email=f" {address.upper()} ")


address_empty = hazard("address_empty", "People whose address is empty or blank.", each("B.users", "email", "", "  "), once=True)


@address_empty.part("A.users")
def _empty_in_a(making: Making) -> None:
    for address in ("", " \t"):
        making.no_account(making.row("A.users", repr(address), email=address))
