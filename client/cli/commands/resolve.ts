import * as z from 'zod';
import { resolveArgumentSchema } from '../../../contract/needs-attention.js';
import { assertNamesOne, givenNameShape, theNamed } from '../journeys/given-name.js';
import { workflowIdOf, written } from '../journeys/name.js';
import { stateOf } from '../journeys/state.js';
import { commandOf } from '../mechanisms/command.js';
import { inTime, UPDATE_SECONDS } from '../mechanisms/in-time.js';
import { notProven } from '../mechanisms/not-proven.js';

const { decision, note, operator } = resolveArgumentSchema.shape;

export const resolve = commandOf({
  positionals: ['journey', 'id'],
  input: z
    .strictObject({
      ...givenNameShape,
      decision: decision.meta({ description: 'one of those that `show` names', value: 'DECISION' }),
      note: note.meta({ description: 'why; nothing personal about the customer' }),
      operator: operator.meta({
        description: 'who decides: a name or staff number',
        value: 'NAME',
      }),
      force: z
        .boolean()
        .optional()
        .meta({ description: 'records it though DOKU says otherwise; nothing changes at DOKU' }),
    })
    .superRefine(assertNamesOne),
  notes:
    'A decision that DOKU contradicts is refused without --force. It goes into the history and the result.',
  async run({ journey, id, force, ...words }, desk) {
    const name = await theNamed(desk, { journey, id });
    const resolution = { ...words, ...(force && { force }) };
    const decided = desk.journeys.update(workflowIdOf(name), 'resolve', resolution);
    const taken = await inTime(decided, UPDATE_SECONDS);
    if (taken === 'late') return notProven(desk, name, UPDATE_SECONDS);
    const { status } = await stateOf(desk, name);
    return {
      data: { ...name, status, resolution },
      text: `${written(name)}: ${words.decision} is taken; it is ${status}`,
    };
  },
});
