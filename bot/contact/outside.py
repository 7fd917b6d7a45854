"""What this installation is called outside: where its pages are, in whose name it writes, and which channels it has."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Outside:
    """`public_url` has no slash at its end; `channels` are those of "email" and "sms" that are set up."""

    public_url: str = ""
    mail_from: str = ""  # one address, with a name or without: Acme Sales <sales@acme.example>
    sms_from: str = ""  # a telephone number in E.164, or a name that the provider knows
    channels: frozenset[str] = frozenset()
    pricing_url: str = ""  # where the website says what it costs
    vouches: str = ""  # the name under which our own mail server says whether letters are from whom they say
