import * as z from 'zod';
import { Reconciliations } from '../../reconciliation.js';
import { commandOf } from '../mechanisms/command.js';

const upTo = (most: number) => z.coerce.number().int().min(0).max(most);
const twoDigits = (count: number) => String(count).padStart(2, '0');

export const reconcileDaily = commandOf({
  positionals: [],
  input: z.strictObject({
    hour: upTo(23).meta({ description: 'of the day in Jakarta', value: 'HOUR' }),
    minute: upTo(59).default(0).meta({ description: 'of the hour', value: 'MINUTE' }),
    resume: z.boolean().optional().meta({ description: 'go on where it is paused' }),
  }),
  notes:
    'It may be said again, also with another hour, and sets again what was deleted. One that is paused is told as that.',
  async run({ hour, minute, resume = false }, desk) {
    const schedule = await new Reconciliations(desk.journeys).daily({ hour, minute, resume });
    const { taskQueue } = desk;
    return {
      data: { hour, minute, timezone: 'Asia/Jakarta', schedule, taskQueue },
      text: `every day at ${twoDigits(hour)}:${twoDigits(minute)} in Jakarta, the journeys of the task queue ${taskQueue}, by the schedule ${schedule}`,
    };
  },
});
