/**
 * What is known of a payload once it was decrypted, in its metadata: that it was encrypted for where it was found, and what it was
 * written as. Whoever reaches Temporal without a payload key finds many that were encrypted for one place, such as the argument and
 * the summary of a call, what its attempts failed with, or a workflow's answer to a query, for which anybody may ask. Each could be
 * handed back as the answer of that call, as the workflow's result, or sent to that workflow as a signal (money rule 13).
 *
 * @module
 */
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import {
  ANSWER,
  ARGUMENT,
  askedOf,
  endOf,
  FAILURE,
  markOf,
  ofQuery,
  ofUpdate,
  WRITTEN_AS,
} from '../../contract/written-as.js';

/** In the metadata of what was decrypted where it belongs. Nobody else can write it: the codec takes it from what it finds. */
const BOUND = 'bound';

export const bound = (payload: Payload): Payload =>
  withMetadata(payload, BOUND, new Uint8Array([1]));

export const unbound = (payload: Payload): Payload => {
  const { [BOUND]: _, ...metadata } = payload.metadata ?? {};
  return { ...payload, metadata };
};

export const isBound = ({ metadata }: Payload): boolean => metadata?.[BOUND] !== undefined;

type Payloads = Payload[] | null;
type Fields = { [name: string]: Payload } | null;
interface Memo {
  fields?: Fields;
}
interface Failure {
  encodedAttributes?: Payload | null;
  readonly applicationFailureInfo?: { readonly details?: { payloads?: Payloads } | null } | null;
}

/** What a workflow has Temporal do, as far as it has payloads that are no argument of a signal. */
interface Command {
  readonly userMetadata?: { summary?: Payload | null; details?: Payload | null } | null;
  readonly scheduleActivity?: { activityType?: string | null; arguments?: Payloads } | null;
  readonly startChildWorkflowExecution?: { input?: Payloads; memo?: Fields } | null;
  readonly continueAsNewWorkflowExecution?: { arguments?: Payloads; memo?: Fields } | null;
  readonly modifyWorkflowProperties?: { readonly upsertedMemo?: Memo | null } | null;
  readonly respondToQuery?: {
    readonly queryId?: string | null;
    readonly succeeded?: { response?: Payload | null } | null;
    readonly failed?: Failure | null;
  } | null;
  readonly updateResponse?: {
    readonly protocolInstanceId?: string | null;
    completed?: Payload | null;
    readonly rejected?: Failure | null;
  } | null;
  readonly completeWorkflowExecution?: { result?: Payload | null } | null;
  readonly failWorkflowExecution?: { readonly failure?: Failure | null } | null;
}

/** A part of what woke the workflow up, as far as somebody asked it something by it. */
interface Job {
  readonly doUpdate?: {
    readonly id?: string | null;
    readonly protocolInstanceId?: string | null;
    readonly name?: string | null;
  } | null;
  readonly queryWorkflow?: {
    readonly queryId?: string | null;
    readonly queryType?: string | null;
  } | null;
}

/** Marks what one workflow writes by what it is. */
export class Marks {
  /** By the IDs that their answers name. */
  readonly #updates = new Map<string, string>();
  readonly #queries = new Map<string, string>();

  /** To be called as the workflow wakes up. */
  note(jobs: readonly Job[]): void {
    for (const { doUpdate, queryWorkflow } of jobs) {
      const { id, name, protocolInstanceId } = doUpdate ?? {};
      if (protocolInstanceId) this.#updates.set(protocolInstanceId, ofUpdate(name ?? '', id ?? ''));
      if (queryWorkflow?.queryId)
        this.#queries.set(queryWorkflow.queryId, ofQuery(queryWorkflow.queryType ?? ''));
    }
  }

  /** Marks what the commands hold, before it is encrypted. */
  mark(commands: readonly Command[], runId: string): void {
    for (const command of commands) {
      markArguments(command);
      markAsked(command, runId);
      markEnd(command, runId);
      this.#markAnswers(command);
    }
  }

  #markAnswers({ respondToQuery: query, updateResponse: update }: Command): void {
    const asQuery = this.#queries.get(query?.queryId ?? '');
    if (query?.succeeded?.response)
      query.succeeded.response = as(ANSWER, asQuery)(query.succeeded.response);
    if (query) markFailure(query.failed, asQuery);
    const asUpdate = this.#updates.get(update?.protocolInstanceId ?? '');
    if (update?.completed) update.completed = as(ANSWER, asUpdate)(update.completed);
    if (update) markFailure(update.rejected, asUpdate, true);
    if (query) this.#queries.delete(query.queryId ?? '');
    // One that was accepted is answered later.
    if (update?.completed || update?.rejected)
      this.#updates.delete(update.protocolInstanceId ?? '');
  }
}

function markArguments(command: Command): void {
  const { userMetadata, modifyWorkflowProperties } = command;
  const { startChildWorkflowExecution: child, continueAsNewWorkflowExecution: next } = command;
  if (userMetadata?.summary) userMetadata.summary = as(ARGUMENT)(userMetadata.summary);
  if (userMetadata?.details) userMetadata.details = as(ARGUMENT)(userMetadata.details);
  if (child?.input) child.input = child.input.map(as(ARGUMENT));
  if (child?.memo) child.memo = marked(child.memo);
  if (next?.arguments) next.arguments = next.arguments.map(as(ARGUMENT));
  if (next?.memo) next.memo = marked(next.memo);
  const { upsertedMemo } = modifyWorkflowProperties ?? {};
  if (upsertedMemo?.fields) upsertedMemo.fields = marked(upsertedMemo.fields);
}

/** One that needs no argument is given its own name: without any, nobody could tell who asks. */
function markAsked({ scheduleActivity: call }: Command, runId: string): void {
  if (!call) return;
  const activityType = call.activityType ?? '';
  const asked = call.arguments?.length
    ? call.arguments
    : [defaultPayloadConverter.toPayload(activityType)];
  call.arguments = asked.map(as(ARGUMENT, askedOf(activityType, runId)));
}

function markEnd(command: Command, runId: string): void {
  const { completeWorkflowExecution: end, failWorkflowExecution: failed } = command;
  if (end?.result) end.result = as(ANSWER, endOf(runId))(end.result);
  markFailure(failed?.failure, endOf(runId));
}

/** @param isWhole - with its details: those of an update's decide, and of a run's end are for people. */
function markFailure(
  failure: Failure | null | undefined,
  what: string | undefined,
  isWhole = false,
): void {
  if (failure?.encodedAttributes)
    failure.encodedAttributes = as(FAILURE, what)(failure.encodedAttributes);
  const { details } = failure?.applicationFailureInfo ?? {};
  if (isWhole && details?.payloads) details.payloads = details.payloads.map(as(FAILURE, what));
}

const as =
  (kind: number, what?: string) =>
  (payload: Payload): Payload =>
    withMetadata(payload, WRITTEN_AS, markOf(kind, what));

const marked = (fields: { [name: string]: Payload }) =>
  Object.fromEntries(
    Object.entries(fields).map(([name, payload]) => [name, as(ARGUMENT)(payload)]),
  );

const withMetadata = (payload: Payload, name: string, bytes: Uint8Array): Payload => ({
  ...payload,
  metadata: { ...payload.metadata, [name]: bytes },
});
