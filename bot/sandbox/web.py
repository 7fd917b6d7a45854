"""The sandbox as a web application: Slack's doors for the app, the page and the control API."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from bot.sandbox import answers, control, file_doors, sight, web_api
from bot.sandbox.connections import DropConnections
from bot.sandbox.post import telephone
from bot.sandbox.world import World

PAGE = Path(__file__).with_name("page")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data: blob:; font-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class SafeHeaders:
    """Adds to every answer what keeps a browser from running or leaking anything foreign."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class OwnPageOnly:
    """Refuses control calls that a browser sends on behalf of another site."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            request = Request(scope)
            origin = request.headers.get("origin")
            if origin and origin != f"http://{request.headers.get('host')}":
                refusal = {"ok": False, "error": "Only the sandbox's own page may do that."}
                await JSONResponse(refusal, 403)(scope, receive, send)
                return
        await self._app(scope, receive, send)


async def page(_request: Request) -> Response:
    return FileResponse(PAGE / "index.html")


async def link(websocket: WebSocket) -> None:
    world: World = websocket.app.state.world
    if world.faults.outage("socket"):
        await websocket.close(1013)
        return
    await world.sockets.serve(websocket)


def routes() -> list[BaseRoute]:
    return [
        Route("/api/{method}", web_api.call, methods=["GET", "POST"]),
        Route("/response/{key}", answers.respond, methods=["POST"]),
        WebSocketRoute("/link/", link),
        Route("/sandbox/state", sight.seen(sight.state)),
        Route("/sandbox/messages/{channel}", sight.seen(sight.messages)),
        Route("/sandbox/views/{user}", sight.seen(sight.views)),
        Route("/sandbox/home/{user}", sight.seen(sight.home)),
        Route("/sandbox/log", sight.seen(sight.log)),
        Route("/sandbox/post", sight.seen(sight.post)),
        Route("/2010-04-01/Accounts/{sid}/Messages.json", telephone.take, methods=["POST"]),
        Route("/sandbox/stream", sight.stream),
        Route("/sandbox/faults", sight.seen(sight.faults)),
        Route("/sandbox/faults", control.clear_faults, methods=["DELETE"]),
        Route("/upload/{key}", file_doors.receive, methods=["POST", "PUT"]),
        Route("/files-pri/{place}/{rest:path}", file_doors.private),
        Route("/sandbox/files/{id}", file_doors.for_page),
        Route("/sandbox/upload", file_doors.upload, methods=["POST"]),
        Route("/sandbox/{action}", control.act, methods=["POST"]),
        Route("/", page),
        Mount("/page", StaticFiles(directory=PAGE, check_dir=False)),
    ]


def build(world: World, open_connections: Callable[[], Iterable[object]]) -> Starlette:
    """`open_connections` gives the server's connections, so that a fault can cut one."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        world.start()
        yield

    middleware = [
        # A foreign page can point its own name at this machine; the Host header gives it away.
        Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"], www_redirect=False),
        Middleware(SafeHeaders),
        Middleware(OwnPageOnly),
        Middleware(DropConnections, open_connections=open_connections),
    ]
    app = Starlette(routes=routes(), middleware=middleware, lifespan=lifespan)
    app.state.world = world
    return app
