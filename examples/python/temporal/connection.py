"""Temporal, with the workers' key; what is wrong is said before the first order."""

import os
import uuid
from datetime import timedelta

from payload_codec import data_converter
from temporalio.client import Client, WorkflowFailureError
from temporalio.service import RPCError
from written_as import asked, end_of

TASK_QUEUE = os.environ.get("DOKU_TASK_QUEUE") or "doku-journeys"


class Refused(Exception):
    """Says in one line why, and what to do."""


async def check(client: Client) -> None:
    """Before the first order: is a worker there, and has it this key?"""
    try:
        handle = await client.start_workflow(
            "check",
            {"contract": 1},
            id=f"check/{uuid.uuid4()}",
            task_queue=TASK_QUEUE,
            execution_timeout=timedelta(seconds=10),
        )
        with asked(end_of(handle.first_execution_run_id or "")):
            await handle.result()
    except (WorkflowFailureError, ValueError) as error:
        why = f"{TASK_QUEUE}: {error.__cause__ or error}"
        todo = "does a worker run, and are PAYLOAD_KEYS those of the workers?"
        again = "If npm start was started anew, load .local/dev.env again"
        raise Refused(f"{why}: {todo} {again}") from error
    except RPCError as error:
        why = str(error).rstrip(".")
        todo = f"is TEMPORAL_NAMESPACE, {client.namespace}, that of the workers?"
        raise Refused(f"Temporal: {why}: {todo}") from error


async def connected() -> Client:
    """To Temporal, where a worker has this key. Raises Refused."""
    address = os.environ.get("TEMPORAL_ADDRESS") or "127.0.0.1:7233"
    if not os.environ.get("PAYLOAD_KEYS"):
        raise Refused("PAYLOAD_KEYS: is missing: load .local/dev.env into this shell")
    try:
        namespace = os.environ.get("TEMPORAL_NAMESPACE") or "default"
        data = data_converter(os.environ["PAYLOAD_KEYS"])
        client = await Client.connect(address, namespace=namespace, data_converter=data)
    except ValueError as error:
        raise Refused(str(error)) from error
    except RuntimeError as error:
        raise Refused(f"Temporal does not answer at {address}: is it up? ({error})") from error
    await check(client)
    return client
