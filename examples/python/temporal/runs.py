"""How a journey has ended, and whether its number may be used again."""

from connection import Refused
from cryptography.exceptions import InvalidTag
from temporalio.client import (
    Client,
    WorkflowContinuedAsNewError,
    WorkflowExecutionStatus,
    WorkflowFailureError,
    WorkflowHistoryEventFilterType,
)
from temporalio.converter import WorkflowSerializationContext
from written_as import FAILURE, answers_to, asked, end_of


async def result_of(client: Client, workflow_id: str) -> dict:
    """Waits for the end of whichever run it goes on in. Raises ValueError of a result that is no worker's."""
    while True:
        run_id = (await client.get_workflow_handle(workflow_id).describe()).run_id
        handle = client.get_workflow_handle(workflow_id, run_id=run_id)
        try:
            with asked(end_of(run_id)):
                return await handle.result(follow_runs=False)
        except WorkflowContinuedAsNewError:
            continue
        except WorkflowFailureError as error:
            raise Refused(f"{workflow_id} was ended from outside: {error.cause}") from error


async def has_done_nothing(client: Client, workflow_id: str) -> bool:
    """Whether every run of the number was refused for its input: what has done anything may pay again."""
    latest = await client.get_workflow_handle(workflow_id).describe()
    if not await was_refused(client, latest.id, latest.run_id, latest.status):
        return False
    async for run in client.list_workflows(f"WorkflowId = '{workflow_id}'"):
        if not await was_refused(client, run.id, run.run_id, run.status):
            return False
    return True


async def was_refused(
    client: Client, workflow_id: str, run_id: str, status: WorkflowExecutionStatus | None
) -> bool:
    """By its worker's encrypted word alone: whoever reaches Temporal can have a run fail."""
    if status != WorkflowExecutionStatus.FAILED:
        return False
    handle = client.get_workflow_handle(workflow_id, run_id=run_id)
    last = WorkflowHistoryEventFilterType.CLOSE_EVENT
    ends = [event async for event in handle.fetch_history_events(event_filter_type=last)]
    failure = ends[-1].workflow_execution_failed_event_attributes.failure
    place = WorkflowSerializationContext(namespace=client.namespace, workflow_id=workflow_id)
    codec = client.data_converter.with_context(place).payload_codec
    assert codec
    try:
        with answers_to(end_of(run_id)) as question:
            await codec.decode([failure.encoded_attributes])
    except (ValueError, InvalidTag):
        return False
    return question.kinds == {FAILURE} and question.refused_as == "InvalidInput"
