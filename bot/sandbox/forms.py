"""A person submits or closes a modal: fields filled, checked, sent, and the app's answer carried out."""

import re
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from bot.sandbox import payloads
from bot.sandbox.content import checked_view
from bot.sandbox.elements import is_empty
from bot.sandbox.errors import ApiError, Refused
from bot.sandbox.json_types import Json
from bot.sandbox.picking import Picker
from bot.sandbox.views import View
from bot.sandbox.walk import elements
from bot.sandbox.workspace import User
from bot.sandbox.world import World

ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
TROUBLE = "The app did not respond. Please try again."


class Submission(BaseModel):
    model_config = ConfigDict(extra="forbid")

    user: str
    view_id: str
    values: dict[str, dict[str, object]] = {}


class Closing(BaseModel):
    model_config = ConfigDict(extra="forbid")

    user: str
    view_id: str
    all: bool = False


async def submit(world: World, wish: Submission) -> Json:
    user, view = _open_modal(world, wish.user, wish.view_id)
    if not view.body.get("submit"):
        raise Refused("This modal has no submit button.")
    remember(Picker(world, user, view.offers), view, wish.values)
    errors = _mistakes(view)
    if errors:
        return {"closed": False, "errors": errors, "acked": None}
    payload = payloads.view_submission(world, user, view, _response_urls(world, user, view))
    ack = await world.courier.deliver("interactive", payload)
    if not ack.acked:
        world.changes.notice(user.id, TROUBLE)
        return {"closed": False, "errors": {}, "acked": False, "problem": TROUBLE}
    return {"acked": True, **_carry_out(world, user, view, ack.payload)}


async def close(world: World, wish: Closing) -> Json:
    user, view = _open_modal(world, wish.user, wish.view_id)
    acked = None
    for closed in world.views.close(view, wish.all):
        _tell(world, closed)
        if closed.body.get("notify_on_close"):
            payload = payloads.view_closed(world, user, closed, wish.all)
            acked = (await world.courier.deliver("interactive", payload)).acked
    return {"acked": acked}


def remember(picker: Picker, view: View, values: dict[str, dict[str, object]]) -> None:
    """Put what a person entered into the view's fields; a field that is not there is refused."""
    fields = {(block["block_id"], each["action_id"]): each for block, each in elements(view.body["blocks"])}
    for block_id, actions in values.items():
        for action_id, value in actions.items():
            element = fields.get((block_id, action_id))
            if element is None or action_id not in view.values.get(block_id, {}):
                raise Refused(f"The form has no field {block_id}/{action_id}.")
            view.values[block_id][action_id] = picker.state(element, value)


def _open_modal(world: World, user_name: str, view_id: str) -> tuple[User, View]:
    user = world.workspace.person(user_name)
    view = world.views.of(user, view_id)
    if not view.is_modal:
        raise Refused("The home tab is neither submitted nor closed.")
    return user, view


def _carry_out(world: World, user: User, view: View, answer: Json) -> Json:
    """Do what the app's response_action says; a bad answer is trouble shown in the modal, as in Slack."""
    try:
        return _respond(world, user, view, answer)
    except ApiError as mistake:
        found = mistake.details.get("response_metadata", {}).get("messages", [])
        problem = "; ".join([f"The app's answer was not usable ({mistake.code})", *found])
        world.changes.notice(user.id, problem)
        return {"closed": False, "errors": {}, "problem": problem}


def _respond(world: World, user: User, view: View, answer: Json) -> Json:
    action = answer.get("response_action")
    if action == "errors":
        return {"closed": False, "errors": _checked_errors(view, answer.get("errors"))}
    if action == "update":
        # The app may have changed the modal by views.update while it was handling this.
        _tell(world, world.views.update(view, checked_view(answer.get("view"), ("modal",))))
        return {"closed": False, "errors": {}}
    if action == "push":
        _tell(world, world.views.push(user, checked_view(answer.get("view"), ("modal",))))
        return {"closed": False, "errors": {}}
    if action not in (None, "clear"):
        raise ApiError("unknown_response_action")
    for closed in world.views.close(view, action == "clear"):
        _tell(world, closed)
    return {"closed": True, "errors": {}}


def _checked_errors(view: View, errors: object) -> dict[str, str]:
    inputs = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        raise ApiError("errors_missing")
    if strange := sorted(errors.keys() - inputs):
        raise ApiError(f"errors_for_blocks_that_are_not_inputs: {', '.join(strange)}")
    return {str(block_id): str(text) for block_id, text in errors.items()}


def _mistakes(view: View) -> dict[str, str]:
    """What Slack itself objects to before the app ever hears of the form."""
    found = {}
    for block, element in elements(view.body["blocks"]):
        if block["type"] == "input":
            state = view.values.get(block["block_id"], {}).get(element["action_id"], {})
            mistake = _mistake(block, element, state)
            if mistake:
                found[block["block_id"]] = mistake
    return found


def _mistake(block: Json, element: Json, state: Json) -> str | None:
    if is_empty(state):
        return None if block.get("optional") else "Please complete this required field."
    value = state.get("value")
    if element["type"] == "plain_text_input" and isinstance(value, str):
        return _length_mistake(element, value)
    if element["type"] == "number_input" and isinstance(value, str):
        return _number_mistake(element, value)
    if element["type"] == "email_text_input" and not ADDRESS.fullmatch(str(value)):
        return "Please enter a valid e-mail address."
    if element["type"] == "url_text_input" and not urlsplit(str(value)).netloc:
        return "Please enter a valid address of a web page."
    most = element.get("max_selected_items")
    chosen = next((each for each in state.values() if isinstance(each, list)), [])
    return f"Please choose at most {most}." if most and len(chosen) > most else None


def _length_mistake(element: Json, value: str) -> str | None:
    if len(value) < element.get("min_length", 0):
        return f"Please enter at least {element['min_length']} characters."
    most = element.get("max_length", 3000)
    return f"Please enter at most {most} characters." if len(value) > most else None


def _number_mistake(element: Json, value: str) -> str | None:
    try:
        number = float(value)
    except ValueError:
        return "Please enter a number."
    if not element.get("is_decimal_allowed") and not number.is_integer():
        return "Please enter a whole number."
    least, most = element.get("min_value"), element.get("max_value")
    if least is not None and number < float(least):
        return f"Please enter {least} or more."
    return f"Please enter {most} or less." if most is not None and number > float(most) else None


def _response_urls(world: World, user: User, view: View) -> list[Json]:
    """An address for each conversation picked in a field that asks for one."""
    found = []
    for block, element in elements(view.body["blocks"]):
        state = view.values.get(block["block_id"], {}).get(element["action_id"], {})
        picked = state.get("selected_conversation") or state.get("selected_channel")
        if element.get("response_url_enabled") and picked in world.workspace.channels:
            url = world.response_url(user, world.workspace.channels[picked])
            ids = {"block_id": block["block_id"], "action_id": element["action_id"]}
            found.append({**ids, "channel_id": picked, "response_url": url})
    return found


def _tell(world: World, view: View) -> None:
    world.changes.tell({"type": "view", "view_id": view.id}, [view.user])
