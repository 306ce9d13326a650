import type { Client } from '@temporalio/client';

/** Which journey, and which run of it; the one that counts without. */
export interface InputOf {
  readonly workflowId: string;
  readonly runId?: string;
}

/**
 * What a journey was started with, as its history has it.
 *
 * @throws UnknownPayloadKeyError, WrongPayloadKeyError, RefusedPayloadError where that cannot be read or believed.
 */
export async function ownInput(client: Client, execution: InputOf): Promise<unknown> {
  const { namespace, loadedDataConverter } = client.options;
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace,
    execution,
    maximumPageSize: 1,
  });
  const started = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
  const { decodeArrayFromPayloads } = await import(
    '@temporalio/common/lib/internal-non-workflow/index.js'
  );
  const context = { type: 'workflow', namespace, workflowId: execution.workflowId } as const;
  const [input] = await decodeArrayFromPayloads(
    loadedDataConverter,
    started?.input?.payloads,
    context,
  );
  return input;
}
