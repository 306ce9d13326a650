import * as z from 'zod';
import type { Money } from '../../../contract/money.js';
import type { Attention, Resolution } from '../../../contract/needs-attention.js';
import { toldAsking } from '../journeys/asking.js';
import { givenBack } from '../journeys/given-back.js';
import { toldStatus } from '../journeys/list.js';
import { moneyPlace } from '../journeys/money-place.js';
import {
  assertFits,
  type JourneyName,
  journeyNameShape,
  workflowIdOf,
  written,
} from '../journeys/name.js';
import { detailsOf, hasNotBegun, recordOf, type StatusView, stateOf } from '../journeys/state.js';
import { commandOf } from '../mechanisms/command.js';
import type { Desk } from '../mechanisms/desk.js';
import { factsOf } from '../mechanisms/facts.js';
import { toldInstant } from '../mechanisms/instant.js';
import { PROGRAM } from '../mechanisms/program.js';
import { tableOf } from '../mechanisms/table.js';

export const show = commandOf({
  positionals: ['journey', 'id'],
  input: z.strictObject(journeyNameShape).superRefine(assertFits),
  async run(name, desk) {
    const shown = await shownOf(desk, name);
    return { data: shown, text: asText(shown) };
  },
});

interface Ended {
  readonly amount?: Money;
  readonly resolution?: Resolution;
}

type Shown = Awaited<ReturnType<typeof shownOf>>;

async function shownOf(desk: Desk, name: JourneyName) {
  const { journey, id } = name;
  const record = await recordOf(desk, name);
  const { view, details } = await toldOf(desk, name);
  const status = (record.run === 'running' ? view.status : record.status) ?? '';
  const result =
    record.run === 'completed'
      ? await desk.journeys.result<Ended | undefined>(workflowIdOf(name))
      : undefined;
  const isPaid = journey === 'purchase' && record.run === 'completed' && status === 'paid';
  const money =
    (isPaid && result?.amount && (await givenBack(desk, id, result.amount))) ||
    moneyPlace(journey, status, record.run);
  return {
    journey,
    id,
    ...record,
    status,
    ...(money && { money }),
    facts: factsOf(view),
    ...(view.attention && { attention: view.attention }),
    ...(result && { result }),
    details,
  };
}

type Told = Partial<StatusView> & { readonly begun?: string };

/** What its workers say of it; of one that ended before any had begun it there is nothing to say. */
async function toldOf(desk: Desk, name: JourneyName) {
  try {
    const view: Told = await stateOf(desk, name);
    return { view, details: await detailsOf(desk, name) };
  } catch (error) {
    if (!hasNotBegun(error)) throw error;
    const view: Told = { begun: 'never: it ended from outside before any worker took it' };
    return { view, details: '' };
  }
}

function asText(shown: Shown): string {
  const { money, startedAt, endedAt, customerId, partnerReferenceNo } = shown;
  const { facts, attention, asking, result, details } = shown;
  const lines = details.split('\n');
  const title = lines[0]?.startsWith('## ') ? lines[0].slice(3) : written(shown);
  const story = lines.filter((line) => /^- \d{4}-/.test(line));
  return [
    title,
    rowsOf({
      status: toldStatus(shown),
      money,
      customerId,
      partnerReferenceNo,
      started: toldInstant(startedAt),
      ended: endedAt && toldInstant(endedAt),
      ...facts,
      asking: asking.map(toldAsking).join('; '),
    }),
    ...(attention ? [attentionTold(attention, shown)] : []),
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
