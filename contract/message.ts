/**
 * How a contract writes down what may be said to a journey: the name that goes over the wire, and the schemas of what
 * is sent and answered. Plain objects, so that a workflow, a client and a gateway make of them what each needs.
 *
 * @module
 */
import type * as z from 'zod';
import type { JourneyError } from './errors.js';

/** What a caller sends along: nothing, one argument, or one that may be left out. */
export type ArgumentsOf<Argument extends z.ZodType> = [Argument] extends [never]
  ? []
  : undefined extends z.input<Argument>
    ? [argument?: z.input<Argument>]
    : [argument: z.input<Argument>];

/** A value with nothing that is `null` in it, which stands for what is not there. */
export type Present<Value> = Value extends null
  ? never
  : Value extends readonly (infer Element)[]
    ? Present<Element>[]
    : Value extends object
      ? { [Name in keyof Value]: Present<Value[Name]> }
      : Value;

/** What a journey is handed of {@link ArgumentsOf}. */
export type GivenOf<Argument extends z.ZodType> = [Argument] extends [never]
  ? []
  : undefined extends z.input<Argument>
    ? [argument?: Present<z.input<Argument>>]
    : [argument: Present<z.input<Argument>>];

/** What a caller gets back; nothing where the contract names no result. */
export type ResultOf<Result extends z.ZodType> = [Result] extends [never]
  ? z.output<z.ZodVoid>
  : z.output<Result>;

/** Changes a journey, and answers. */
export interface UpdateMessage<
  Argument extends z.ZodType = z.ZodType,
  Result extends z.ZodType = z.ZodType,
> {
  readonly type: 'update';
  readonly name: string;
  /** Without it nothing is sent along; one that takes `undefined` may be left out. */
  readonly argument?: Argument;
  /** Without it the answer says no more than that it is done. */
  readonly result?: Result;
  /** What the journey may answer with instead. One that has ended does not answer: see {@link JourneyError}. */
  readonly errors?: readonly JourneyError[];
}

/** Tells a journey something, and waits for no answer. */
export interface SignalMessage<Argument extends z.ZodType = z.ZodType> {
  readonly type: 'signal';
  readonly name: string;
  readonly argument?: Argument;
}

/** Asks a journey, open or ended, and changes nothing. */
export interface QueryMessage<
  Result extends z.ZodType = z.ZodType,
  Argument extends z.ZodType = z.ZodType,
> {
  readonly type: 'query';
  readonly name: string;
  readonly result: Result;
  /** Without it nothing is sent along. */
  readonly argument?: Argument;
}

export const update = <Argument extends z.ZodType = never, Result extends z.ZodType = never>(
  name: string,
  parts: Pick<UpdateMessage<Argument, Result>, 'argument' | 'result' | 'errors'> = {},
): UpdateMessage<Argument, Result> => ({ type: 'update', name, ...parts });

export const signal = <Argument extends z.ZodType = never>(
  name: string,
  parts: Pick<SignalMessage<Argument>, 'argument'> = {},
): SignalMessage<Argument> => ({ type: 'signal', name, ...parts });

export const query = <Result extends z.ZodType, Argument extends z.ZodType = never>(
  name: string,
  parts: Pick<QueryMessage<Result, Argument>, 'result' | 'argument'>,
): QueryMessage<Result, Argument> => ({ type: 'query', name, ...parts });
