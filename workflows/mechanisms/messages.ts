/**
 * Opens a journey's doors for the messages of its contract, which knows nothing of Temporal's SDK.
 *
 * @module
 */
import type { UpdateDefinition } from '@temporalio/common';
import { type QueryDefinition, type SignalDefinition, setHandler } from '@temporalio/workflow';
import type * as z from 'zod';
import type {
  ArgumentsOf,
  GivenOf,
  QueryMessage,
  ResultOf,
  SignalMessage,
  UpdateMessage,
} from '../../contract/message.js';
import { invalidInput } from './bad-input.js';
import { outlivesCancel } from './outlives-cancel.js';
import { ownRoom } from './room.js';

/** How an update is taken in. */
export interface UpdateDoor<Arguments extends unknown[]> {
  /** Refuses by throwing; then the update leaves no event behind (money rule 8). */
  readonly validator?: (...argument: Arguments) => void;
  /** For the Temporal UI. */
  readonly description?: string;
  /** An operator's, for which there is always room: its validator bounds it. */
  readonly isOperators?: true;
}

/** What is `null` is not there, as the contract has it (`contract/absent.ts`). */
function present(value: unknown): unknown {
  // Of a list nothing can be left out.
  if (Array.isArray(value))
    return value.map((element) => (element === null ? null : present(element)));
  if (typeof value !== 'object') return value;
  if (value === null) return undefined;
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(members.map(([name, member]) => [name, present(member)]));
}

/** A handler, or a validator, that is handed nothing that is `null`. */
const handed =
  <Arguments extends unknown[], Answer>(handler: (...argument: Arguments) => Answer) =>
  (...argument: Arguments): Answer =>
    handler(...(argument.map((one) => present(one)) as Arguments));

/**
 * Answers an update from now on; those that came before are answered at once.
 *
 * What the handler gets is what was sent, without what is `null`: neither checked nor filled up, as the schema of the message
 * is the caller's. The validator has to parse it.
 */
export function onUpdate<Argument extends z.ZodType, Result extends z.ZodType>(
  message: UpdateMessage<Argument, Result>,
  handler: (...argument: GivenOf<Argument>) => ResultOf<Result> | Promise<ResultOf<Result>>,
  { validator, description, isOperators }: UpdateDoor<GivenOf<Argument>> = {},
): void {
  const room = ownRoom.get();
  if (isOperators) room.keepFor(message.name);
  // Without one the SDK would ask no interceptor either, before the update is in the history.
  const taken = (...argument: GivenOf<Argument>) => {
    if (message.argument === undefined && argument.length > 0)
      throw invalidInput(message.name, 'takes nothing but its own name');
    validator?.(...argument);
    // Last, as what is refused for good, or answered by that, is not to be sent again.
    if (!isOperators) room.assertFor(message.name);
  };
  const answered = (...argument: GivenOf<Argument>) => {
    const answer = outlivesCancel(() => handler(...argument));
    room.taken(message.name, answer);
    return answer;
  };
  setHandler(
    message as unknown as UpdateDefinition<ResultOf<Result>, GivenOf<Argument>>,
    handed(answered),
    {
      validator: handed(taken),
      ...(description !== undefined && { description }),
    },
  );
}

/** Hears a signal from now on; those that came before are heard at once. */
export function onSignal<Argument extends z.ZodType>(
  message: SignalMessage<Argument>,
  handler: (...argument: GivenOf<Argument>) => void | Promise<void>,
): void {
  setHandler(message as unknown as SignalDefinition<GivenOf<Argument>>, handed(handler));
}

/** Answers a query. */
export function onQuery<Result extends z.ZodType, Argument extends z.ZodType>(
  message: QueryMessage<Result, Argument>,
  handler: (...argument: GivenOf<Argument>) => ResultOf<Result>,
): void {
  setHandler(
    message as unknown as QueryDefinition<ResultOf<Result>, GivenOf<Argument>>,
    handed(handler),
  );
}

/** The signal as a handle of another workflow takes it. */
export const signalOf = <Argument extends z.ZodType>(message: SignalMessage<Argument>) =>
  // The SDK reads type and name, which the message has; its brands are types only.
  message as unknown as SignalDefinition<ArgumentsOf<Argument>>;
