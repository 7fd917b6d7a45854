"""/lead consent: what somebody allowed or withdrew, in one line or in a form."""

from bot import consents
from bot.errors import DibsError
from bot.rules.consent import CHANNELS, Said
from bot.views import consents as views
from bot.views.kit import Message, say
from handlers.subcommands import Request, Subcommand

ASKS = f"Say which channel ({', '.join(CHANNELS)}) and given or withdrawn; or neither, for the form."


def consent(request: Request) -> Message | None:
    lead_id, words = request.lead_and_rest()
    if not words:
        view = views.form(*consents.for_form(request.services, request.slack_id, lead_id))
        request.client.views_open(trigger_id=request.trigger_id, view=view)
        return None
    channel, _, rest = words.lower().replace("e-mail", "email", 1).partition(" ")
    word = rest.split()[0] if rest.split() else ""
    if channel not in CHANNELS or word not in (views.GIVEN, views.WITHDRAWN):
        raise DibsError(ASKS)
    source = words.split(maxsplit=2)[2] if len(words.split()) > 2 else ""
    said = Said(channel, word == views.GIVEN, source=source)
    return say(consents.record(request.services, request.slack_id, lead_id, said, key=request.trigger_id))


CONSENT_ENTRIES = (
    Subcommand("consent", "consent <lead> [email|phone|sms|measuring given|withdrawn [source]]",
               "what somebody allowed or withdrew", "consent #42 email withdrawn told me on the phone", consent),
)  # fmt: skip
