"""Settings: read together, refused together by name, and never shown."""

import logging
import re
from io import StringIO
from pathlib import Path

import pytest
import structlog
from dotenv import dotenv_values
from fastapi import FastAPI
from pydantic import SecretStr

from app import HERE, Dibs
from bot import logs
from bot.doctor import env_file_check
from bot.playbook.playbook import read_playbook
from bot.sandbox import Sandbox
from bot.settings import Settings, SettingsError, read_settings
from handlers.connections import web_server
from store.database import Database

NO_FILE = Path("/nowhere/.env")
CANARIES = {
    "SLACK_BOT_TOKEN": "xoxb-CANARY-1", "SLACK_APP_TOKEN": "xapp-CANARY-2", "SLACK_SIGNING_SECRET": "CANARY3hex",
    "DATABASE_URL": "postgresql://dibs:CANARY4@127.0.0.1:1/dibs", "DIBS_INTAKE_KEYS": "CANARY5a, CANARY5b",
    "DIBS_WEBHOOK_SECRETS": "whsec_CANARY6CANARY6CANARY6CANARY6==", "DIBS_FORM_KEYS": "CANARY7",
    "DIBS_HOOK_SECRETS": "typeform:CANARY8 typeform:CANARY8b calendly:CANARY9",
    "DIBS_SMTP_URL": "smtps://u:CANARY10@127.0.0.1", "DIBS_IMAP_URL": "imaps://u:CANARY11@127.0.0.1",
    "DIBS_TWILIO_TOKEN": "CANARY12",
}  # fmt: skip
WRONG = {
    "SLACK_BOT_TOKEN": ["xoxp-CANARY", "CANARY", " xoxb-CANARY"], "SLACK_APP_TOKEN": ["xoxb-CANARY"],
    "SLACK_API_URL": ["slack.com/CANARY"],
    "DATABASE_URL": ["CANARY", "mysql://u:CANARY@h/x", "postgresql://u:CANARY@h:port/x", "sqlite:CANARY.db"],
    "DIBS_WEBHOOK_SECRETS": ["whsec_", "whsec_CANAR"], "DIBS_HOOK_SECRETS": ["CANARY", "typeform:", ":CANARY"],
    "DIBS_WEB_PORT": ["CANARY", "70000", "-1", "80.5"],
    "DIBS_PUBLIC_URL": ["CANARY", "ftp://CANARY", "https://a b", "https://a/?CANARY"],
    "DIBS_MAIL_FROM": ["CANARY", "a@CANARY.example, b@CANARY.example", "a@CANARY.example\nBcc: b@CANARY.example"],
    "DIBS_SMTP_URL": ["CANARY", "http://u:CANARY@h", "smtp://", "smtps://u:CANARY@h:99999"],
    "DIBS_IMAP_URL": ["CANARY", "smtp://u:CANARY@h"], "DIBS_TWILIO_URL": ["CANARY"],
    "DIBS_METRICS_PUBLIC": ["CANARY"], "DIBS_LOG_LEVEL": ["CANARY", "info"],
}  # fmt: skip


def aliases() -> dict[str, str]:
    return {name: str(field.alias) for name, field in Settings.model_fields.items()}


def secrets() -> set[str]:
    """The variables whose fields are secret."""
    return {alias for name, alias in aliases().items() if "SecretStr" in str(Settings.model_fields[name].annotation)}


def test_nothing_needs_to_be_set() -> None:
    settings = read_settings({}, NO_FILE)
    assert settings == Settings()
    assert settings.web_host == "127.0.0.1"
    assert settings.metrics_public is False


def test_empty_values_count_as_not_set(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text("".join(f"{alias}=\n" for alias in aliases().values()), encoding="utf-8")
    assert read_settings(dict.fromkeys(aliases().values(), ""), env) == Settings()


def test_the_environment_wins_over_the_file_but_not_with_nothing(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text("DIBS_WEB_PORT=1111\nDIBS_WEB_HOST=0.0.0.0\nUNKNOWN=1\n", encoding="utf-8")
    settings = read_settings({"DIBS_WEB_PORT": "2222", "DIBS_WEB_HOST": "", "PATH": "/bin"}, env)
    assert (settings.web_port, settings.web_host) == (2222, "0.0.0.0")  # noqa: S104


def test_a_proxy_that_the_file_names_is_believed_by_the_web_server(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text("FORWARDED_ALLOW_IPS=10.0.0.7\n", encoding="utf-8")
    assert web_server(FastAPI(), proxies=read_settings({}, env).proxies).config.forwarded_allow_ips == "10.0.0.7"


@pytest.mark.parametrize(
    ("server", "address", "can_mail"),
    [
        ("smtps://u:p@mail.acme.example", "https://dibs.acme.example", True),
        ("smtps://u:p@mail.acme.example", "", False),
        ("smtp://127.0.0.1:1025", "", True), ("", "https://dibs.acme.example", False),
    ],
)  # fmt: skip
def test_e_mails_leave_only_with_an_address_at_which_their_links_are_reached(
    server: str, address: str, can_mail: bool
) -> None:
    written = {"DIBS_SMTP_URL": server, "DIBS_MAIL_FROM": "sales@acme.example", "DIBS_PUBLIC_URL": address}
    assert ("email" in read_settings(written, NO_FILE).outside.channels) is can_mail


def test_lists_are_split_at_commas() -> None:
    settings = read_settings({"DIBS_INTAKE_KEYS": " a, b ,,c", "DIBS_MANAGERS": "U1,U2"}, NO_FILE)
    assert [key.get_secret_value() for key in settings.intake_keys] == ["a", "b", "c"]
    assert settings.managers == ("U1", "U2")


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_wrong_value_is_named_and_not_shown(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings({name: value}, NO_FILE)
    assert name in str(refused.value)
    assert "CANAR" not in f"{refused.value!r} {refused.value} {refused.value.__cause__} {refused.value.__context__!r}"


def test_all_problems_come_at_once() -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings({name: values[0] for name, values in WRONG.items()}, NO_FILE)
    for name in WRONG:
        assert len(re.findall(rf"^  {name}\b", str(refused.value), re.MULTILINE)) == 1


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///dibs.db", "sqlite:////var/lib/dibs.db", "sqlite://", "postgresql://u:p@h/x", "postgres://h:5432/x",
        "postgresql+psycopg://u:p@h:1/x?sslmode=verify-full", "postgresql://u:p%40:x@[::1]:5432/x", "postgresql:///x",
    ],
)  # fmt: skip
def test_addresses_of_databases_are_taken(url: str) -> None:
    assert read_settings({"DATABASE_URL": url}, NO_FILE).database_url.get_secret_value() == url


def test_a_file_that_is_no_text_is_refused_with_a_sentence(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_bytes(b"SLACK_BOT_TOKEN=xoxb-CANARY\xff\xfe")
    with pytest.raises(SettingsError, match="cannot be read") as refused:
        read_settings({}, env)
    assert "CANARY" not in repr(refused.value)


def test_what_is_missing_for_slack_is_told_with_where_to_find_it() -> None:
    assert len(read_settings({}, NO_FILE).missing_for_slack()) == 2
    http = read_settings({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"}, NO_FILE)
    socket = read_settings({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}, NO_FILE)
    assert (http.missing_for_slack(), http.uses_socket_mode) == ([], False)
    assert (socket.missing_for_slack(), socket.uses_socket_mode) == ([], True)


def test_the_example_file_mirrors_the_settings_exactly() -> None:
    example = dotenv_values(HERE / ".env.example")
    assert list(example) == list(aliases().values())
    assert read_settings({}, HERE / ".env.example") == Settings()
    for name, alias in aliases().items():
        default = Settings.model_fields[name].default
        shown = default.get_secret_value() if isinstance(default, SecretStr) else default
        expected = "" if shown in ("", (), {}, None) else str(shown).lower() if isinstance(shown, bool) else str(shown)
        assert example[alias] == expected, alias


def test_canaries_cover_every_secret() -> None:
    assert secrets() == set(CANARIES)


def test_secrets_do_not_show_in_any_form_of_the_settings() -> None:
    settings = read_settings(CANARIES, NO_FILE)
    forms = [repr(settings), str(settings), str(settings.model_dump()), settings.model_dump_json(), f"{vars(settings)}"]
    assert not [form for form in forms if "CANARY" in form]


def test_secrets_do_not_show_when_everything_fails(tmp_path: Path) -> None:
    log = StringIO()
    logs.configure("DEBUG", log)
    sandbox = Sandbox()
    sandbox.start()
    try:
        settings = read_settings({**CANARIES, "SLACK_API_URL": sandbox.api_url, "DIBS_WEB_PORT": "0"}, NO_FILE)
        dibs = Dibs(settings, read_playbook(HERE / "playbook.toml"))
        with pytest.raises(Exception, match="database") as refused:
            dibs.start()
        dibs.bolt.listener_runner.listener_executor.shutdown()
        shown = f"{refused.value!r} {refused.value.__cause__!r} {dibs.services!r} {vars(dibs)!r}"
        in_sqlite = settings.model_copy(update={"database_url": SecretStr(f"sqlite:///{tmp_path / 'dibs.db'}")})
        with_wrong_tokens = Dibs(in_sqlite, read_playbook(HERE / "playbook.toml"))
        with_wrong_tokens.start()
        while "invalid_auth" not in log.getvalue():
            with_wrong_tokens.introduced.wait(0.02)
        with_wrong_tokens.stop()
    finally:
        sandbox.stop()
    assert "trying again" in log.getvalue()
    assert "CANARY" not in shown + log.getvalue()


@pytest.mark.parametrize(
    "secret",
    [
        "xoxb-123-CANARY", "xoxp-1-CANARY", "xoxe.xoxp-1-CANARY", "xapp-1-A1-CANARY", "whsec_CANARY+/=",
        "Bearer CANARY.x",
        "bearer  CANARY", "postgresql://dibs:CANARY@db/dibs", "v0=" + "ca" * 32, "canary@acme.example",
        "+49 30 90182-0",
    ],
)  # fmt: skip
def test_whatever_is_logged_by_whomever_secrets_and_people_stay_out(secret: str) -> None:
    log = StringIO()
    logs.configure("INFO", log)
    ours, theirs = structlog.get_logger("dibs"), logging.getLogger("some.library")
    try:
        fail(secret)
    except ValueError as error:
        ours.error("failed", exc_info=error, reason=str(error))
        ours.warning(f"plain {secret}", nested={"deep": [secret, secret.encode()]}, error=error)
        theirs.exception("with %s", secret)
    written = log.getvalue()
    assert written.count("Traceback") == 2
    assert not re.search(r"CANARY|canary|(ca){32}|90182", written)


def fail(secret: str) -> None:
    raise ValueError(f"it was {secret} that failed")


def test_levels_are_kept_and_libraries_are_quiet() -> None:
    log = StringIO()
    logs.configure("INFO", log)
    structlog.get_logger("dibs").debug("too quiet")
    structlog.get_logger("dibs").info("heard")
    logging.getLogger("slack_bolt.App").info("a whole request body")
    logging.getLogger("apscheduler").info("every tick")
    assert "heard" in log.getvalue()
    assert len(log.getvalue().splitlines()) == 1


def test_doctor_warns_of_secrets_that_others_can_read(tmp_path: Path) -> None:
    secrets = tmp_path / ".env"
    secrets.write_text("SLACK_BOT_TOKEN=xoxb-1")
    secrets.chmod(0o644)
    assert [check.ok for check in env_file_check(secrets)] == [False]
    secrets.chmod(0o600)
    assert not list(env_file_check(secrets))


def test_the_database_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'dibs.db'}")
    assert database.is_reachable()
    database.close()
    assert (tmp_path / "dibs.db").stat().st_mode & 0o077 == 0
