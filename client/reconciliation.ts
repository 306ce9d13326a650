import * as z from 'zod';
import { reconciliationWorkflowId } from '../contract/identity.js';
import {
  type ReconciliationResult,
  type ReconciliationView,
  reconciliationInputSchema,
  reconciliationStatusSchema,
} from '../contract/reconciliation.js';
import { InvalidInputError } from './errors.js';
import { checked } from './temporal/checked.js';
import type { CallOptions } from './temporal/in-time.js';
import { JourneyClient } from './temporal/journey-client.js';
import type { Journeys } from './temporal/journeys.js';

/** A period that is over: journeys that ended from `from` until before `to`, four weeks at most. */
export interface Period {
  readonly from: Date;
  readonly to: Date;
}

const periodSchema = z.object({ from: z.date(), to: z.date() }).readonly();
const dailySchema = z.object({
  hour: z.int().min(0).max(23),
  minute: z.int().min(0).max(59).default(0),
  resume: z.boolean().default(false),
});

/** Reconciliations of a period, and the daily one. */
export class Reconciliations extends JourneyClient<
  Period,
  ReconciliationView,
  ReconciliationResult
> {
  constructor(journeys: Journeys) {
    super(journeys, {
      key: periodSchema,
      keyName: 'period',
      idOf,
      statuses: reconciliationStatusSchema,
      isOf,
    });
  }

  /**
   * Reconciles a period by hand. Once that has ended, the same period may be reconciled again: the report says what
   * changed.
   *
   * @throws InvalidInputError, also for a period that is not over.
   */
  async start(period: Period, options?: CallOptions): Promise<void> {
    const workflowId = this.idOf(period);
    const input = checked(reconciliationInputSchema, {
      from: period.from.toISOString(),
      to: period.to.toISOString(),
    });
    if (period.to.getTime() > Date.now())
      throw new InvalidInputError(`input.to: must be over, and ${input.to} is not`, [
        { path: 'input.to', message: 'must be over' },
      ]);
    await this.journeys.start(
      {
        workflowType: 'reconciliation',
        workflowId,
        input,
        schema: reconciliationInputSchema,
        summary: `Reconciliation from ${input.from} to ${input.to}`,
        isRepeatable: true,
      },
      options,
    );
  }

  /**
   * Has yesterday reconciled every day, by Temporal's schedule `reconciliation`. May be called again, also with another
   * hour. A day whose run starts late is reconciled all the same. Where the workers' task queue is not the usual one, or that schedule
   * is another queue's, its own is `reconciliation/{task queue}`: each queue reconciles its own journeys.
   *
   * @param at.hour - of the day in Jakarta.
   * @param at.resume - have it go on where somebody has paused it, in Temporal or otherwise.
   * @returns the ID of the schedule.
   * @throws NotNowError where it is paused, which it says with the time of the last run that it began; it is left as it is.
   */
  async daily(
    at: { hour: number; minute?: number; resume?: boolean },
    options?: CallOptions,
  ): Promise<string> {
    const { hour, minute, resume } = checked(dailySchema, at, 'at');
    return this.journeys.schedule(
      {
        scheduleId: 'reconciliation',
        workflowType: 'reconciliation',
        workflowId: reconciliationWorkflowId('daily'),
        hour,
        minute,
        timezone: 'Asia/Jakarta',
        resume,
      },
      options,
    );
  }
}

const idOf = ({ from, to }: Period) =>
  reconciliationWorkflowId(`${from.toISOString()}_${to.toISOString()}`);

/** Whether a report, or a view, is of the period that was asked for (money rule 10). */
const isOf = ({ from, to }: Period, told: ReconciliationView | ReconciliationResult): boolean =>
  Date.parse(told.from) === from.getTime() && Date.parse(told.to) === to.getTime();
