"""The Web API methods the sandbox answers, by name."""

from collections.abc import Callable, Mapping

from bot.sandbox.arguments import Arguments
from bot.sandbox.json_types import Json
from bot.sandbox.methods import auth, chat, conversations, files, history, reactions, users, views
from bot.sandbox.world import World

Method = Callable[[World, Arguments], Json]

METHODS: Mapping[str, Method] = {
    "apps.connections.open": auth.connections_open,
    "auth.test": auth.test,
    "bots.info": auth.bots_info,
    "team.info": auth.team_info,
    "chat.postMessage": chat.post_message,
    "chat.update": chat.update,
    "chat.delete": chat.delete,
    "chat.postEphemeral": chat.post_ephemeral,
    "chat.getPermalink": chat.get_permalink,
    "files.completeUploadExternal": files.complete_upload,
    "files.delete": files.delete,
    "files.getUploadURLExternal": files.get_upload_url,
    "files.info": files.info,
    "files.list": files.list_,
    "reactions.add": reactions.add,
    "reactions.get": reactions.get,
    "reactions.remove": reactions.remove,
    "conversations.open": conversations.open_,
    "conversations.info": conversations.info,
    "conversations.list": conversations.list_,
    "conversations.members": conversations.members,
    "conversations.join": conversations.join,
    "conversations.history": history.history,
    "conversations.replies": history.replies,
    "users.info": users.info,
    "users.list": users.list_,
    "users.lookupByEmail": users.lookup_by_email,
    "users.conversations": conversations.of_user,
    "views.open": views.open_,
    "views.push": views.push,
    "views.update": views.update,
    "views.publish": views.publish,
}
