"""The floor of start-up and memory: the same libraries made, listening and ticking, without a bot in them."""

import sys
from typing import Any

import uvicorn
from apscheduler.schedulers.background import BackgroundScheduler
from slack_bolt import App
from slack_sdk import WebClient
from sqlmodel import Field, Session, SQLModel, create_engine, select


class Lead(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str


async def healthy(scope: dict[str, Any], _receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})


def main(port: int, database: str) -> None:
    engine = create_engine(f"sqlite:///{database}")
    SQLModel.metadata.create_all(engine)

    def tick() -> None:
        with Session(engine) as session:
            session.exec(select(Lead).limit(1)).first()

    scheduler = BackgroundScheduler(timezone="UTC")
    for _ in range(3):
        scheduler.add_job(tick, "interval", seconds=1)
    scheduler.start()
    app = App(client=WebClient("xoxb-bare"), signing_secret="bare", token_verification_enabled=False)
    app.command("/lead")(lambda ack: ack())
    uvicorn.run(healthy, port=port, log_config=None, access_log=False, lifespan="off")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
