"""An order from its page to its end, by Temporal's SDK for Python.

    set -a; . .local/dev.env; set +a
    .local/examples/python/bin/python examples/python/temporal/order.py INV-2026-0005
"""

import asyncio
import os
import sys
import uuid

from again import WITHIN, until_heard
from connection import Refused, connected
from redirect import redirect
from runs import result_of
from temporalio.client import WorkflowHandle
from written_as import asked, of_query, of_update

ENDS = {"paid", "cancelled", "refunded", "declined", "expired"}


async def until(handle: WorkflowHandle, status: str) -> str:
    """Waits until the journey stands there, or has ended. Events (docs/events.md) tell it without asking."""
    while True:
        with asked(of_query("status")):
            view = await handle.query("status", rpc_timeout=WITHIN)
        if view["status"] == status or view["status"] in ENDS:
            return view["status"]
        await asyncio.sleep(1)


async def acknowledge(handle: WorkflowHandle) -> None:
    """You will deliver."""
    update_id = str(uuid.uuid4())

    async def send() -> None:
        with asked(of_update("acknowledge", update_id)):
            # Its own name, encrypted, says who sent it.
            await handle.execute_update(
                "acknowledge", "acknowledge", id=update_id, rpc_timeout=WITHIN
            )

    await until_heard("acknowledge", send)


async def main(number: str) -> None:
    client = await connected()
    page = await redirect(
        client,
        {
            "partnerReferenceNo": number,
            "customerId": os.environ.get("DOKU_JOURNEYS_CUSTOMER_ID") or "customer-1001",
            "amount": {"value": "25000.00", "currency": "IDR"},
            "returnUrl": os.environ.get("DOKU_JOURNEYS_RETURN_URL")
            or "http://127.0.0.1:4780/shop/return",
            "payWithin": "30 minutes",  # the default, which the digest is of as well
            "acknowledgeWithin": "10 minutes",  # or the payment goes back
        },
    )
    print(f"Pay with PIN 123456: {page['webRedirectUrl']}", flush=True)
    handle = client.get_workflow_handle(f"purchase/{number}")
    if await until(handle, "awaiting-acknowledgement") == "awaiting-acknowledgement":
        await acknowledge(handle)
    result = await result_of(client, f"purchase/{number}")
    print(f"{number}: {result['outcome']}")


if len(sys.argv) != 2:
    sys.exit("usage: order.py NUMBER, such as INV-2026-0005")
try:
    code = asyncio.run(main(sys.argv[1])) or 0
except (Refused, ValueError) as refused:  # ValueError: an answer that is no worker's
    code = 1
    print(refused, file=sys.stderr, flush=True)
# A program this short can end while the SDK's own threads still answer, which crashes Python 3.11 as it ends.
sys.stdout.flush()
os._exit(code)
