"""The page of an order, in one round trip."""

import base64
import hashlib
import json
import uuid

from again import WITHIN, until_heard
from connection import TASK_QUEUE, Refused
from runs import has_done_nothing, result_of
from temporalio.client import Client, WithStartWorkflowOperation
from temporalio.common import (
    SearchAttributeKey,
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import WorkflowAlreadyStartedError
from written_as import asked, of_update


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


async def begin(client: Client, purchase: dict, reuse: WorkflowIDReusePolicy) -> dict:
    number, update_id = purchase["partnerReferenceNo"], str(uuid.uuid4())

    async def send() -> dict:
        start = WithStartWorkflowOperation(
            "purchase",
            purchase,
            id=f"purchase/{number}",
            task_queue=TASK_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=reuse,
            search_attributes=found_by(
                JourneyStatus="awaiting-payment",
                CustomerId=purchase["customerId"],
                PartnerReferenceNo=number,
            ),
        )
        with asked(of_update("redirect", update_id)):
            return await client.execute_update_with_start_workflow(
                "redirect",
                {"inputDigest": digest_of(purchase)},
                id=update_id,
                start_workflow_operation=start,
                rpc_timeout=WITHIN,
            )

    return await until_heard(number, send)


async def begin_again(client: Client, purchase: dict) -> dict:
    """A mistake in the input has used up no number; all else has. Raises Refused where it has ended before."""
    number = purchase["partnerReferenceNo"]
    workflow_id = f"purchase/{number}"
    if await has_done_nothing(client, workflow_id):
        return await begin(client, purchase, WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY)
    result = await result_of(client, workflow_id)
    raise Refused(f"{number} has ended before, as {result['outcome']}: take another number")


async def redirect(client: Client, purchase: dict) -> dict:
    """Starts the purchase, or finds it, and has its page, in one round trip. Raises Refused."""
    try:
        return await begin(client, purchase, WorkflowIDReusePolicy.REJECT_DUPLICATE)
    except WorkflowAlreadyStartedError:
        return await begin_again(client, purchase)
