import * as z from 'zod';
import { assertNamesOne, givenNameShape, theNamed } from '../journeys/given-name.js';
import { workflowIdOf, written } from '../journeys/name.js';
import { commandOf } from '../mechanisms/command.js';

export const eventsResend = commandOf({
  positionals: ['journey', 'id'],
  input: z.strictObject(givenNameShape).superRefine(assertNamesOne),
  notes:
    'In order, with the same IDs: a receiver that knows them leaves them. What waits for the receiver already is tried now.',
  async run(given, desk) {
    const name = await theNamed(desk, given);
    const { Events } = await import('../../events.js');
    const events = await new Events(desk).resend(workflowIdOf(name));
    return {
      data: { ...name, events },
      text:
        events === 0
          ? `${written(name)}: it has told nothing yet`
          : `${written(name)}: ${events} events are on their way`,
    };
  },
});
