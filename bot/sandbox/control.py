"""The control API: what people do, and what a test arranges, as JSON over HTTP."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.sandbox import clicks, forms, people, suggesting
from bot.sandbox.errors import Refused
from bot.sandbox.faults import Kind
from bot.sandbox.json_types import Json
from bot.sandbox.post import acts
from bot.sandbox.sockets import Reason
from bot.sandbox.world import World

SIGNATURES = frozenset({"stale_signature", "bad_signature"})
ROAD_KINDS: Mapping[str, frozenset[str]] = {
    "socket": frozenset({"delay", "drop_before", "drop_after", "outage"}),
    "http": frozenset({"delay", "drop_before", "outage"}) | SIGNATURES,
}


class Arrangement(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ClockWish(Arrangement):
    advance: float | None = None
    set: datetime | None = None


class AppWish(Arrangement):
    request_url: str | None


class DisconnectWish(Arrangement):
    reason: Reason = "warning"


class FaultWish(Arrangement):
    method: str
    kind: Kind
    times: int | None = None
    seconds: float | None = None
    retry_after: int = 1


async def set_clock(world: World, wish: ClockWish) -> Json:
    if (wish.advance is None) == (wish.set is None):
        raise Refused("Say either advance (seconds) or set (a date and time).")
    if wish.set is not None:
        world.clock.move_to(wish.set)
    else:
        world.clock.advance(wish.advance or 0)
    world.changes.tell({"type": "clock"})
    await world.events.settle()
    return {"now": world.clock.now().isoformat()}


async def set_app(world: World, wish: AppWish) -> Json:
    world.courier.request_url = wish.request_url
    world.changes.tell({"type": "channels"})
    return {"request_url": wish.request_url}


async def disconnect(world: World, wish: DisconnectWish) -> Json:
    told = await world.sockets.tell_all(wish.reason)
    if not told:
        raise Refused("The app has no socket open.")
    return {"connections": told}


async def plan_fault(world: World, wish: FaultWish) -> Json:
    known = ROAD_KINDS.get(wish.method, frozenset(get_args(Kind)) - SIGNATURES)
    if wish.kind not in known:
        raise Refused(f"A {wish.method} knows these faults: {', '.join(sorted(known))}.")
    world.faults.plan(wish.method, wish.kind, wish.times, wish.seconds, wish.retry_after)
    if (wish.method, wish.kind) == ("socket", "outage"):
        await world.sockets.drop_all()
    return {}


Action = Callable[[World, Any], Awaitable[Json]]

ACTIONS: Mapping[str, tuple[type[BaseModel], Action]] = {
    "command": (people.CommandWish, people.run_command),
    "message": (people.MessageWish, people.say_something),
    "click": (clicks.Click, clicks.click),
    "options": (suggesting.Search, suggesting.suggest),
    "submit": (forms.Submission, forms.submit),
    "close": (forms.Closing, forms.close),
    "shortcut": (people.ShortcutWish, people.use_shortcut),
    "open-home": (people.Wish, people.open_home),
    "open-dm": (people.Wish, people.open_direct_messages),
    "join": (people.ChannelWish, people.join),
    "leave": (people.ChannelWish, people.leave),
    "react": (people.ReactWish, people.react),
    "user": (people.UserWish, people.change_user),
    "clock": (ClockWish, set_clock),
    "app": (AppWish, set_app),
    "disconnect": (DisconnectWish, disconnect),
    "faults": (FaultWish, plan_fault),
    "meet-app": (acts.AppAddresses, acts.meet_app),
    "open-letter": (acts.OneLetter, acts.open_letter),
    "click-link": (acts.ClickWish, acts.click),
    "answer-letter": (acts.AnswerWish, acts.reply),
    "bounce-letter": (acts.OneLetter, acts.bounce),
    "unsubscribe": (acts.OneLetter, acts.unsubscribe),
    "text-back": (acts.TextWish, acts.text_back),
    "visit": (acts.VisitWish, acts.visit),
    "fill-form": (acts.FormWish, acts.fill_form),
}


async def act(request: Request) -> Response:
    """Carry out one call of the control API, or say in a sentence why it cannot be."""
    world: World = request.app.state.world
    found = ACTIONS.get(request.path_params["action"])
    if found is None:
        return _refusal("The sandbox has no such control call.", 404)
    model, action = found
    try:
        wish = model.model_validate_json(await request.body() or b"{}")
        return JSONResponse({"ok": True, **await action(world, wish)})
    except ValidationError as mistake:
        return _refusal(_sentence(mistake), 422)
    except Refused as reason:
        return _refusal(str(reason), 400)


async def clear_faults(request: Request) -> Response:
    request.app.state.world.faults.clear()
    return JSONResponse({"ok": True})


def _refusal(sentence: str, status: int) -> Response:
    return JSONResponse({"ok": False, "error": sentence}, status)


def _sentence(mistake: ValidationError) -> str:
    parts = [f"{'.'.join(map(str, each['loc'])) or 'body'}: {each['msg']}" for each in mistake.errors()]
    return "; ".join(parts)
