"""The floor of the acknowledgement: Bolt with listeners that only ack, behind the same kind of web route."""

import socket
import sys
from typing import Annotated

import uvicorn
from fastapi import Depends, FastAPI, Request, Response
from slack_bolt import Ack, App, BoltRequest
from slack_sdk import WebClient

from bench.slack import SECRET
from bot.views.cards import CLAIM


def bolt(*, waits_for_listener: bool, slack_url: str) -> App:
    """`waits_for_listener` is process_before_response; without it Bolt looks for the ack every 10 ms."""
    client = WebClient("xoxb-sandbox", base_url=slack_url)
    app = App(client=client, signing_secret=SECRET, process_before_response=waits_for_listener,
              token_verification_enabled=False)  # fmt: skip
    app.command("/lead")(only_ack)
    app.action(CLAIM)(only_ack)
    return app


def only_ack(ack: Ack) -> None:
    ack()


async def whole_body(request: Request) -> bytes:
    return await request.body()


def web(app: App) -> FastAPI:
    served = FastAPI()

    @served.post("/slack/events")
    def slack_events(request: Request, body: Annotated[bytes, Depends(whole_body)]) -> Response:
        answer = app.dispatch(BoltRequest(body=body.decode(), headers=dict(request.headers)))
        return Response(answer.body, answer.status, {name: values[0] for name, values in answer.headers.items()})

    return served


class Announcing(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        port = self.servers[0].sockets[0].getsockname()[1]
        sys.stdout.write(f"listening on {port}\n")
        sys.stdout.flush()


def main(mode: str, slack_url: str) -> None:
    app = bolt(waits_for_listener=mode == "before", slack_url=slack_url)
    Announcing(uvicorn.Config(web(app), port=0, log_config=None, access_log=False)).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
