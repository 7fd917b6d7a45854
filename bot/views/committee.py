"""The buying committee of a lead's company, as a line on the card: who else is there, who is missing, whose it is."""

from dataclasses import dataclass

from bot.views.kit import Piece, Strong

MOST_NAMED = 4


@dataclass(frozen=True)
class Member:
    lead_id: int
    name: str
    title: str = ""
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Committee:
    """Of one account, as seen from one of its leads."""

    account: str
    others: tuple[Member, ...]
    own_roles: tuple[str, ...] = ()  # of the lead whose card it is
    missing: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()  # of all of them
    elsewhere: int = 0  # how many others are with other teams, whose leads this one does not see
    owner: str = ""  # of this one, whom its card names anyway


def line(value: Committee) -> tuple[Piece, ...]:
    named = [described(one) for one in value.others[:MOST_NAMED]]
    named += [f"{len(value.others) - MOST_NAMED} more"] if len(value.others) > MOST_NAMED else []
    named += [elsewhere(value.elsewhere)] if value.elsewhere else []
    own = f" This one: {', '.join(value.own_roles)}." if value.own_roles else ""
    # Of an account of which nobody's part is known yet, that all are missing says nothing.
    is_any_known = value.own_roles or any(one.roles for one in value.others)
    missing = f" Still missing: {', '.join(value.missing)}." if value.missing and is_any_known else ""
    return (Strong(f"Also at {value.account[:60]}: "), f"{'; '.join(named)}.{own}{missing}{whose(value)}")


def elsewhere(count: int) -> str:
    return "one with another team" if count == 1 else f"{count} with other teams"


def described(one: Member) -> str:
    title = f", {one.title[:40]}" if one.title else ""
    roles = f" ({', '.join(one.roles)})" if one.roles else ""
    return f"#{one.lead_id} {one.name[:60]}{title}{roles}"


def whose(value: Committee) -> str:
    owners = value.owners
    if len(owners) > 1:
        return f" They have {len(owners)} owners: {', '.join(owners)}. One of them should have them all."
    return f" {owners[0]} looks after them." if owners and owners[0] != value.owner else ""
