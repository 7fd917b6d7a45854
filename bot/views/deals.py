"""A deal in words and as a form: amount, chance, expected close, product."""

from dataclasses import dataclass

from bot.rules import amounts
from bot.rules.stages import AMOUNT, CURRENCY, EXPECTED_ON, OPPORTUNITY, PRODUCT
from bot.views import kit
from bot.views.cards import title
from bot.views.forms import form
from bot.views.kit import Block, Message, Person, Strong
from bot.views.stages import Ask, asked
from store.models import Lead, Opportunity

DEAL = "form.deal"
OVERTAKEN = "Somebody else changed this deal meanwhile. Close this form and open it again to see how it stands."


@dataclass(frozen=True)
class Deal:
    lead: Lead
    opportunity: Opportunity | None
    usual_probability: int | None = None  # the stage's
    currency: str = "EUR"  # the playbook's
    products: tuple[str, ...] = ()
    kind: str = "open"  # the stage's

    @property
    def probability(self) -> int | None:
        own = self.opportunity.probability if self.opportunity else None
        return own if own is not None else self.usual_probability


def in_words(deal: Deal) -> str:
    """Like "Opportunity 12,000 EUR, 40 %, closes 12 Dec"; "" while there is none."""
    found = deal.opportunity
    if found is None:
        return ""
    amount = f" {amounts.in_words(found.cents, found.currency)}" if found.cents is not None else ""
    heading = ("Sold for" if amount else "Sold") if deal.kind == "won" else "Opportunity"
    said = [f"{heading}{amount or ', no amount yet'}"]
    if deal.kind == "open":
        said += [f"{deal.probability} %"] if deal.probability is not None else []
        said += [f"closes {found.expected_on.day} {found.expected_on:%b %Y}"] if found.expected_on else []
    return ", ".join([*said, *([found.product] if found.product else [])])


def deal_form(deal: Deal) -> Block:
    found, usual = deal.opportunity, deal.usual_probability
    chance = str(found.probability) if found and found.probability is not None else ""
    left = f"Left empty, it is the {usual} % of the stage {deal.lead.stage}." if usual is not None else "In percent."
    return form(
        DEAL, "The deal", "Save", kit.context(title(deal.lead)),
        *(asked(each) for each in (
            amount_ask(deal, is_required=False),
            Ask(f"{OPPORTUNITY}probability", "Chance to win it", "number", initial=chance, hint=left,
                is_required=False),
            expected_ask(deal, is_required=False), product_ask(deal, is_required=False),
        )),
        about=f"{deal.lead.id}:{state(found)}",
    )  # fmt: skip


def state(opportunity: Opportunity | None) -> str:
    """Another one after every change."""
    return opportunity.changed_at.isoformat() if opportunity else "new"


def amount_ask(deal: Deal, *, is_required: bool, hinted: str = "") -> Ask:
    found = deal.opportunity
    known = amounts.in_words(found.cents, found.currency) if found and found.cents is not None else hinted
    currency = found.currency if found else deal.currency
    hint = f"Like 12,000 or 12k. In {currency}, unless you write another currency with it."
    return Ask(AMOUNT, "Amount", initial=known, hint=hint, is_required=is_required, longest=60)


def currency_ask(deal: Deal, *, is_required: bool) -> Ask:
    current = deal.opportunity.currency if deal.opportunity else ""
    hint = "Three letters, like EUR or USD."
    return Ask(CURRENCY, "Currency", initial=current or deal.currency, hint=hint, is_required=is_required, longest=20)


def expected_ask(deal: Deal, *, is_required: bool) -> Ask:
    day = deal.opportunity.expected_on if deal.opportunity else None
    return Ask(EXPECTED_ON, "Expected close", "date", initial=day.isoformat() if day else "", is_required=is_required)


def product_ask(deal: Deal, *, is_required: bool, hinted: str = "") -> Ask:
    """Chosen from the playbook's products, where it names some; one that is not among them any more stays."""
    current = deal.opportunity.product if deal.opportunity else ""
    if not deal.products:
        return Ask(PRODUCT, "Product", initial=current or hinted, is_required=is_required, longest=120)
    known = (*deal.products, *([current] if current and current not in deal.products else []))
    chosen = next((one for one in known if one.casefold() == (current or hinted).casefold()), "")
    return Ask(PRODUCT, "Product", "choice", known, initial=chosen, is_required=is_required)


def changed(by: Person, said: str) -> Message:
    """The line in the lead's thread."""
    return kit.say("💶 ", Strong(by.name), " wrote down the deal: ", Strong(said), ".")


def unchanged(lead: Lead) -> str:
    return f"{title(lead)}: the deal stays as it was."


def saved(lead: Lead, said: str) -> str:
    return f"{title(lead)}: {said}."
