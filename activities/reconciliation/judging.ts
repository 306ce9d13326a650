/**
 * What follows from a comparison: a finding where the two do not agree, another look where they could not be compared.
 *
 * @module
 */
import { CancelledFailure, Context, log } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { FindingKind } from '../../contract/finding.js';
import type { Mismatch } from '../../contract/reconciliation.js';
import { atOnce } from '../calling/at-once.js';
import { raiseFinding } from '../journeys/findings.js';
import { isSilence } from '../journeys/mute.js';
import { type Comparison, endOf, type Held } from './comparison.js';
import { filedReference } from './odd-reference.js';
import { isUnreadable } from './records.js';
import { startRecheck } from './start-recheck.js';
import { aboutOf, type Subject } from './subject.js';

/** DOKU's answers come in a fraction of a second: fewer at once would not use up what the pace allows. */
export const AT_ONCE = 20;
/** A contradiction is asked about again, at the soonest, after so long. */
const TWICE_AFTER_MS = 1_000;
const HEARTBEAT_MS = 10_000;
/** Before that a page in which DOKU answers nothing is asked again as a whole: DOKU is down, rather than odd. */
export const PATIENT_ATTEMPTS = 10;
/** A worker that is busy takes a report when it is told anew. */
const TOLD_ANEW = 2;

const ABSENT = new Set(['not-found', 'absent']);

export interface JudgingDependencies {
  readonly client: Client;
  readonly taskQueue: string;
  readonly comparison: Comparison;
  /** How long DOKU's books may lag behind what a journey ended with, in milliseconds. */
  readonly quietMs: number;
}

/** What a finding is opened of. */
export type Raised = Omit<Mismatch, 'kind'> & { readonly kind: FindingKind };

export interface Judged {
  readonly subject: Subject;
  readonly held: Held;
}

export class Judging {
  readonly #dependencies: JudgingDependencies;

  constructor(dependencies: JudgingDependencies) {
    this.#dependencies = dependencies;
  }

  /** Compares, and once more what contradicts an end: DOKU's books lag. @throws where DOKU answers nothing at all. */
  async judge(subjects: readonly Subject[]): Promise<Judged[]> {
    const judged = await this.#holdAll(subjects);
    const doubted = judged.filter((each) => this.#isDoubted(each));
    if (doubted.length === 0) return judged;
    await quiet(Math.max(...doubted.map(({ subject }) => this.#quietUntil(subject))) - Date.now());
    const again = new Map(
      (await this.#holdAll(doubted.map(({ subject }) => subject))).map((each) => [
        each.subject,
        each,
      ]),
    );
    return judged.map((each) => again.get(each.subject) ?? each);
  }

  /** Opens the findings. @returns what does not agree. */
  async raise(judged: readonly Judged[]): Promise<Mismatch[]> {
    const mismatches = judged.flatMap(({ subject, held }): Mismatch[] =>
      held.kind === 'compared' && held.verdict ? [{ ...aboutOf(subject), ...held.verdict }] : [],
    );
    await this.raiseAll(mismatches);
    return mismatches;
  }

  async raiseAll(mismatches: readonly Raised[]): Promise<void> {
    const { client, taskQueue } = this.#dependencies;
    let failure: { readonly error: unknown } | undefined;
    await atOnce(mismatches, AT_ONCE, async (mismatch) => {
      Context.current().heartbeat();
      try {
        await raiseFinding(client, taskQueue, await findingOf(mismatch));
      } catch (error) {
        if (!isSilence(error)) throw error;
        const { kind, subject } = mismatch;
        log.warn('nobody answers for an open finding', { subject, finding: kind });
        failure ??= { error };
      }
    });
    // That one is open, and the report lists what it was not told: it holds up no other for ever.
    if (failure && Context.current().info.attempt <= TOLD_ANEW) throw failure.error;
  }

  /** Has looked at again what did not match, or could not be compared. */
  async lookAgain(judged: readonly Judged[]): Promise<void> {
    const journeys = new Map<string, Judged[]>();
    for (const each of judged.filter(isUnsettled)) {
      const { workflowId } = each.subject.journey;
      journeys.set(workflowId, [...(journeys.get(workflowId) ?? []), each]);
    }
    await atOnce(journeys.values(), AT_ONCE, async (unsettled) => {
      Context.current().heartbeat();
      const [first] = unsettled as [Judged];
      const rows = unsettled.flatMap(({ subject }) => subject.row?.partnerReferenceNo ?? []);
      const { held } = first;
      await startRecheck(this.#dependencies, first.subject.journey, {
        ...(rows.length > 0 && { rows }),
        ...(held.kind === 'compared' && held.watchUntil && { watchUntil: held.watchUntil }),
      });
    });
  }

  async #holdAll(subjects: readonly Subject[]): Promise<Judged[]> {
    const judged: Judged[] = [];
    await atOnce(subjects, AT_ONCE, async (subject) => {
      judged.push({ subject, held: await this.#held(subject) });
    });
    const asked = judged.filter(({ held }) => held.kind === 'compared' || held.isUnanswered);
    const isSilent = asked.length > 0 && asked.every(({ held }) => held.kind === 'unaskable');
    if (isSilent && Context.current().info.attempt < PATIENT_ATTEMPTS)
      throw new Error('DOKU gives no clear answer');
    return judged;
  }

  /** @throws where Temporal does not answer. Whatever else is odd about one costs no other its comparison. */
  async #held(subject: Subject): Promise<Held> {
    try {
      return await this.#dependencies.comparison.hold(subject);
    } catch (error) {
      if (!isUnreadable(error) || error instanceof CancelledFailure) throw error;
      const { name } = error as Error;
      log.warn('a journey cannot be compared', { subject: aboutOf(subject).subject, why: name });
      return { kind: 'unaskable', why: `what Temporal has of it cannot be read: ${name}` };
    }
  }

  /** It contradicts the journey's end, or shows nothing yet of what ended a moment ago. */
  #isDoubted({ subject, held }: Judged): boolean {
    if (held.kind !== 'compared') return false;
    return (
      held.verdict !== undefined ||
      (ABSENT.has(held.status) && this.#quietUntil(subject) > Date.now() + TWICE_AFTER_MS)
    );
  }

  #quietUntil({ journey }: Subject): number {
    return Math.max(
      Date.now() + TWICE_AFTER_MS,
      Math.min(endOf(journey), Date.now()) + this.#dependencies.quietMs,
    );
  }
}

/** It did not match once, or is to be watched. */
export const isUnsettled = ({ held }: Judged): boolean =>
  held.kind === 'unaskable'
    ? !held.isMoot
    : held.verdict !== undefined || Date.parse(held.watchUntil ?? '') > Date.now();

/** What an operator is asked about a mismatch. */
async function findingOf(mismatch: Raised) {
  const { kind, subject, customerId, here, doku, amount } = mismatch;
  const { partnerReferenceNo, asWritten } = await filedReference(mismatch.partnerReferenceNo);
  return {
    kind,
    partnerReferenceNo,
    ...(customerId && { customerId }),
    ...(amount && { amount }),
    facts: [
      `here: ${subject}, ${here}`,
      `at DOKU: ${doku}`,
      ...(asWritten === undefined ? [] : [`DOKU's reference: ${asWritten}`]),
    ].map((fact) => fact.slice(0, 300)),
    check: `Look up ${partnerReferenceNo} here and in DOKU's back office: which of the two is right?`,
  };
}

async function quiet(ms: number): Promise<void> {
  for (let leftMs = ms; leftMs > 0; leftMs -= HEARTBEAT_MS) {
    Context.current().heartbeat();
    await Context.current().sleep(Math.min(leftMs, HEARTBEAT_MS));
  }
}
