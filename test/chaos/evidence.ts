import { setTimeout } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { createDataConverter, payloadKeysOf } from '../../worker/temporal/encryption.js';
import { type Replayed, replayAll } from '../setting/histories.js';
import { insisted } from './backend.js';
import { attention, type Report, reconcile, showOf } from './command-line.js';
import type { Books, Entry } from './judge/books.js';
import type { Case } from './judge/case.js';
import type { Evidence } from './judge/judge.js';
import { leaksOf, lookAround, lookIntoHistory } from './leaks.js';
import { openAs, statusOf } from './open-as.js';
import type { Played } from './run.js';
import type { Site } from './site.js';
import { toldOf } from './told.js';

/** Questions at once. */
const AT_ONCE = 6;
const WITHIN_MS = 60_000;
const RECONCILED_WITHIN_MS = 240_000;
/** `show` itself waits for twenty seconds, and a stall of the machine may take one of them. */
const SHOWN_WITHIN_MS = 90_000;
/** Temporal's list lags a moment behind. */
const patiently = <T>(work: () => Promise<T>) => insisted(work, Date.now() + WITHIN_MS);

/** All that the judge hears: DOKU's books, and what the product says of itself. */
export async function evidenceOf(
  site: Site,
  played: Played,
  say: (text: string) => void = () => {},
): Promise<Evidence> {
  const { backend, kept, from, forged } = played;
  await calmed(site);
  say('reconciling');
  const report = await reconciled(from);
  say('asking for every journey');
  const cases = await casesOf(played);
  const waiting = await patiently(attention);
  say('waiting for the last events');
  const told = await toldOf(backend.client, site.receiver, forged, Date.now() + WITHIN_MS);
  const stuck = await stuckOf(backend.client, played);
  const books = await booksOf(site, played);
  const { requests } = await site.doku.call<{ requests: Evidence['requests'] }>('GET', 'requests');
  say('replaying every history');
  const leaks = await leaksOf(site);
  // Of the same code as the worker that replays, which a backend's is not.
  const dataConverter = createDataConverter(payloadKeysOf(site.ground.payloadKeys));
  const replayed: Replayed = await replayAll({
    client: backend.client,
    dataConverter,
    kept,
    mostOfAType: 2_000,
    look: (history) => lookIntoHistory(leaks, history),
  });
  await lookAround(leaks, site, played);
  return { cases, books, waiting, report, replayed, stuck, requests, leaks, told };
}

/** DOKU is well again, and has done what it was still working on. */
async function calmed({ doku, hasTemperaments }: Site): Promise<void> {
  await doku.call('DELETE', 'faults');
  if (!hasTemperaments) return;
  await doku.call('DELETE', 'temperaments');
  const until = Date.now() + WITHIN_MS;
  const isWorking = async () =>
    (await doku.call<{ working: number }>('GET', 'temperaments')).working > 0;
  while ((await isWorking()) && Date.now() < until) await setTimeout(500);
}

/** @returns none where it does not end: then that is a mistake of its own. */
async function reconciled(from: Date): Promise<Report | undefined> {
  const to = new Date(Date.now() + 1_000);
  try {
    return await insisted(() => reconcile(from, to), Date.now() + RECONCILED_WITHIN_MS);
  } catch {
    return undefined;
  }
}

async function casesOf({ diaries }: Played): Promise<Case[]> {
  const left = diaries.flatMap((diary) =>
    diary.subjects.map((subject, index) => ({
      subject,
      witness: diary.witness,
      isMain: index === 0,
    })),
  );
  const cases: Case[] = [];
  const ask = async () => {
    for (let next = left.shift(); next; next = left.shift()) {
      const { shownAs } = next.subject;
      cases.push({ ...next, ...(await shownOf(shownAs)) });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
  return cases;
}

/** `show` is asked again where the site is only busy. */
async function shownOf(
  shownAs: readonly [string, string],
): Promise<Pick<Case, 'shown' | 'unshown'>> {
  const until = Date.now() + SHOWN_WITHIN_MS;
  for (;;) {
    try {
      return { shown: await showOf(shownAs) };
    } catch (error) {
      const { message } = error as Error;
      if (/is known/.test(message)) return { shown: undefined };
      if (Date.now() > until) return { shown: undefined, unshown: message };
      await setTimeout(1_000);
    }
  }
}

async function booksOf(site: Site, { diaries }: Played): Promise<Books> {
  const { entries, sum } = await site.doku.call<{ entries: Entry[]; sum: string }>('GET', 'ledger');
  const bound = new Map<string, boolean>();
  for (const { accountId, plan } of diaries) {
    const isAsked = plan.kind === 'openAccount' || plan.kind === 'closeAccount';
    if (isAsked && /^\d+$/.test(accountId))
      bound.set(accountId, await site.doku.isBound(accountId));
  }
  return { entries, sum, bound };
}

/** They live on, and wait for whoever comes; or watch for days what has ended, by a timer. */
const ENTITIES = new Set([
  'wallet',
  'merchantSession',
  'accountOwner',
  'claimedNumbers',
  'recheck',
]);

/** 5: open at Temporal when nobody has anything more to do, or failing over and over. */
async function stuckOf(client: Client, { diaries }: Played): Promise<string[]> {
  // What their own drive has told needs no second word.
  const told = new Set(
    diaries
      .filter(({ problems }) => problems.length > 0)
      .flatMap(({ subjects }) => subjects.map(({ workflowId }) => workflowId)),
  );
  const lines: string[] = [];
  const query = "ExecutionStatus = 'Running'";
  for await (const { workflowId, type } of client.workflow.list({ query })) {
    const description = await client.workflow.getHandle(workflowId).describe();
    const attempt = description.raw.pendingWorkflowTask?.attempt ?? 0;
    if (attempt > STUCK_ATTEMPTS)
      lines.push(`${type} ${workflowId}: its workflow task fails, attempt ${attempt}`);
    const isWaiting =
      ENTITIES.has(type) ||
      description.status.name !== 'RUNNING' ||
      statusOf(description) === 'needs-attention';
    if (!isWaiting && attempt <= STUCK_ATTEMPTS && !told.has(workflowId))
      lines.push(`${type} ${workflowId} is open, and its plan is over: ${openAs(description)}`);
  }
  return lines;
}
const STUCK_ATTEMPTS = 5;
