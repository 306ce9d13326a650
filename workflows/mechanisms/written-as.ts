/**
 * What is known of a payload of a call once it was decrypted, in its metadata: that it was encrypted for where it was found, and
 * what it was written as. Whoever reaches Temporal without a payload key finds a call's argument, and what its attempts failed
 * with, encrypted for the same place as its answer: each could be handed back as that (money rule 13).
 *
 * @module
 */
import type { Payload } from '@temporalio/common';

/** In the metadata of what was decrypted where it belongs. Nobody else can write it: the codec takes it from what it finds. */
const BOUND = 'bound';
/** Within what is encrypted, short, as it is there often; `failure-converter.cjs` has it, too. */
const WRITTEN_AS = 'as';

/** What workers write for a call. An answer is marked by nothing, as older workers mark none of it. */
export const ARGUMENT = 1;
export const FAILURE = 2;

export const bound = (payload: Payload): Payload => withMetadata(payload, BOUND, new Uint8Array(1));

export const unbound = (payload: Payload): Payload => {
  const { [BOUND]: _, ...metadata } = payload.metadata ?? {};
  return { ...payload, metadata };
};

export const isBound = ({ metadata }: Payload): boolean => metadata?.[BOUND] !== undefined;

/** @returns nothing for an answer, and for what older workers wrote. */
export const writtenAs = ({ metadata }: Payload): number | undefined => metadata?.[WRITTEN_AS]?.[0];

/** What begins a call, or another run. */
interface Command {
  readonly scheduleActivity?: { arguments?: Payload[] | null } | null;
  readonly startChildWorkflowExecution?: { input?: Payload[] | null } | null;
  readonly continueAsNewWorkflowExecution?: { arguments?: Payload[] | null } | null;
}

/** Marks the arguments of all that the commands begin, before they are encrypted. */
export function markArguments(commands: readonly Command[]): void {
  for (const command of commands) {
    const { scheduleActivity, startChildWorkflowExecution, continueAsNewWorkflowExecution } =
      command;
    if (scheduleActivity) scheduleActivity.arguments = asArguments(scheduleActivity.arguments);
    if (startChildWorkflowExecution)
      startChildWorkflowExecution.input = asArguments(startChildWorkflowExecution.input);
    if (continueAsNewWorkflowExecution)
      continueAsNewWorkflowExecution.arguments = asArguments(
        continueAsNewWorkflowExecution.arguments,
      );
  }
}

const asArguments = (payloads: readonly Payload[] | null | undefined): Payload[] =>
  (payloads ?? []).map((payload) => withMetadata(payload, WRITTEN_AS, new Uint8Array([ARGUMENT])));

const withMetadata = (payload: Payload, name: string, value: Uint8Array): Payload => ({
  ...payload,
  metadata: { ...payload.metadata, [name]: value },
});
