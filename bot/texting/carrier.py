"""Carries texts through Twilio, or whoever speaks like it."""

from urllib.parse import urlsplit, urlunsplit

from requests.exceptions import ConnectionError as CannotConnectError
from requests.exceptions import ConnectTimeout, RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from urllib3.exceptions import NewConnectionError

from bot.contact.ports import Carrier, Later, Outcome, Parcel, Refused, Taken, Unknown

TIMEOUT_SECONDS = 20
TOO_MANY, SERVER = 429, 500
# Nobody can be reached there, or does not want to be (twilio.com/docs/api/errors).
DEAD = frozenset({21211, 21214, 21217, 21604, 21610, 21612, 21614})
DEFAULT_URL = "https://api.twilio.com"


class At:
    """Twilio's client sends to its own address; this sends to another, with the same path."""

    def __init__(self, url: str) -> None:
        self._inner = TwilioHttpClient(timeout=TIMEOUT_SECONDS, max_retries=0)
        self._place = urlsplit(url)

    def request(self, method: str, url: str, *args: object, **more: object) -> object:
        asked = urlsplit(url)
        place = urlunsplit((self._place.scheme, self._place.netloc, asked.path, asked.query, ""))
        return self._inner.request(method, place, *args, **more)


class TwilioCarrier(Carrier):
    """`sender` is a number in E.164 or a name that the account may use."""

    def __init__(self, account: str, token: str, sender: str, *, url: str = DEFAULT_URL) -> None:
        self._client = Client(account, token, http_client=At(url))
        self._sender = sender

    def carry(self, parcel: Parcel) -> Outcome:
        """Hand it over; Twilio keeps no name of ours for it, so what may have been taken is not said twice."""
        try:
            made = self._client.messages.create(to=parcel.to, from_=self._sender, body=parcel.text)
        except TwilioRestException as error:
            return refusal(error)
        except CannotConnectError as error:
            return Later("the SMS provider cannot be reached") if never_left(error) else Unknown("the line was cut")
        except (RequestException, TwilioException, ValueError) as error:  # ValueError: an answer that is no JSON
            return Unknown(f"the SMS provider did not answer: {type(error).__name__}")
        return Taken(str(made.sid))


def refusal(error: TwilioRestException) -> Outcome:
    """Its own error numbers tell more than the status."""
    if error.status == TOO_MANY:
        return Later("the SMS provider is asked too often")
    if error.status >= SERVER:
        return Unknown(f"the SMS provider failed ({error.status})")
    if error.status in (401, 403):
        return Later("the SMS provider does not know our account; check DIBS_TWILIO_ACCOUNT and DIBS_TWILIO_TOKEN", 600)
    return Refused(f"the SMS provider refused it: {error.msg} ({error.code})"[:300], is_address_dead=error.code in DEAD)


def never_left(error: CannotConnectError) -> bool:
    """Whether there was no connection at all, so that nothing can have arrived."""
    if isinstance(error, ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(getattr(cause, "reason", None), NewConnectionError)
