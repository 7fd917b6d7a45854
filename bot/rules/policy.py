"""Who may do what: the one place that answers it, for every command, button, form and list."""

from dataclasses import dataclass
from typing import Literal, get_args

from bot.errors import NotAllowedError

Action = Literal[
    "see", "add_lead", "claim", "pass", "note", "stage", "release", "follow_up", "report", "manage_people",
    "assign", "see_queue", "qualify", "forgo", "rescore", "deal", "rebuild", "import", "merge",
    "import_many", "manage_segments", "clear_out", "consent", "edit", "ask", "spend", "goal",
    "sequence", "manage_sequences", "booking", "compare_teams",
]  # fmt: skip
ACTIONS: tuple[Action, ...] = get_args(Action)
ONLY_MANAGERS = frozenset(
    {"report", "manage_people", "assign", "rescore", "import_many", "manage_segments", "clear_out", "spend", "goal",
     "manage_sequences", "compare_teams"}
)  # fmt: skip
ONLY_OWNERS = frozenset({"stage", "release", "follow_up", "qualify", "forgo", "deal", "rebuild", "sequence"})
OWNERS_FIRST = frozenset({"merge", "edit"})  # whoever owns it decides; while nobody does, anyone in the team
NO_SUCH_LEAD = "There is no such lead in your teams."
NO_LEAD_NEEDED = frozenset({"add_lead", "import", "ask", "booking"}) | ONLY_MANAGERS


@dataclass(frozen=True)
class Actor:
    """Whoever signed the request, as the database knows them."""

    rep_id: int
    slack_id: str
    name: str
    time_zone: str
    is_manager: bool
    team_ids: frozenset[int]

    @property
    def sees_teams(self) -> set[int] | None:
        """The teams whose leads they may see; None means all."""
        return None if self.is_manager else set(self.team_ids)


@dataclass(frozen=True)
class Subject:
    """What the policy needs to know of a lead."""

    team_id: int
    owner_id: int | None
    owner_name: str | None = None
    cover_id: int | None = None  # who works for the owner now, because the owner is away

    def is_in_hands_of(self, actor: Actor) -> bool:
        return actor.rep_id in (self.owner_id, self.cover_id)


def require(actor: Actor, action: Action, lead: Subject | None = None) -> None:
    """Let the actor through, or say why not; whatever is not allowed here is refused.

    Raises:
        NotAllowedError: with a sentence for the actor.
    """
    refusal = why_not(actor, action, lead)
    if refusal:
        raise NotAllowedError(refusal)


def why_not(actor: Actor, action: Action, lead: Subject | None) -> str | None:
    if action in ONLY_MANAGERS:
        return None if actor.is_manager else "Only managers can do this. Ask one of them to do it for you."
    if action in NO_LEAD_NEEDED:
        return None
    if action == "see_queue":
        is_own = actor.is_manager or (lead is not None and lead.team_id in actor.team_ids)
        return None if is_own else "Only the team itself and managers see what waits there."
    # The same words for a lead of others as for none: a number must not tell an outsider anything.
    if lead is None or not (actor.is_manager or lead.team_id in actor.team_ids or lead.is_in_hands_of(actor)):
        return NO_SUCH_LEAD
    is_owners_to_do = action in ONLY_OWNERS or (action in OWNERS_FIRST and lead.owner_id is not None)
    if is_owners_to_do and not actor.is_manager and not lead.is_in_hands_of(actor):
        return owned_by_someone_else(lead)
    return None


def owned_by_someone_else(lead: Subject) -> str:
    if lead.owner_id is None:
        return "Nobody owns this lead yet. Press Claim first; then it is yours to work on."
    return f"This lead belongs to {lead.owner_name or 'someone else'}. Ask them, or a manager."
