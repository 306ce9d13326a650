/**
 * Holds what a journey answers against what it was written as: whoever reaches Temporal without a payload key can run the workflow ID
 * on a worker of his own, and have it answer by what it has answered before (money rule 13).
 *
 * @module
 */
import type { Client, WorkflowClient, WorkflowClientOptions } from '@temporalio/client';
import type { ApplicationFailure, Payload, PayloadCodec } from '@temporalio/common';
import { mayAnswer } from '../../contract/result-schema.js';
import { ANSWER, FAILURE, isOfTime, ofUpdate, proofOf } from '../../contract/written-as.js';
import { UnexpectedAnswerError } from '../errors.js';
import { isOfKeys, isOfNoKey } from './failure-words.js';
import { isFailure, isNamed, TEMPORALS_OWN } from './translated.js';

/** How long ago a worker of before may have written an answer, which named no more than that it is one. */
const UNNAMED_WITHIN_MS = 900_000;

/** A client of the same connection, and what it has decrypted. */
interface Listening {
  readonly workflow: WorkflowClient;
  readonly heard: readonly Payload[];
}

export function listening(
  { connection, workflow, options }: Client,
  more: WorkflowClientOptions = {},
): Listening {
  const heard: Payload[] = [];
  const { loadedDataConverter } = options;
  // The first one decodes last.
  const payloadCodecs = [listenerTo(heard), ...loadedDataConverter.payloadCodecs];
  const dataConverter = { ...loadedDataConverter, payloadCodecs };
  // One of its own kind: that of a time-skipping server has it skip time while it waits for a result.
  const Own = workflow.constructor as new (options: WorkflowClientOptions) => WorkflowClient;
  const client = new Own({
    ...workflow.options,
    connection,
    dataConverter,
    ...more,
  } as WorkflowClientOptions);
  return { workflow: client, heard };
}

const listenerTo = (heard: Payload[]): PayloadCodec => ({
  encode: async (payloads) => payloads,
  decode: async (payloads) => {
    heard.push(...payloads);
    return payloads;
  },
});

/** What is asked of a workflow. */
export interface AskedOf {
  readonly workflowId: string;
  /** What its answer is written as. */
  readonly as: string;
}

/**
 * Asks a workflow, by a client that listens.
 *
 * @throws UnexpectedAnswerError where the answer, or the refusal, was written as anything else.
 */
export async function heardFrom<Answer>(
  client: Client,
  asked: AskedOf,
  ask: (workflow: WorkflowClient) => Promise<Answer>,
  more?: WorkflowClientOptions,
): Promise<Answer> {
  const { workflow, heard } = listening(client, more);
  let answer: Answer;
  try {
    answer = await ask(workflow);
  } catch (error) {
    if (isNamed(error, 'WorkflowUpdateFailedError')) assertRefused(client, heard, asked, error);
    throw error;
  }
  if (heard.length === 0) throw nobodys(asked);
  const [, name = ''] = asked.as.split(' ');
  assertAll(heard, ANSWER, asked, () => mayAnswer(asked.workflowId, name, answer));
  return answer;
}

/** @throws UnexpectedAnswerError of a refusal that no worker has encrypted as that of this very update, or changed since. */
function assertRefused(
  { options }: Client,
  heard: readonly Payload[],
  asked: AskedOf,
  { cause }: Error,
): void {
  if (heard.length > 0) {
    assertAll(heard, FAILURE, asked, () => true);
    if (isFailure(cause) && isOfItsType(cause, heard)) return;
    throw nobodys(asked);
  }
  // It says nothing of the journey: whoever sent it lacks a key, or Temporal itself has ended the run.
  if (!isFailure(cause) || TEMPORALS_OWN.includes(cause.type ?? '') || isOfKeys(cause)) return;
  // So workers say to whoever encrypts nothing. Who does has had nothing refused by that, as far as anybody with a key says.
  if (isOfNoKey(cause) && options.loadedDataConverter.payloadCodecs.length === 0) return;
  throw nobodys(asked, isOfNoKey(cause) ? cause.message : undefined);
}

/** The type decides, and stands in the clear: workers write it into what they encrypt as well, but for those of before. */
function isOfItsType({ type }: ApplicationFailure, heard: readonly Payload[]): boolean {
  const said = heard.map(typeIn).filter((each) => each !== undefined);
  return said.length === 0 || said.includes(type ?? '');
}

function typeIn({ data }: Payload): unknown {
  try {
    const { message, type } = JSON.parse(new TextDecoder().decode(data ?? undefined)) ?? {};
    return message === undefined ? undefined : type;
  } catch {
    return undefined;
  }
}

/** Sends a workflow an update. @throws UnexpectedAnswerError as {@link heardFrom} does. */
export const heardUpdate = <Answer>(
  client: Client,
  workflowId: string,
  update: string,
  sent: { readonly updateId: string; args: [unknown] },
): Promise<Answer> =>
  heardFrom(client, { workflowId, as: ofUpdate(update, sent.updateId) }, (workflow) =>
    workflow.getHandle(workflowId).executeUpdate<Answer, [unknown]>(update, sent),
  );

/** @param isFitting - whether it may be the answer, asked of one that names nothing: a newer worker's may hold more than we know of. */
function assertAll(
  heard: readonly Payload[],
  kind: number,
  asked: AskedOf,
  isFitting: () => boolean,
): void {
  const isBelieved = (payload: Payload): boolean => {
    const proof = proofOf(payload, kind, asked.as);
    if (proof !== 'unnamed') return proof === 'own';
    return isOfTime(payload, Date.now(), UNNAMED_WITHIN_MS) && isFitting();
  };
  if (!heard.every(isBelieved)) throw nobodys(asked);
}

const nobodys = ({ workflowId, as }: AskedOf, words?: string) =>
  new UnexpectedAnswerError(
    `${workflowId} was answered for by somebody who has no payload key (${words ?? as.split(' ')[1]})`,
  );
