"""Files: announced, filled with bytes, then shared; kept in memory and bounded."""

import mimetypes
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import quote

from bot.sandbox.clock import Clock
from bot.sandbox.errors import ApiError, Refused
from bot.sandbox.ids import new_id
from bot.sandbox.json_types import Json
from bot.sandbox.limits import FILE_BYTES, FILES_KEPT
from bot.sandbox.workspace import Channel, Workspace

SHARE_KINDS = {"channel": "channels", "group": "groups", "im": "ims"}


@dataclass(eq=False)
class File:
    id: str
    owner: str
    name: str
    title: str
    mimetype: str
    created: int
    length: int
    data: bytes | None = None
    alt_text: str = ""
    shares: list[tuple[str, str]] = field(default_factory=list)
    ready: bool = False
    given_to_app: bool = False  # in a form: then the app may read it, wherever it is shared

    @property
    def filetype(self) -> str:
        return PurePosixPath(self.name).suffix.lstrip(".").lower() or "binary"

    def fill(self, data: bytes) -> None:
        """The announced bytes, once and in full."""
        if self.data is not None:
            raise ApiError("already_uploaded")
        if len(data) != self.length:
            raise ApiError("length_mismatch")
        self.data = data


class Files:
    def __init__(self, workspace: Workspace, clock: Clock, url: str) -> None:
        self._workspace = workspace
        self._clock = clock
        self._url = url
        self._files: dict[str, File] = {}
        self._uploads: dict[str, File] = {}

    def announce(self, owner: str, name: str, length: int, mimetype: str = "") -> tuple[str, File]:
        """A file to come, and the key of the address that takes its bytes."""
        guessed = mimetype or mimetypes.guess_type(name)[0] or "application/octet-stream"
        file = File(new_id("F"), owner, name, name, guessed, int(self._clock.seconds()), length)
        self._files[file.id] = file
        key = secrets.token_urlsafe(24)
        self._uploads[key] = file
        while len(self._files) > FILES_KEPT:
            # The oldest go, so that a long test cannot fill the memory.
            self._files.pop(next(iter(self._files)))
        return key, file

    def upload(self, key: str, data: bytes) -> File:
        file = self._uploads.pop(key, None)
        if file is None:
            raise ApiError("no_such_upload")
        file.fill(data)
        return file

    def keep(self, owner: str, name: str, data: bytes, mimetype: str = "") -> File:
        """What a person uploads: announced, filled and ready in one go."""
        if not name.strip():
            raise Refused("A file needs a name.")
        if not data:
            raise Refused("The file is empty.")
        if len(data) > FILE_BYTES:
            raise Refused(f"The file has {len(data):,} of {FILE_BYTES:,} bytes.")
        key, file = self.announce(owner, name, len(data), mimetype)
        self.upload(key, data)
        file.ready = True
        return file

    def get(self, file_id: str) -> File:
        found = self._files.get(file_id)
        if found is None or not found.ready:
            raise ApiError("file_not_found")
        return found

    def announced(self, file_id: str, owner: str) -> File:
        """A file that its owner has filled and may now complete."""
        found = self._files.get(file_id)
        if found is None or found.owner != owner or found.data is None:
            raise ApiError("file_not_found")
        return found

    def delete(self, file: File) -> None:
        del self._files[file.id]

    def seen_by(self, user_id: str) -> list[File]:
        return [file for file in self._files.values() if file.ready and self.visible_to(user_id, file)]

    def visible_to(self, user_id: str, file: File) -> bool:
        channels = (self._workspace.channels[channel] for channel, _ in file.shares)
        if file.given_to_app and user_id == self._workspace.app.user_id:
            return True
        return file.owner == user_id or any(user_id in channel.members for channel in channels)

    def shown(self, file: File) -> Json:
        """The file as Slack describes it to an app."""
        path = f"{self._workspace.team.id}-{file.id}"
        download = f"{self._url}/files-pri/{path}/download/{quote(file.name)}"
        kind = file.filetype
        described: Json = {
            "id": file.id,
            "created": file.created,
            "timestamp": file.created,
            "name": file.name,
            "title": file.title,
            "mimetype": file.mimetype,
            "filetype": kind,
            "pretty_type": kind.upper(),
            "user": file.owner,
            "user_team": self._workspace.team.id,
            "editable": False,
            "size": file.length,
            "mode": "hosted",
            "is_external": False,
            "external_type": "",
            "is_public": any(self._workspace.channels[channel].kind == "channel" for channel, _ in file.shares),
            "public_url_shared": False,
            "display_as_bot": False,
            "username": "",
            "url_private": f"{self._url}/files-pri/{path}/{quote(file.name)}",
            "url_private_download": download,
            "permalink": f"{self._url}/files-pri/{path}/{quote(file.name)}",
            "has_rich_preview": False,
            "file_access": "visible",
        }
        return described | ({"alt_txt": file.alt_text} if file.alt_text else {})

    def with_shares(self, file: File) -> Json:
        shares: Json = {}
        places: dict[str, list[str]] = {name: [] for name in SHARE_KINDS.values()}
        for channel_id, ts in file.shares:
            channel = self._workspace.channels[channel_id]
            places[SHARE_KINDS[channel.kind]].append(channel_id)
            group = "public" if channel.kind == "channel" else "private"
            shares.setdefault(group, {}).setdefault(channel_id, []).append(_share(channel, ts))
        return self.shown(file) | places | {"shares": shares}


def _share(channel: Channel, ts: str) -> Json:
    message = channel.messages.get(ts)
    body = message.body if message else {}
    return {
        "ts": ts,
        "channel_name": channel.name,
        "reply_users": body.get("reply_users", []),
        "reply_users_count": body.get("reply_users_count", 0),
        "reply_count": body.get("reply_count", 0),
        **({"thread_ts": body["thread_ts"]} if body.get("thread_ts") else {}),
    }


def allowed_names(filetypes: Iterable[str], file: File) -> bool:
    wanted = {each.lstrip(".").lower() for each in filetypes}
    return not wanted or file.filetype in wanted
