/**
 * Tells what is sent to a workflow from copies: whoever reaches Temporal without a payload key can read none of its messages, and
 * send each of them once more (money rule 13).
 *
 * @module
 */
import type { Payload } from '@temporalio/common';
import { type SignalInput, workflowInfo } from '@temporalio/workflow';
import { type Seal, sealOf } from './seal.js';

/** Clocks differ, and calls are tried again: what is older, or ahead by more, is no message of now. */
const FRESH_MS = 300_000;

export const STALE =
  'was encrypted more than five minutes before or ahead: it is a copy, or a clock is wrong';

/** A part of what woke the workflow up, as far as somebody sent it. */
interface Job {
  readonly initializeWorkflow?: Arguments<'arguments'> | null;
  readonly doUpdate?: (Arguments<'input'> & { readonly id?: string | null }) | null;
  readonly signalWorkflow?: (Arguments<'input'> & { readonly signalName?: string | null }) | null;
}
type Arguments<Name extends string> = { readonly [_ in Name]?: readonly Payload[] | null };

/** The seals of what one workflow is sent. */
export class Seals {
  #ofInput: readonly Seal[] = [];
  readonly #ofUpdates = new Map<string, readonly Seal[]>();
  /** In the order in which they came, as they are handled. */
  readonly #ofSignals = new Map<string, (readonly Seal[])[]>();
  /** Of the updates that were taken while they were fresh. */
  readonly #taken = new Map<string, { readonly by: string; readonly atMs: number }>();
  /** Of each signal that was taken, as none says by its age that it is a copy. The history that holds them is bounded. */
  readonly #takenSignals = new Set<string>();

  /** @param signalNames - those whose argument says more than their name. */
  constructor(private readonly signalNames: readonly string[]) {}

  note(jobs: readonly Job[]): void {
    for (const { initializeWorkflow, doUpdate, signalWorkflow } of jobs) {
      if (initializeWorkflow) this.#ofInput = sealsOf(initializeWorkflow.arguments);
      if (doUpdate) this.#ofUpdates.set(doUpdate.id ?? '', sealsOf(doUpdate.input));
      const name = signalWorkflow?.signalName ?? '';
      if (!signalWorkflow || !this.signalNames.includes(name)) continue;
      this.#ofSignals.set(name, [
        ...(this.#ofSignals.get(name) ?? []),
        sealsOf(signalWorkflow.input),
      ]);
    }
  }

  /** Whether the input says when it was encrypted, as all does that workers and backends of now write. */
  get isInputDated(): boolean {
    return this.#ofInput.some(({ at }) => at !== undefined);
  }

  /** How long before the workflow's start its input was encrypted; nothing where a workflow went on by it, or nobody says. */
  get inputAgeMs(): number | undefined {
    const [seal] = this.#ofInput;
    if (seal?.at === undefined || isHandedOver(seal)) return undefined;
    return Math.abs(workflowInfo().startTime.getTime() - seal.at);
  }

  /** @returns why the input is not believed. */
  ofInput(): string | undefined {
    const { cronSchedule, attempt, startTime } = workflowInfo();
    if (cronSchedule !== undefined || attempt > 1)
      return 'is to run again and again, which no journey does';
    const own = this.#ofInput.filter((seal) => !isHandedOver(seal));
    const [isByWorkflow] = own.map((seal) => seal.isWorkflows && isBegunByWorkflow());
    const isStale = own.some((seal) => !isFresh(seal, startTime.getTime()));
    return (isByWorkflow ? undefined : refusalOf(own)) ?? (isStale ? STALE : undefined);
  }

  /** @returns why an update's argument is not believed. Asked once, as the update comes, and never on a replay. */
  ofUpdate(updateId: string): string | undefined {
    const seals = this.#ofUpdates.get(updateId) ?? [];
    return refusalOf(seals) ?? this.#copyIn(seals, updateId);
  }

  /** Whether an update's argument is of another time: it may have waited for a worker. Asked as {@link ofUpdate} is. */
  isStale(updateId: string): boolean {
    const { runId, originalExecutionRunId } = workflowInfo();
    // Temporal tells a run that was reset what was sent to the run before, however long ago.
    if (runId !== originalExecutionRunId) return false;
    return (this.#ofUpdates.get(updateId) ?? []).some((seal) => !isFresh(seal, Date.now()));
  }

  /** What was refused is not heard of again. */
  refuseUpdate(updateId: string): void {
    this.#ofUpdates.delete(updateId);
  }

  /** From now on the same again is a copy. */
  takeUpdate(updateId: string): void {
    const seals = this.#ofUpdates.get(updateId) ?? [];
    this.#ofUpdates.delete(updateId);
    this.#take(seals, updateId);
  }

  /**
   * Takes the next signal of a name. One that comes late is taken all the same: a journey sent it, and sends it once.
   *
   * @returns why it is not believed.
   */
  takeSignal({ signalName }: Pick<SignalInput, 'signalName'>): string | undefined {
    const seals = this.#ofSignals.get(signalName)?.shift() ?? [];
    const isNone = seals.some(({ isNoMessage }) => isNoMessage);
    const why = isNone ? 'was written as something else' : this.#copyIn(seals);
    if (why === undefined) for (const { id } of seals) this.#takenSignals.add(id);
    return why;
  }

  /** @param by - the update that brings it. */
  #copyIn(seals: readonly Seal[], by?: string): string | undefined {
    const isCopy = seals.some(
      ({ id }) => this.#takenSignals.has(id) || (this.#taken.get(id)?.by ?? by) !== by,
    );
    return isCopy ? 'is a copy of what was sent before' : undefined;
  }

  #take(seals: readonly Seal[], by: string): void {
    const nowMs = Date.now();
    for (const { id } of seals) this.#taken.set(id, { by, atMs: nowMs });
    for (const [id, { atMs }] of this.#taken) {
      // It could be ahead by as much as it may be late.
      if (nowMs - atMs <= 2 * FRESH_MS) return;
      this.#taken.delete(id);
    }
  }
}

/** A run that goes on from another one, or a child. Whoever has a worker of his own can begin such a one, too. */
function isBegunByWorkflow(): boolean {
  const { continuedFromExecutionRunId, parent } = workflowInfo();
  return continuedFromExecutionRunId !== undefined || parent !== undefined;
}

/**
 * What a run hands to the next one, whose own start nothing tells; and what a worker has handed over that wrote no time yet, for as
 * long as a fleet has such.
 */
function isHandedOver({ at, isWorkflows }: Seal): boolean {
  const isNextRun = workflowInfo().continuedFromExecutionRunId !== undefined;
  return at === undefined ? isBegunByWorkflow() : isWorkflows && isNextRun;
}

const sealsOf = (payloads: readonly Payload[] | null | undefined): readonly Seal[] =>
  (payloads ?? []).map(sealOf).filter((seal) => seal !== undefined);

const isFresh = ({ at }: Seal, nowMs: number): boolean =>
  at !== undefined && Math.abs(nowMs - at) <= FRESH_MS;

function refusalOf(seals: readonly Seal[]): string | undefined {
  if (seals.some(({ isWorkflows }) => isWorkflows))
    return 'is what a workflow has written, and no message to one';
  return seals.some(({ at }) => at === undefined)
    ? 'does not say when it was encrypted'
    : undefined;
}
