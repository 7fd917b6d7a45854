"""The telephones of people outside: a door like Twilio's, and what they text back."""

import base64
import hashlib
import hmac
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.sandbox.post.box import Outside, Text
from bot.sandbox.world import World

LONGEST = 1600  # characters, as Twilio takes them (its error 21617)
NOBODY = "+15005550001"  # Twilio's own test number for one that is invalid (its error 21211)


async def take(request: Request) -> Response:
    """POST /2010-04-01/Accounts/{sid}/Messages.json, as twilio.com/docs/messaging/api/message-resource has it."""
    world: World = request.app.state.world
    fields = await request.form()
    to, sender, body = (str(fields.get(name, "")) for name in ("To", "From", "Body"))
    if not request.headers.get("authorization", "").startswith("Basic "):
        return refused(401, 20003, "Authenticate")
    if to == NOBODY or not to.startswith("+"):
        return refused(400, 21211, f"Invalid 'To' Phone Number: {to}")
    if not body or len(body) > LONGEST:
        return refused(400, 21617, "The message body exceeds the 1600 character limit" if body else "Body is missing")
    number = world.post.next_id()
    text = Text(number, to, sender, body, world.clock.now().isoformat(), is_ours=True, sid=f"SM{number:032x}")
    world.post.texts.append(text)
    world.changes.tell({"type": "post"})
    made = {"sid": text.sid, "status": "queued", "to": to, "from": sender, "body": body, "error_code": None,
            "num_segments": "1", "date_created": None, "uri": str(request.url.path)}  # fmt: skip
    return JSONResponse(made, 201)


def refused(status: int, code: int, message: str) -> Response:
    return JSONResponse({"code": code, "message": message, "status": status, "more_info": ""}, status)


def signed(app: Outside, text: Text) -> tuple[bytes, dict[str, str]]:
    """The form that Twilio posts when somebody texts us, and its signature (twilio.com/docs/usage/security)."""
    fields = {"MessageSid": text.sid, "From": text.number, "To": app.sms_number, "Body": text.body}
    told = app.sms_url + "".join(f"{name}{fields[name]}" for name in sorted(fields))
    mac = hmac.new(app.sms_token.encode(), told.encode(), hashlib.sha1).digest()
    headers = {
        "Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": base64.b64encode(mac).decode(),
    }  # fmt: skip
    return urlencode(fields).encode(), headers
