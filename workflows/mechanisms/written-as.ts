/**
 * What is known of a payload once it was decrypted, in its metadata: that it was encrypted for where it was found, and what it was
 * written as. Whoever reaches Temporal without a payload key finds many that were encrypted for one place, such as the argument and
 * the summary of a call, what its attempts failed with, or a workflow's answer to a query, for which anybody may ask. Each could be
 * handed back as the answer of that call, or sent to that workflow as a signal (money rule 13).
 *
 * @module
 */
import type { Payload } from '@temporalio/common';

/** In the metadata of what was decrypted where it belongs. Nobody else can write it: the codec takes it from what it finds. */
const BOUND = 'bound';
/** Within what is encrypted, short, as it is there often; `failure-converter.cjs` has it, too. */
const WRITTEN_AS = 'as';

/** Arguments, memos, summaries: what goes with something that a workflow begins. */
export const ARGUMENT = 1;
/** What a failure says. */
export const FAILURE = 2;
/** A workflow's own answer: to a query, to an update, or its result. */
export const ANSWER = 3;
// An activity's answer and a signal's argument are marked by nothing: workers that know of no mark write them so, too.

export const bound = (payload: Payload): Payload => withMetadata(payload, BOUND, 1);

export const unbound = (payload: Payload): Payload => {
  const { [BOUND]: _, ...metadata } = payload.metadata ?? {};
  return { ...payload, metadata };
};

export const isBound = ({ metadata }: Payload): boolean => metadata?.[BOUND] !== undefined;

/** @returns nothing for what has no mark. */
export const writtenAs = ({ metadata }: Payload): number | undefined => metadata?.[WRITTEN_AS]?.[0];

type Payloads = Payload[] | null;
type Fields = { [name: string]: Payload } | null;
interface Memo {
  fields?: Fields;
}

/** What a workflow has Temporal do, as far as it has payloads that are no argument of a signal. */
interface Command {
  readonly userMetadata?: { summary?: Payload | null; details?: Payload | null } | null;
  readonly scheduleActivity?: { arguments?: Payloads } | null;
  readonly startChildWorkflowExecution?: { input?: Payloads; memo?: Fields } | null;
  readonly continueAsNewWorkflowExecution?: { arguments?: Payloads; memo?: Fields } | null;
  readonly modifyWorkflowProperties?: { readonly upsertedMemo?: Memo | null } | null;
  readonly respondToQuery?: {
    readonly succeeded?: { response?: Payload | null } | null;
  } | null;
  readonly updateResponse?: { completed?: Payload | null } | null;
  readonly completeWorkflowExecution?: { result?: Payload | null } | null;
}

/** Marks what the commands hold, before it is encrypted. */
export function markCommands(commands: readonly Command[]): void {
  for (const command of commands) {
    markArguments(command);
    markAnswers(command);
  }
}

function markArguments(command: Command): void {
  const { userMetadata, scheduleActivity, modifyWorkflowProperties } = command;
  const { startChildWorkflowExecution: child, continueAsNewWorkflowExecution: next } = command;
  if (userMetadata?.summary) userMetadata.summary = as(ARGUMENT)(userMetadata.summary);
  if (userMetadata?.details) userMetadata.details = as(ARGUMENT)(userMetadata.details);
  if (scheduleActivity?.arguments)
    scheduleActivity.arguments = scheduleActivity.arguments.map(as(ARGUMENT));
  if (child?.input) child.input = child.input.map(as(ARGUMENT));
  if (child?.memo) child.memo = marked(child.memo);
  if (next?.arguments) next.arguments = next.arguments.map(as(ARGUMENT));
  if (next?.memo) next.memo = marked(next.memo);
  const { upsertedMemo } = modifyWorkflowProperties ?? {};
  if (upsertedMemo?.fields) upsertedMemo.fields = marked(upsertedMemo.fields);
}

function markAnswers({
  respondToQuery,
  updateResponse,
  completeWorkflowExecution: end,
}: Command): void {
  const { succeeded } = respondToQuery ?? {};
  if (succeeded?.response) succeeded.response = as(ANSWER)(succeeded.response);
  if (updateResponse?.completed) updateResponse.completed = as(ANSWER)(updateResponse.completed);
  if (end?.result) end.result = as(ANSWER)(end.result);
}

const as =
  (what: number) =>
  (payload: Payload): Payload =>
    withMetadata(payload, WRITTEN_AS, what);

const marked = (fields: { [name: string]: Payload }) =>
  Object.fromEntries(
    Object.entries(fields).map(([name, payload]) => [name, as(ARGUMENT)(payload)]),
  );

const withMetadata = (payload: Payload, name: string, byte: number): Payload => ({
  ...payload,
  metadata: { ...payload.metadata, [name]: new Uint8Array([byte]) },
});
