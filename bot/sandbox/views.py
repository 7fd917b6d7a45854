"""Modals and home tabs: each user's stack of views and what stands in their fields."""

import secrets
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field

from bot.sandbox.clock import Clock
from bot.sandbox.elements import initial_values
from bot.sandbox.errors import ApiError, Refused
from bot.sandbox.ids import new_id
from bot.sandbox.json_types import Json
from bot.sandbox.walk import with_ids
from bot.sandbox.workspace import User, Workspace

STACK = 3
DEFAULTS: Json = {"private_metadata": "", "callback_id": "", "external_id": ""}


@dataclass(eq=False)
class View:
    """A view as Slack returns it; `values` is what its user has entered or picked."""

    user: str
    body: Json
    values: dict[str, Json] = field(default_factory=dict)
    offers: dict[str, list[Json]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return str(self.body["id"])

    @property
    def is_modal(self) -> bool:
        return bool(self.body["type"] == "modal")

    def shown(self) -> Json:
        """The view with the state of its fields."""
        return deepcopy(self.body | {"state": {"values": self.values}})


class Views:
    def __init__(self, workspace: Workspace, clock: Clock) -> None:
        self._workspace = workspace
        self._clock = clock
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}

    def stack(self, user: User) -> list[View]:
        return self._stacks.setdefault(user.id, [])

    def home(self, user: User) -> View | None:
        return self._homes.get(user.id)

    def of(self, user: User, view_id: str) -> View:
        """The view, provided this user has it open in front."""
        stack = self.stack(user)
        home = self.home(user)
        if home and home.id == view_id:
            return home
        if stack and stack[-1].id == view_id:
            return stack[-1]
        behind = any(view.id == view_id for view in stack)
        raise Refused("That view is behind another one." if behind else f"{user.name} has no such view open.")

    def find(self, view_id: str | None, external_id: str | None) -> View:
        for view in self._all():
            if view.id == view_id or (external_id and view.body["external_id"] == external_id):
                return view
        raise ApiError("not_found")

    def open(self, user: User, source: Json, current: str | None = None) -> View:
        """A new modal; `current` is the conversation it was opened in."""
        if self.stack(user):
            # Slack closes what is open when an app opens a new root view.
            self.stack(user).clear()
        view = self._push(user, source)
        view.values = initial_values(view.body["blocks"], None, current)
        return view

    def push(self, user: User, source: Json) -> View:
        if len(self.stack(user)) >= STACK:
            raise ApiError("push_limit_reached")
        return self._push(user, source)

    def update(self, view: View, source: Json, stamp: str | None = None) -> View:
        if stamp and stamp != view.body["hash"]:
            raise ApiError("hash_conflict")
        if source["type"] != view.body["type"]:
            raise ApiError("invalid_arguments")
        self._check_external_id(source, view)
        fixed = ("id", "root_view_id", "previous_view_id")
        view.body = self._dress(source) | {key: view.body[key] for key in fixed}
        view.values = initial_values(view.body["blocks"], view.values)
        return view

    def publish(self, user: User, source: Json, stamp: str | None) -> View:
        home = self.home(user)
        if home:
            return self.update(home, source, stamp)
        view = self._make(user, source)
        self._homes[user.id] = view
        return view

    def close(self, view: View, all_of_them: bool = False) -> list[View]:
        """Take the view, or the whole stack, away; what was closed, top first."""
        stack = self._stacks[view.user]
        # While the app was answering, it may have closed the view or put another on top.
        closed = stack[::-1] if all_of_them else [each for each in stack if each is view]
        self._stacks[view.user] = [each for each in stack if each not in closed]
        return closed

    def _push(self, user: User, source: Json) -> View:
        view = self._make(user, source)
        stack = self.stack(user)
        if stack:
            view.body |= {"previous_view_id": stack[-1].id, "root_view_id": stack[0].id}
        stack.append(view)
        return view

    def _make(self, user: User, source: Json) -> View:
        self._check_external_id(source, None)
        body = self._dress(source)
        body |= {"root_view_id": body["id"], "previous_view_id": None}
        return View(user.id, body, initial_values(body["blocks"]))

    def _dress(self, source: Json) -> Json:
        app, team = self._workspace.app, self._workspace.team
        keyed = DEFAULTS | deepcopy(source)
        if keyed["type"] == "modal":
            keyed = {"title": None, "close": None, "submit": None} | keyed
            keyed = {"clear_on_close": False, "notify_on_close": False} | keyed
        return keyed | {
            "id": new_id("V"),
            "team_id": team.id,
            "app_id": app.id,
            "app_installed_team_id": team.id,
            "bot_id": app.bot_id,
            "blocks": with_ids(keyed["blocks"]),
            "hash": f"{int(self._clock.seconds())}.{secrets.token_hex(4)}",
        }

    def _check_external_id(self, source: Json, but: View | None) -> None:
        wanted = source.get("external_id")
        if wanted and any(each is not but and each.body["external_id"] == wanted for each in self._all()):
            raise ApiError("duplicate_external_id")

    def _all(self) -> Iterator[View]:
        for stack in self._stacks.values():
            yield from stack
        yield from self._homes.values()
