"""The playbook's part about deals: in which currency, and why they are lost."""

from typing import Annotated

from pydantic import Field

from bot.playbook.parts import Label, Part, shaped


class Closing(Part):
    currency: Annotated[str, shaped(r"[A-Z]{3}", "write the currency as three capital letters, like EUR")] = "EUR"
    products: Annotated[tuple[Label, ...], Field(max_length=50)] = ()
    competitors: Annotated[tuple[Label, ...], Field(max_length=50)] = ()
    lost_reasons: Annotated[tuple[Label, ...], Field(min_length=1, max_length=20)] = (
        "price", "a competitor", "no budget", "no answer any more", "bad time", "a feature is missing",
        "something else",
    )  # fmt: skip
