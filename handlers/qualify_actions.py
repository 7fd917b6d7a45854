"""Buttons and forms of qualification: the checklist, a rejection, a lead put aside, new scores for all."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.qualification import checklists, forgoing, rescoring, verdicts
from bot.services import Services
from bot.views import cards
from bot.views import forgoing as forgo_views
from bot.views import qualify as views
from bot.views import scores as score_views
from bot.views.kit import Block
from handlers.requests import as_number, press, submitted


def register(app: App) -> None:
    app.action(cards.QUALIFY)(open_checklist)
    app.action(score_views.RESCORE)(rescore)
    app.view(views.QUALIFY)(save_checklist)
    app.view(views.REJECTION)(reject)
    app.view(forgo_views.FORGO)(put_aside)


def open_checklist(ack: Ack, body: dict[str, Any], client: WebClient, services: Services) -> None:
    pressed = press(body)
    value = checklists.form(services, pressed.slack_id, pressed.number)
    client.views_open(trigger_id=pressed.trigger_id, view=views.checklist(value))
    ack()


def save_checklist(ack: Ack, body: dict[str, Any], services: Services) -> None:
    lead_id = as_number(body["view"]["private_metadata"])
    checklists.save(services, body["user"]["id"], lead_id, submitted(body))
    ack()


def reject(ack: Ack, body: dict[str, Any], services: Services) -> None:
    lead_id = as_number(body["view"]["private_metadata"])
    verdicts.reject(services, body["user"]["id"], lead_id, submitted(body).get(views.REASON, ""))
    ack()


def not_now(services: Services, slack_id: str, lead_id: int) -> Block:
    return forgo_views.not_now(*forgoing.form(services, slack_id, lead_id))


def put_aside(ack: Ack, body: dict[str, Any], services: Services) -> None:
    given, lead_id = submitted(body), as_number(body["view"]["private_metadata"])
    forgoing.until_day(services, body["user"]["id"], lead_id, given.get("date", ""), given.get("why", ""))
    ack()


def rescore(ack: Ack, body: dict[str, Any], services: Services) -> None:
    pressed = press(body)
    rescoring.apply(services, pressed.slack_id, pressed.number)
    ack()
