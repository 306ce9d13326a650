/**
 * What the workflow ID of a reconciliation says of its period.
 *
 * @module
 */
import { reconciliationWorkflowId } from './identity.js';

/** Milliseconds since the epoch. */
export type ReconciliationName =
  /** By hand: `reconciliation/{from}_{to}`. */
  | { readonly kind: 'period'; readonly from: number; readonly to: number }
  /** By a schedule, which adds the time that it is of: the day before that one is reconciled. */
  | { readonly kind: 'daily'; readonly at: number }
  | { readonly kind: 'other' };

const PREFIX = reconciliationWorkflowId('');
// Of nothing that a query would have to quote.
const DAILY = /^daily(?:-[\w.:-]+)?-(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)$/;
const PERIOD = /^(\d{4}-\d\d-\d\dT[\d:.]+[Z\d:+-]+)_(\d{4}-\d\d-\d\dT[\d:.]+[Z\d:+-]+)$/;

export function reconciliationNameOf(workflowId: string): ReconciliationName {
  const name = workflowId.startsWith(PREFIX) ? workflowId.slice(PREFIX.length) : '';
  const at = Date.parse(DAILY.exec(name)?.[1] ?? '');
  if (!Number.isNaN(at)) return { kind: 'daily', at };
  const [, from, to] = PERIOD.exec(name) ?? [];
  const period = { from: Date.parse(from ?? ''), to: Date.parse(to ?? '') };
  return Number.isNaN(period.from) || Number.isNaN(period.to)
    ? { kind: 'other' }
    : { kind: 'period', ...period };
}
