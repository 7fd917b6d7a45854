"""Which channels this installation has: who carries messages of each, and who makes them ready."""

from bot.contact.claiming import Composers
from bot.contact.ports import Carrier
from bot.mailing import composing as letters
from bot.mailing.smtp import smtp_carrier
from bot.settings import Settings
from bot.texting import composing as texts
from bot.texting.carrier import TwilioCarrier

COMPOSERS: Composers = {"email": letters.letter, "sms": texts.short_message}


def carriers_of(settings: Settings) -> dict[str, Carrier]:
    """One for each channel that is set up."""
    has = settings.outside.channels
    carriers: dict[str, Carrier] = {}
    if "email" in has:
        carriers["email"] = smtp_carrier(settings.smtp_url.get_secret_value())
    if "sms" in has:
        carriers["sms"] = TwilioCarrier(
            settings.twilio_account, settings.twilio_token.get_secret_value(), settings.sms_from,
            url=settings.twilio_url,
        )  # fmt: skip
    return carriers
