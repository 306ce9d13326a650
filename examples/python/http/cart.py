"""What of an order is the shop's to say: whose it is, its number and its price. The browser says how many."""

import os
import re
import uuid

from pydantic import BaseModel, Field

PRICE = 25_000

# Whose they are, by number: a table of a real shop's. Gone with this process, as that would not be.
_carts: dict[str, str] = {}


class Order(BaseModel):
    quantity: int = Field(strict=True, ge=1, le=9)


def customer() -> str:
    """Who is logged in, as your sessions have it. Never as a browser says it."""
    return os.environ.get("DOKU_JOURNEYS_CUSTOMER_ID") or "customer-1001"


def new_cart() -> str:
    """The number that its order will have. Nobody guesses it."""
    number = f"INV-{uuid.uuid4()}"
    _carts[number] = customer()
    return number


def is_own(number: str) -> bool:
    return _carts.get(number) == customer()


def is_ours(number: str) -> bool:
    """Whether a cart of this shop had it: other backends of the merchant have other numbers."""
    return re.fullmatch(r"INV-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", number) is not None
