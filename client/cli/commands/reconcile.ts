import { writeFile } from 'node:fs/promises';
import * as z from 'zod';
import {
  type Mismatch,
  type ReconciliationChanges,
  type ReconciliationResult,
  reconciliationInputSchema,
} from '../../../contract/reconciliation.js';
import { type Period, Reconciliations } from '../../reconciliation.js';
import { commandOf } from '../mechanisms/command.js';
import type { Desk } from '../mechanisms/desk.js';
import { instantSchema, toldInstant } from '../mechanisms/instant.js';
import { tableOf } from '../mechanisms/table.js';

const REPORTS = ['json', 'csv', 'html'] as const;

const input = z
  .strictObject({
    from: instantSchema.meta({ description: 'journeys that ended from then', value: 'TIME' }),
    to: instantSchema.meta({
      description: 'until before then, within four weeks, and over',
      value: 'TIME',
    }),
    report: z
      .enum(REPORTS)
      .optional()
      .meta({ description: 'writes the whole report', value: 'FORMAT' }),
    output: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'the file for the report; default standard output', value: 'FILE' }),
  })
  .refine(({ report, output }) => report !== undefined || output === undefined, {
    path: ['report'],
    message: 'must say in which format --output is written',
  })
  .superRefine(({ from, to }, context) => {
    // What is no time has been said already, and is text still.
    if (!(from instanceof Date && to instanceof Date)) return;
    const period = { from: from.toISOString(), to: to.toISOString() };
    for (const { path, message } of reconciliationInputSchema.safeParse(period).error?.issues ?? [])
      context.addIssue({ code: 'custom', path, message });
  });

const TELL_EVERY_MS = 5_000;

export const reconcile = commandOf({
  positionals: [],
  input,
  notes:
    'TIME is a date, from its midnight in Jakarta, or a time such as 2026-11-24T12:00+07:00. The same period may be\nreconciled again, and says what changed. What does not add up stays open: see `attention`.',
  async run({ from, to, report, output }, desk) {
    const result = await reconciled({ from, to }, desk);
    const text = report ? await reportOf(result, report) : summaryOf(result);
    if (output !== undefined) await writeFile(output, text);
    return {
      data: result,
      text: output === undefined ? text : `${summaryOf(result)}\nThe report is in ${output}.`,
      ...(result.outcome === 'cancelled' && { problem: 'it was cancelled before its end' }),
    };
  },
});

async function reconciled(period: Period, desk: Desk): Promise<ReconciliationResult> {
  const reconciliations = new Reconciliations(desk.journeys);
  await reconciliations.start(period);
  const ticking = setInterval(() => {
    reconciliations.status(period).then(
      ({ status, counts }) =>
        desk.tell(`${status}: ${counts.checked} checked, ${counts.mismatched} mismatched`),
      () => {},
    );
  }, TELL_EVERY_MS);
  try {
    return await reconciliations.result(period);
  } finally {
    clearInterval(ticking);
  }
}

async function reportOf(
  result: ReconciliationResult,
  format: (typeof REPORTS)[number],
): Promise<string> {
  if (format === 'json') return JSON.stringify(result, null, 2);
  const { reconciliationCsv, reconciliationPage } = await import('../../reconciliation-report.js');
  return format === 'csv' ? reconciliationCsv(result) : reconciliationPage(result);
}

function summaryOf({ counts, mismatches, odd, changes }: ReconciliationResult): string {
  const { checked, matched, mismatched, open, unaskable, entries } = counts;
  const besides =
    odd &&
    `begun, or begun once more, by somebody without the workers' payload key: ${odd.join(', ')}`;
  const told = `${checked} checked, ${matched} matched, ${mismatched} mismatched, ${open} still open, ${unaskable} not to be asked about now; ${entries} entries of DOKU's history`;
  const changed = changes && changedOf(changes);
  const first = [told, besides, changed].filter(Boolean).join('\n');
  if (mismatches.length === 0) return first;
  const omitted = counts.mismatched - mismatches.length;
  return [
    first,
    tableOf([
      ['KIND', 'NUMBER', 'CUSTOMER', 'HERE', 'DOKU'],
      ...mismatches.map(({ kind, partnerReferenceNo, customerId, here, doku }) => [
        kind,
        partnerReferenceNo,
        customerId,
        here,
        doku,
      ]),
    ]),
    ...(omitted > 0 ? [`${omitted} more are open as findings: see attention.`] : []),
  ].join('\n\n');
}

/** Against the report of the same period before this one. */
function changedOf({ since, appeared, gone, isPartial }: ReconciliationChanges): string {
  const numbers = (all: readonly Mismatch[]) =>
    all.length === 0
      ? ''
      : ` (${all.map(({ partnerReferenceNo }) => partnerReferenceNo).join(', ')})`;
  const told = `since ${toldInstant(since)}: ${appeared.length} new${numbers(appeared)}, ${gone.length} gone${numbers(gone)}`;
  return isPartial ? `${told}; of what is listed` : told;
}
