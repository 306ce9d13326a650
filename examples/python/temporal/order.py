"""An order from its page to its end, by Temporal's SDK for Python.

    set -a; . .local/dev.env; set +a
    .local/examples/python/bin/python examples/python/temporal/order.py INV-2026-0005
"""

import asyncio
import base64
import hashlib
import json
import os
import sys
from datetime import timedelta

from connection import TASK_QUEUE, Refused, connected
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import (
    SearchAttributeKey,
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import WorkflowAlreadyStartedError

WITHIN = timedelta(seconds=30)  # without it a call waits for as long as no worker is there
ENDS = {"paid", "cancelled", "refunded", "declined", "expired"}


def digest_of(order: dict) -> str:
    """Of the order with its defaults, so that another one under its number is refused."""
    text = json.dumps(order, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


def found_by(**attributes: str) -> TypedSearchAttributes:
    return TypedSearchAttributes(
        [
            SearchAttributePair(SearchAttributeKey.for_keyword(name), value)
            for name, value in attributes.items()
        ]
    )


async def redirect(client: Client, purchase: dict) -> dict:
    """Starts the purchase, or finds it, and has its page, in one round trip."""
    number = purchase["partnerReferenceNo"]
    start = WithStartWorkflowOperation(
        "purchase",
        purchase,
        id=f"purchase/{number}",
        task_queue=TASK_QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
        search_attributes=found_by(
            JourneyStatus="awaiting-payment",
            CustomerId=purchase["customerId"],
            PartnerReferenceNo=number,
        ),
    )
    try:
        return await client.execute_update_with_start_workflow(
            "redirect",
            {"inputDigest": digest_of(purchase)},
            start_workflow_operation=start,
            rpc_timeout=WITHIN,
        )
    except WorkflowAlreadyStartedError as error:
        result = await client.get_workflow_handle(f"purchase/{number}").result()
        ended = f"{number} has ended before, as {result['outcome']}"
        raise Refused(f"{ended}: take another number") from error
    except WorkflowUpdateFailedError as error:  # InvalidInput, InputMismatch, …: docs/protocol.md
        raise Refused(f"{number}: {error.cause}") from error
    except WorkflowUpdateRPCTimeoutOrCancelledError as error:
        raise Refused(f"{number}: nobody answered in {WITHIN}: send it again") from error


async def until(handle: WorkflowHandle, status: str) -> str:
    """Waits until the journey stands there, or has ended. Events (docs/events.md) tell it without asking."""
    while True:
        view = await handle.query("status", rpc_timeout=WITHIN)
        if view["status"] == status or view["status"] in ENDS:
            return view["status"]
        await asyncio.sleep(1)


async def main(number: str) -> None:
    client = await connected()
    page = await redirect(
        client,
        {
            "partnerReferenceNo": number,
            "customerId": os.environ.get("DOKU_JOURNEYS_CUSTOMER_ID", "customer-1001"),
            "amount": {"value": "25000.00", "currency": "IDR"},
            "returnUrl": os.environ.get(
                "DOKU_JOURNEYS_RETURN_URL", "http://127.0.0.1:4780/shop/return"
            ),
            "payWithin": "30 minutes",  # the default, which the digest is of as well
            "acknowledgeWithin": "10 minutes",  # or the payment goes back
        },
    )
    print(f"Pay with PIN 123456: {page['webRedirectUrl']}", flush=True)
    handle = client.get_workflow_handle(f"purchase/{number}")
    if await until(handle, "awaiting-acknowledgement") == "awaiting-acknowledgement":
        # You will deliver. Its own name, encrypted, says who sent it.
        await handle.execute_update("acknowledge", "acknowledge", rpc_timeout=WITHIN)
    result = await handle.result()
    print(f"{number}: {result['outcome']}")


if len(sys.argv) != 2:
    sys.exit("usage: order.py NUMBER, such as INV-2026-0005")
try:
    code = asyncio.run(main(sys.argv[1])) or 0
except Refused as refused:
    code = 1
    print(refused, file=sys.stderr, flush=True)
# A program this short can end while the SDK's own threads still answer, which crashes Python 3.11 as it ends.
sys.stdout.flush()
os._exit(code)
