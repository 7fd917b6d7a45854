"""What a person may enter or pick in an element, and the state that Slack then reports."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.sandbox.elements import KINDS, Kind, options_of
from bot.sandbox.errors import ApiError, Refused
from bot.sandbox.files import allowed_names
from bot.sandbox.json_types import Json
from bot.sandbox.kit import TABLES
from bot.sandbox.kit_parts import PARTS
from bot.sandbox.limits import FORM_FILE_BYTES, FORM_FILES
from bot.sandbox.shapes import Checker
from bot.sandbox.shapes import Kind as KindOfBlock
from bot.sandbox.workspace import Channel, User
from bot.sandbox.world import World

Offers = dict[str, list[Json]]
RICH_TEXT = KindOfBlock("blocks", frozenset({"rich_text"}))
INCLUDED = {"channel": "public", "group": "private", "im": "im"}


@dataclass(frozen=True)
class Picker:
    """One person at one message or view; `offers` are the options the app has suggested there, by action."""

    world: World
    user: User
    offers: Mapping[str, list[Json]] = field(default_factory=dict)

    def state(self, element: Json, value: object) -> Json:
        """What Slack reports; a value that cannot be picked is refused."""
        kind = KINDS[element["type"]]
        if kind.many:
            if not isinstance(value, list):
                raise Refused(f"{element['action_id']} takes a list of values.")
            self._check_count(element, len(value))
            return {"type": element["type"], kind.key: [self._one(element, kind, each) for each in value]}
        empty = value is None or value == ""
        return {"type": element["type"], kind.key: None if empty else self._one(element, kind, value)}

    def _check_count(self, element: Json, count: int) -> None:
        if element["type"] == "file_input" and count > element.get("max_files", FORM_FILES):
            raise Refused(f"{element['action_id']} takes {element.get('max_files', FORM_FILES)} files at most.")

    def _one(self, element: Json, kind: Kind, value: object) -> object:
        match kind.sort:
            case "option":
                return self._option(element, value)
            case "user" | "conversation" | "channel":
                return self._known(element, kind.sort, str(value))
            case "file":
                return self._file(element, str(value))
            case _:
                return _entered(kind.sort, value)

    def _option(self, element: Json, value: object) -> Json:
        possible = [*options_of(element), *self.offers.get(element["action_id"], []), *_initial(element)]
        found = next((option for option in possible if option.get("value") == value), None)
        if found is None:
            raise Refused(f"{element['action_id']} has no option with the value {value!r}.")
        return found

    def _known(self, element: Json, sort: str, named: str) -> str:
        if sort == "user" or (sort == "conversation" and named in self.world.workspace.users):
            return self._user(element, named)
        channel = self.world.workspace.channels.get(named)
        if channel is None or not channel.visible_to(self.user.id):
            raise Refused(f"{self.user.name} sees no conversation {named!r}.")
        wanted = ["public"] if sort == "channel" else element.get("filter", {}).get("include")
        if wanted and not self._matches(channel, wanted):
            raise Refused(f"{element['action_id']} does not offer {channel.name or channel.id}.")
        return named

    def _matches(self, channel: Channel, wanted: list[str]) -> bool:
        return INCLUDED[channel.kind] in wanted and not channel.is_archived

    def _user(self, element: Json, named: str) -> str:
        user = self.world.workspace.users.get(named)
        if user is None or user.deleted:
            raise Refused(f"There is no user {named!r} to pick.")
        if user.is_bot and element.get("filter", {}).get("exclude_bot_users"):
            raise Refused(f"{element['action_id']} does not offer apps.")
        return named

    def _file(self, element: Json, file_id: str) -> Json:
        try:
            file = self.world.files.get(file_id)
        except ApiError as mistake:
            raise Refused(f"There is no file {file_id!r}.") from mistake
        if file.owner != self.user.id:
            raise Refused(f"{file.name} was not uploaded by {self.user.name}.")
        if not allowed_names(element.get("filetypes", []), file):
            raise Refused(f"{file.name} is not one of: {', '.join(element['filetypes'])}.")
        if file.length > FORM_FILE_BYTES:
            raise Refused(f"{file.name} has {file.length:,} of {FORM_FILE_BYTES:,} bytes.")
        file.given_to_app = True
        return self.world.files.shown(file)


def _initial(element: Json) -> list[Json]:
    one = element.get("initial_option")
    return [*element.get("initial_options", []), *([one] if one else [])]


def _entered(sort: str, value: object) -> object:
    """What a person writes themselves, in the form that the element knows."""
    match sort:
        case "rich_text":
            return _rich_text(value)
        case "moment":
            return _moment(value)
        case "date" | "time":
            return _formed(sort, str(value))
        case _:
            return str(value)


def _rich_text(value: object) -> object:
    problems = list(Checker(TABLES, PARTS, "modal").check(RICH_TEXT, value, ""))
    if problems:
        raise Refused(f"That is no rich text: {problems[0]}.")
    return value


def _moment(value: object) -> int:
    if isinstance(value, int):
        return value
    raise Refused("A date and time is given as a number of seconds since 1970.")


def _formed(sort: str, text: str) -> str:
    try:
        if sort == "date":
            date.fromisoformat(text)
        else:
            datetime.strptime(text, "%H:%M")  # noqa: DTZ007 - only the form is checked
    except ValueError as mistake:
        raise Refused(f"{text!r} is not a {sort} ({'2026-01-31' if sort == 'date' else '14:30'}).") from mistake
    return text
