import * as z from 'zod';
import type { Money } from '../../../contract/money.js';
import type { Attention, Resolution } from '../../../contract/needs-attention.js';
import { listedRuns } from '../../temporal/listing.js';
import { toldAsking } from '../journeys/asking.js';
import { givenBack } from '../journeys/given-back.js';
import { assertNamesOne, givenNameShape, theNamed } from '../journeys/given-name.js';
import { brokenOff, isBroken } from '../journeys/list.js';
import { moneyPlace } from '../journeys/money-place.js';
import { type JourneyName, workflowIdOf, written } from '../journeys/name.js';
import { detailsOf, hasNotBegun, lastStateOf, recordOf, stateOf } from '../journeys/state.js';
import { untoldEvents } from '../journeys/untold.js';
import { commandOf } from '../mechanisms/command.js';
import type { Desk } from '../mechanisms/desk.js';
import { factsOf } from '../mechanisms/facts.js';
import { toldInstant } from '../mechanisms/instant.js';
import { PROGRAM } from '../mechanisms/program.js';
import { tableOf } from '../mechanisms/table.js';

export const show = commandOf({
  positionals: ['journey', 'id'],
  input: z.strictObject(givenNameShape).superRefine(assertNamesOne),
  onlyReads: true,
  notes:
    'JOURNEY ID, such as purchase INV-1; or purchase/INV-1; or INV-1 where no other has that number.',
  async run(given, desk) {
    const shown = await shownOf(desk, await theNamed(desk, given));
    return { data: shown, text: asText(shown) };
  },
});

interface Ended {
  readonly amount?: Money;
  readonly resolution?: Resolution;
  readonly refusal?: string;
  readonly reason?: string;
}

type Shown = Awaited<ReturnType<typeof shownOf>> & {
  readonly attention?: Attention;
  readonly result?: Ended;
  readonly events?: string;
  readonly lastKnown?: { readonly status: string; readonly facts: Record<string, unknown> };
};

async function shownOf(desk: Desk, name: JourneyName) {
  const { journey, id } = name;
  const record = await recordOf(desk, name);
  if (isBroken(record)) return brokenShown(desk, name, record);
  const view = await stateOf(desk, name);
  const details = await detailsOf(desk, name);
  const status = (record.run === 'running' ? view.status : record.status) ?? '';
  const result =
    record.run === 'completed'
      ? await desk.journeys.result<Ended | undefined>(workflowIdOf(name))
      : undefined;
  const isPaid = journey === 'purchase' && record.run === 'completed' && status === 'paid';
  const money =
    (isPaid && result?.amount && (await givenBack(desk, id, result.amount))) ||
    moneyPlace(journey, status, record.run, result?.refusal ?? result?.reason);
  const events = await untoldEvents(desk, workflowIdOf(name));
  return {
    journey,
    id,
    ...record,
    status,
    ...(money && { money }),
    ...(events && { events }),
    facts: factsOf(view),
    ...(view.attention && { attention: view.attention }),
    ...(result && { result }),
    details,
  };
}

/** Of one that was ended from outside: how, and where it stood last, which is not where it is. */
async function brokenShown(
  desk: Desk,
  name: JourneyName,
  record: Awaited<ReturnType<typeof recordOf>>,
) {
  const { last, details, facts } = await saidLast(desk, name);
  const money = moneyPlace(name.journey, '', record.run);
  const events = await untoldEvents(desk, workflowIdOf(name));
  return {
    ...name,
    ...record,
    status: record.run,
    ...(money && { money }),
    ...(events && { events }),
    facts,
    ...(last && { lastKnown: { status: last.status, facts: factsOf(last) } }),
    details,
  };
}

/** Of one that ended before any worker had begun it there is nothing to say. */
async function saidLast(desk: Desk, name: JourneyName) {
  try {
    const last = await lastStateOf(desk, name);
    return { last, details: await detailsOf(desk, name), facts: {} };
  } catch (error) {
    if (!hasNotBegun(error)) throw error;
    const never = 'never: it ended from outside before any worker took it';
    const before = await runsBefore(desk, name);
    return { details: '', facts: { begun: before ? `${never}; ${before}` : never } };
  }
}

/** Whoever begins a number once more leaves what it came to before as it was. */
async function runsBefore(desk: Desk, name: JourneyName): Promise<string | undefined> {
  const workflowId = workflowIdOf(name);
  const runs: string[] = [];
  for await (const { run } of listedRuns(desk.client, `WorkflowId = '${workflowId}'`))
    runs.push(run);
  const [, ...before] = runs;
  return before.length > 0
    ? `the number has been begun before (${before.join(', ')}), and what that came to stands in "find"`
    : undefined;
}

function asText(shown: Shown): string {
  const { money, events, startedAt, endedAt, customerId, partnerReferenceNo } = shown;
  const { facts, attention, asking, result, lastKnown, details } = shown;
  const lines = details.split('\n');
  const title = lines[0]?.startsWith('## ') ? lines[0].slice(3) : written(shown);
  const story = lines.filter((line) => /^- \d{4}-/.test(line));
  return [
    title,
    rowsOf({
      status: lastKnown ? brokenOff(shown.run, lastKnown.status) : shown.status,
      money,
      customerId,
      partnerReferenceNo,
      'task queue': shown.otherQueue,
      started: toldInstant(startedAt),
      ended: endedAt && toldInstant(endedAt),
      ...facts,
      asking: asking.map(toldAsking).join('; '),
      events,
    }),
    ...(attention ? [attentionTold(attention, shown)] : []),
    ...(lastKnown ? [`Last known, and not so any more\n${rowsOf(lastKnown.facts)}`] : []),
    ...(result ? [`Result\n${rowsOf({ ...factsOf(result), ...decided(result.resolution) })}`] : []),
    ...(story.length > 0 ? [`Story\n${story.join('\n')}`] : []),
  ].join('\n\n');
}

const rowsOf = (facts: Readonly<Record<string, unknown>>) =>
  tableOf(
    Object.entries(facts)
      .filter(([, fact]) => fact !== undefined && fact !== '')
      .map(([name, fact]) => [name, String(fact)]),
  );

const decided = (resolution: Resolution | undefined) =>
  resolution && {
    decided: `${resolution.decision}${resolution.force ? ', by force' : ''}, by ${resolution.operator}: ${resolution.note}`,
  };

const attentionTold = ({ reason, check, decisions }: Attention, name: JourneyName) =>
  [
    `Needs attention: ${reason}`,
    ...check.map((item) => `- [ ] ${item}`),
    `Decisions: ${decisions.join(', ')}`,
    `${PROGRAM} resolve ${written(name)} --decision … --note … --operator …`,
  ].join('\n');
