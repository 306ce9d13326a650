/**
 * What a run has ended with, as far as a worker has encrypted it as the end of that very run: whoever reaches Temporal without a
 * payload key can have a run of any number end with what the number's workflow has written before (money rule 13).
 *
 * @module
 */
import { type Client, WorkflowClient, type WorkflowClientOptions } from '@temporalio/client';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { resultSchemaOf } from '../../contract/result-schema.js';
import { isOfTime, proofOfEnd } from '../../contract/written-as.js';

interface Run {
  readonly workflowId: string;
  readonly runId: string;
}

/** How long before its run's end a worker of before may have written a result, which named no run. */
const WRITTEN_WITHIN_MS = 300_000;

/**
 * Waits for a run's end.
 *
 * @returns nothing where the run has no result, or nobody with a payload key has ended it with that.
 * @throws what Temporal's client throws of a run that ended otherwise, and what the data converter throws.
 */
export async function provenResult(
  client: Client,
  run: Run,
): Promise<{ result: unknown } | undefined> {
  const heard: Payload[] = [];
  const workflow = listeningClient(client, heard);
  const handle = workflow.getHandle(run.workflowId, run.runId, { followRuns: false });
  const result: unknown = await handle.result();
  const [payload] = heard;
  if (!payload || result === undefined || result === null) return undefined;
  const schema = resultSchemaOf(run.workflowId);
  const proof = proofOfEnd(payload, run.runId, schema !== undefined);
  // What a newer worker wrote may hold more than we know of.
  if (proof !== 'unnamed') return proof === 'own' ? { result } : undefined;
  if (schema?.safeParse(result).success === false) return undefined;
  return (await isOfItsEnd(client, run, payload)) ? { result } : undefined;
}

function listeningClient(
  { connection, workflow, options }: Client,
  heard: Payload[],
): WorkflowClient {
  const { loadedDataConverter } = options;
  const listener: PayloadCodec = {
    encode: async (payloads) => payloads,
    decode: async (payloads) => {
      heard.push(...payloads);
      return payloads;
    },
  };
  // The first one decodes last.
  const payloadCodecs = [listener, ...loadedDataConverter.payloadCodecs];
  const dataConverter = { ...loadedDataConverter, payloadCodecs };
  return new WorkflowClient({
    ...workflow.options,
    connection,
    dataConverter,
  } as WorkflowClientOptions);
}

/** What an older worker wrote may be a copy of anything that it wrote; but of its own run's time, nobody else wrote it. */
async function isOfItsEnd(client: Client, execution: Run, payload: Payload): Promise<boolean> {
  const { workflowExecutionInfo } = await client.workflowService.describeWorkflowExecution({
    namespace: client.options.namespace,
    execution,
  });
  const endedMs = Number(workflowExecutionInfo?.closeTime?.seconds ?? 0) * 1_000;
  return isOfTime(payload, endedMs, WRITTEN_WITHIN_MS);
}
