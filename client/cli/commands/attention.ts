import * as z from 'zod';
import { limitSchema, listedJourneys } from '../journeys/list.js';
import { stateOf } from '../journeys/state.js';
import { commandOf } from '../mechanisms/command.js';
import { toldInstant } from '../mechanisms/instant.js';
import { tableOf } from '../mechanisms/table.js';

/** Questions to workers at once. */
const AT_ONCE = 10;

export const attention = commandOf({
  positionals: [],
  input: z.strictObject({ limit: limitSchema }),
  async run({ limit }, desk) {
    const conditions = { isRunning: true, status: 'needs-attention' };
    const { journeys, isCut } = await listedJourneys(desk, conditions, limit);
    if (isCut) desk.tell(`only the newest ${limit} are listed: raise --limit`);
    const waiting = [];
    for (let index = 0; index < journeys.length; index += AT_ONCE) {
      const some = journeys.slice(index, index + AT_ONCE);
      waiting.push(
        ...(await Promise.all(
          some.map(async (journey) => ({
            ...journey,
            ...(
              await stateOf(desk, journey)
            ).attention,
          })),
        )),
      );
    }
    // Temporal's lists lag: what was decided a moment ago waits no more.
    const data = waiting.filter(({ reason }) => reason !== undefined);
    return { data, text: data.length > 0 ? asTable(data) : 'nothing waits for an operator' };
  },
});

const asTable = (
  rows: readonly {
    startedAt: string;
    journey: string;
    id: string;
    reason?: string;
    decisions?: readonly string[];
  }[],
) =>
  tableOf([
    ['STARTED', 'JOURNEY', 'ID', 'REASON', 'DECISIONS'],
    ...rows.map(({ startedAt, journey, id, reason = '', decisions = [] }) => [
      toldInstant(startedAt),
      journey,
      id,
      reason,
      decisions.join(', '),
    ]),
  ]);
