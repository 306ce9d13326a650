"""An update, sent until it is known what became of it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from connection import Refused
from temporalio.client import (
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.service import RPCError

WITHIN = timedelta(seconds=30)  # without it a call waits for as long as no worker is there

# What says nothing of the journey, which may yet take the update (docs/protocol.md).
AGAIN = {"HandedOver", "Stale", "TooManyWaiting", "AcceptedUpdateCompletedWorkflow"}
AGAIN |= {"UnprocessedUpdate", "FAILED_PRECONDITION", "ABORTED"}


async def until_heard(what: str, send: Callable[[], Awaitable[Any]]) -> Any:
    """Sends it with the one ID each time, so that it happens once. Raises Refused."""
    for pause in (0.2, 0.5, 1, 2, None):
        try:
            return await send()
        except RPCError as error:
            if pause is None or error.status.name not in AGAIN:
                raise
        except WorkflowUpdateFailedError as error:  # InvalidInput, InputMismatch, …
            if pause is None or getattr(error.cause, "type", None) not in AGAIN:
                raise Refused(f"{what}: {error.cause}") from error
        except WorkflowUpdateRPCTimeoutOrCancelledError as error:
            raise Refused(f"{what}: nobody answered in {WITHIN}: send it again") from error
        await asyncio.sleep(pause)
