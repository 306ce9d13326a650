/**
 * One journey held against DOKU again, for the workflow `recheck`.
 *
 * @module
 */
import type { RecheckNews } from '../../contract/recheck.js';
import { transactionStatusOf } from '../snap/transaction-status.js';
import type { Comparison } from './comparison.js';
import { isUnsettled, type Judged, type Judging } from './judging.js';
import type { OwnRun, OwnRuns } from './own-runs.js';
import { aboutOf, type Subject } from './subject.js';

export interface RecheckDependencies {
  readonly own: Pick<OwnRuns, 'counting'>;
  readonly comparison: Comparison;
  readonly judging: Judging;
}

/** What another look at a journey came to. */
export type Rechecked =
  /** Temporal no longer has it, or what it has is nobody's with the workers' key. */
  | { readonly kind: 'forgotten' }
  /** It runs again, after a reset: its own end will be held against DOKU. */
  | { readonly kind: 'open' }
  | {
      readonly kind: 'compared';
      /** For people. */
      readonly told: string;
      /** It agrees with DOKU, and need not be watched. */
      readonly isSettled: boolean;
      /** Of a part of a batch: the rows that do not. */
      readonly rows?: readonly string[];
      /** Of what does not agree, something could not be compared. */
      readonly isUnproven: boolean;
      /** DOKU's query bears out what it notified, and the journey's end goes with it. */
      readonly isExplained: boolean;
    };

export function createRecheckActivities({ own, comparison, judging }: RecheckDependencies) {
  const judgedOf = async (run: OwnRun, rows?: readonly string[]) => {
    const subjects = await comparison.rowsOf(run);
    const meant = rows ? subjects.filter(({ row }) => isAmong(rows, row)) : subjects;
    return judging.judge(meant);
  };
  /** The run that counts; nothing where it goes on, or is nobody's. */
  const endedRun = async (workflowId: string): Promise<OwnRun | undefined> => {
    const counting = await own.counting(workflowId);
    return counting.kind === 'ended' ? counting.run : undefined;
  };

  return {
    /** Holds an ended journey against DOKU. What contradicts its end is raised. */
    async recheckJourney(request: {
      workflowId: string;
      rows?: readonly string[];
      news?: RecheckNews;
    }): Promise<Rechecked> {
      const counting = await own.counting(request.workflowId);
      if (counting.kind === 'open') return { kind: 'open' };
      if (counting.kind !== 'ended') return { kind: 'forgotten' };
      const judged = await judgedOf(counting.run, request.rows);
      await judging.raise(judged);
      const unsettled = judged.filter(isUnsettled);
      return {
        kind: 'compared',
        told: judged.length === 1 ? toldOf(judged[0] as Judged) : `${unsettled.length} rows differ`,
        isSettled: unsettled.length === 0,
        isUnproven: unsettled.some(({ held }) => held.kind === 'unaskable'),
        isExplained: judged.every((each) => isExplained(each, request.news)),
        ...(request.rows && { rows: unsettled.flatMap(({ subject }) => rowOf(subject)) }),
      };
    },

    /** Raises what DOKU notified, and its own query does not bear out. */
    async raiseNews(request: { workflowId: string; news: RecheckNews; told: string }) {
      const run = await endedRun(request.workflowId);
      if (run === undefined) return;
      const { latestTransactionStatus, amount } = request.news;
      const notified = `notified ${latestTransactionStatus} ${amount ?? ''}`.trim();
      await judging.raiseAll([
        {
          ...aboutOf({ journey: run }),
          kind: 'status',
          here: run.journeyStatus || run.status.toLowerCase(),
          doku: `${notified}; ${request.told}`,
          ...(amount && { amount }),
        },
      ]);
    },

    /** Raises what could not be held against DOKU for all that time. */
    async raiseUnproven(request: { workflowId: string; rows?: readonly string[]; told: string }) {
      const run = await endedRun(request.workflowId);
      if (run === undefined) return;
      const about = aboutOf({ journey: run });
      const numbers = request.rows ?? [about.partnerReferenceNo];
      await judging.raiseAll(
        numbers.map((partnerReferenceNo) => ({
          ...about,
          partnerReferenceNo,
          kind: 'unproven' as const,
          here: run.journeyStatus || run.status.toLowerCase(),
          doku: request.told,
        })),
      );
    },
  };
}

const isAmong = (rows: readonly string[], row: Subject['row']) =>
  row !== undefined && rows.includes(row.partnerReferenceNo);

const rowOf = ({ row }: Subject): string[] => (row ? [row.partnerReferenceNo] : []);

const toldOf = ({ held }: Judged) =>
  held.kind === 'compared' ? `DOKU says ${held.doku}` : `DOKU cannot be asked: ${held.why}`;

function isExplained({ held }: Judged, news: RecheckNews | undefined): boolean {
  if (news === undefined) return true;
  if (held.kind === 'unaskable' || held.verdict !== undefined) return false;
  const isSameAmount =
    news.amount === undefined || held.amount === undefined || news.amount === held.amount;
  return transactionStatusOf(news.latestTransactionStatus) === held.status && isSameAmount;
}
