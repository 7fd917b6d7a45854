"""The door for SMS that people send us, signed by the provider."""

from typing import Annotated
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from fastapi import Depends, FastAPI, Request, Response
from twilio.request_validator import RequestValidator

from bot.services import Services
from bot.texting import inbound
from bot.texting.inbound import Texted
from handlers.intake import Doorkeeper, TurnedAwayError
from handlers.replies import ANSWERS, KB, body_up_to

PATH = "/api/sms"
MAX_FORM = 64 * KB
FORM = {"application/x-www-form-urlencoded": {"schema": {"type": "object", "additionalProperties": {"type": "string"}}}}
MOST_FIELDS = 200


def add_sms(app: FastAPI, services: Services, doorkeeper: Doorkeeper, *, token: str) -> None:
    """`token`: the account's, with which the provider signs."""
    validator = RequestValidator(token)

    @app.post(PATH, responses=ANSWERS, response_class=Response,
              openapi_extra={"requestBody": {"content": FORM, "required": True}})  # fmt: skip
    def take_sms(request: Request, body: Annotated[bytes, Depends(body_up_to(MAX_FORM))]) -> Response:
        """An SMS that somebody sent to our number; the answer, if there is one at once, is TwiML."""
        fields = read(body)
        signature = request.headers.get("x-twilio-signature", "")
        if not token or not is_signed(validator, services.outside.public_url + PATH, fields, signature):
            raise TurnedAwayError(401, "The request is not signed by our SMS provider.", field="x-twilio-signature")
        with doorkeeper.admit_checked():
            texted = Texted(fields.get("MessageSid", ""), fields.get("From", ""), fields.get("Body", ""))
            if not texted.own_id or not texted.number:
                raise TurnedAwayError(422, "MessageSid and From are needed.", field="MessageSid")
            return twiml(inbound.take(services, texted))


def read(body: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        raise TurnedAwayError(422, "The form cannot be read.", field="body") from None


def is_signed(validator: RequestValidator, url: str, fields: dict[str, str], signature: str) -> bool:
    return signature.isascii() and bool(validator.validate(url, fields, signature))


def twiml(answer: str) -> Response:
    said = f"<Message>{escape(answer)}</Message>" if answer else ""
    return Response(f'<?xml version="1.0" encoding="UTF-8"?><Response>{said}</Response>', media_type="text/xml")
