"""What Slack would send: signed commands and presses, ready to go over the wire."""

import json
import time
from urllib.parse import urlencode

from slack_sdk.signature import SignatureVerifier

from bench.load import http_request
from bot.views.cards import CLAIM

SECRET = "sandbox-signing-secret"
TEAM, APP, CHANNEL, REP = "T0DIBS", "A0DIBS", "C0LEADSSMB", "U0ALICE"


def command(text: str, *, user: str = REP) -> bytes:
    return signed(urlencode({
        "token": "verification", "team_id": TEAM, "team_domain": "dibs", "channel_id": CHANNEL,
        "channel_name": "leads-smb", "user_id": user, "user_name": "alice", "command": "/lead", "text": text,
        "api_app_id": APP, "is_enterprise_install": "false", "trigger_id": "1.2.abc",
        "response_url": "http://127.0.0.1:9/commands/1",
    }))  # fmt: skip


def claim_press(lead_id: int, *, user: str = REP) -> bytes:
    return signed(urlencode({"payload": json.dumps({
        "type": "block_actions", "team": {"id": TEAM, "domain": "dibs"}, "api_app_id": APP, "token": "verification",
        "user": {"id": user, "username": "alice", "team_id": TEAM}, "channel": {"id": CHANNEL, "name": "leads-smb"},
        "container": {"type": "message", "message_ts": "1.000001", "channel_id": CHANNEL, "is_ephemeral": False},
        "message": {"type": "message", "ts": "1.000001", "text": "#1 Jane Doe, Acme", "bot_id": "B0DIBS"},
        "trigger_id": "1.2.abc", "response_url": "http://127.0.0.1:9/actions/1",
        "actions": [{
            "type": "button", "action_id": CLAIM, "block_id": "b", "value": str(lead_id), "action_ts": "1.0",
            "text": {"type": "plain_text", "text": "Claim"},
        }],
    })}))  # fmt: skip


def signed(body: str) -> bytes:
    stamp = str(int(time.time()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body)
    return http_request("/slack/events", body.encode(), {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature or "",
    })  # fmt: skip
