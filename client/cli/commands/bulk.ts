import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { customerIdSchema } from '../../../contract/identity.js';
import { operatorWordsSchema } from '../../../contract/operator-words.js';
import { type BulkAction, type BulkProgress, Operators, statusSchema } from '../../operators.js';
import { journeyNameOf, written } from '../journeys/name.js';
import { type Answer, commandOf } from '../mechanisms/command.js';
import type { Desk } from '../mechanisms/desk.js';
import { instantSchema } from '../mechanisms/instant.js';
import { oneLine } from '../mechanisms/one-line.js';

const input = z.strictObject({
  reason: operatorWordsSchema(128).meta({
    description: "for Temporal's audit; nothing personal",
  }),
  from: instantSchema.optional().meta({ description: 'started from then', value: 'TIME' }),
  until: instantSchema.optional().meta({ description: 'started before then', value: 'TIME' }),
  status: statusSchema
    .optional()
    .meta({ description: 'where they stand, such as awaiting-payment', value: 'STATUS' }),
  customer: customerIdSchema.optional().meta({ description: 'whose they are', value: 'ID' }),
  yes: z.boolean().optional().meta({ description: 'do it; without it they are only counted' }),
});
type Given = z.output<typeof input>;

const notes =
  "TIME is a date, from its midnight in Jakarta, or a time such as 2026-11-24T12:00+07:00. Temporal's lists lag a\nmoment: run it again until nothing matches.";
const LOOK_EVERY_MS = 500;

export const bulkCancel = commandOf({
  positionals: [],
  input: input.refine(
    ({ from, until, status, customer }) => from ?? until ?? status ?? customer,
    'give at least one of --from, --until, --status, --customer',
  ),
  notes,
  run: (given, desk) => act('cancelPurchases', given, desk),
});

export const bulkPoll = commandOf({
  positionals: [],
  input,
  notes,
  run: (given, desk) => act('pollPurchases', given, desk),
});

async function act(
  action: 'cancelPurchases' | 'pollPurchases',
  { reason, from, until, status, customer, yes = false }: Given,
  desk: Desk,
): Promise<Answer> {
  const operators = new Operators(desk.client, desk.taskQueue, Number.POSITIVE_INFINITY);
  const selection = { startedFrom: from, startedBefore: until, status, customerId: customer };
  const found = await operators[action](selection, { reason, dryRun: !yes });
  for (const line of leftAlone(found, desk)) desk.tell(line);
  if (found.jobId === undefined) return { data: found, text: dryRunTold(found, desk) };
  desk.tell(`${found.matching} match on ${desk.taskQueue}; Temporal's batch job is ${found.jobId}`);
  const progress = await finished(operators, found.jobId);
  const { total, completed, failed } = progress;
  return {
    data: { ...found, ...progress },
    text: `${completed} of ${total} were told; each goes on, and proves its end, by itself`,
    ...(failed > 0 && { problem: `${failed} could not be told` }),
  };
}

/** Where DOKU_TASK_QUEUE is not what was meant, this says so. */
const leftAlone = ({ elsewhere }: BulkAction, { taskQueue: own }: Desk) =>
  elsewhere.map(({ taskQueue, matching }) => {
    const where = taskQueue === undefined ? 'further task queues' : `the task queue ${taskQueue}`;
    return oneLine(
      `${matching} more on ${where} are left alone: DOKU_TASK_QUEUE is ${own} here, and bulk keeps to it`,
    );
  });

const dryRunTold = ({ matching, sample }: BulkAction, { taskQueue }: Desk) =>
  [
    `${matching} match on ${taskQueue}; nothing was done. Say --yes to do it.`,
    ...sample.map((workflowId) => {
      const name = journeyNameOf('purchase', workflowId);
      return name ? `  ${written(name)}` : `  ${workflowId}`;
    }),
    ...(matching > sample.length ? ['  …'] : []),
  ].join('\n');

async function finished(operators: Operators, jobId: string): Promise<BulkProgress> {
  for (;;) {
    const progress = await operators.progress(jobId);
    if (progress.isDone) return progress;
    await pause(LOOK_EVERY_MS);
  }
}
