import type { OperationName } from '../../../sandbox/doku/faults.js';
import type { JourneyKind, PlannedTemperament } from './plan.js';

export interface Drawable extends PlannedTemperament {
  readonly journeys: readonly JourneyKind[];
  readonly weight: number;
  /** What comes with it, as one alone would show. */
  readonly beside?: readonly Pick<PlannedTemperament, 'kind' | 'body'>[];
}

const ORDERS = ['purchase', 'refund'] as const;
const PAYOUTS = ['topUp', 'topUpBatch'] as const;
const HISTORIES = ['authorizedPurchase', 'bankTransfer'] as const;
const MONEY = [...ORDERS, ...PAYOUTS, ...HISTORIES] as const;

/** Shorter than the quiet time of the run's workers, with room for a busy machine. */
const LAG_MS = 4_000;
const LATE_MS = 5_000;

type Body = Readonly<Record<string, unknown>>;

/** DOKU tells the truth, if slowly or oddly. */
const tells = (kind: string, journeys: readonly JourneyKind[], weight: number, body: Body = {}) =>
  ({ kind, journeys, weight, body, of: 'reference', isClear: true }) satisfies Drawable;
/** What DOKU shows leaves room for doubt, or is not what was asked for: an operator may be asked. */
const leavesDoubt = (...drawn: Parameters<typeof tells>) =>
  ({ ...tells(...drawn), isClear: false }) satisfies Drawable;
const beside = (drawable: Drawable, ...kinds: readonly (readonly [string, Body])[]): Drawable => ({
  ...drawable,
  beside: kinds.map(([kind, body]) => ({ kind, body })),
});
const ofAccount = (drawable: Drawable): Drawable => ({ ...drawable, of: 'account' });

/** Calls that move money; what asks only is not worked on after it hung up. */
const MOVES: readonly (readonly [OperationName, readonly JourneyKind[]])[] = [
  ['purchase', ['purchase']],
  ['purchaseCancel', ORDERS],
  ['purchaseRefund', ['refund']],
  ['topUp', PAYOUTS],
  ['transferBank', ['bankTransfer']],
  ['authPayment', ['authorizedPurchase']],
  ['authCapture', ['authorizedPurchase']],
  ['authVoid', ['authorizedPurchase']],
];

/** Breaks that a call meets once its request was booked, a few times over. */
const breaks = (['reset', 'fin', 'half', 'badRecord', 'plainText', 'alert'] as const).map((how) =>
  tells('breaks', MONEY, 2, { how, when: 'after', times: 2 }),
);

/** What `POST temperaments` of the sandbox is told: one row more is one temperament more. */
export const TEMPERAMENTS: readonly Drawable[] = [
  ...breaks,
  tells('lags', [...ORDERS, ...PAYOUTS], 8, { question: 'status', ms: LAG_MS }),
  tells('lags', ['refund'], 4, { question: 'refundHistory', ms: LAG_MS }),
  ofAccount(tells('lags', HISTORIES, 6, { question: 'historyList', ms: LAG_MS })),
  tells('lags', HISTORIES, 6, { question: 'historyDetail', ms: LAG_MS }),
  ...MOVES.flatMap(([operation, journeys]) =>
    (['duplicate', 'inProgress', 'carriedOut', 'carriedOutTwice'] as const).map((repeat) =>
      // A refusal that nobody ever hears would be asked for without end.
      tells('worksOn', journeys, 3, { operation, delayMs: LATE_MS, repeat, times: 2 }),
    ),
  ),
  ...MOVES.map(([operation, journeys]) =>
    tells('conflictsWithFirstAnswer', journeys, 2, { operation }),
  ),
  tells('staysPending', PAYOUTS, 5, { ms: 3_000, as: 'success' }),
  tells('staysPending', PAYOUTS, 4, { ms: 3_000, as: 'failed' }),
  // DOKU says that it works on it, and shows nothing for a while; a repeat it would refuse for another reason.
  beside(
    tells('staysPending', PAYOUTS, 5, { ms: 3_000, as: 'success', operation: 'topUp', times: 1 }),
    ['showsStatus', { status: '07', operation: 'topUpStatus', times: 4 }],
    ['refuses', { code: '4033814', on: 'repeat', operation: 'topUp' }],
  ),
  tells('staysPending', ['refund'], 3, { ms: 3_000, as: 'success' }),
  beside(
    tells('staysPending', ['refund'], 4, {
      ...{ ms: 3_000, as: 'success' },
      ...{ operation: 'purchaseRefund', times: 1 },
    }),
    ['writesOddly', { field: 'refundHistory', form: 'null', times: 4 }],
    ['refuses', { code: '4035814', on: 'repeat', operation: 'purchaseRefund' }],
  ),
  tells('staysPending', ['refund'], 3, { ms: 3_000, as: 'failed' }),
  tells('showsReversalsUnderOriginal', ['authorizedPurchase'], 3),
  tells('showsHeldAsSuccess', ['authorizedPurchase'], 5),
  tells('refuses', PAYOUTS, 4, { code: '4035514', on: 'repeat', times: 2 }),
  // A clear refusal of what it does all the same: only a later look at its books tells.
  leavesDoubt('refuses', MONEY, 2, { code: '403xx14', when: 'after', times: 1 }),
  tells('refusesInAnothersName', MONEY, 3, { service: '55', times: 1 }),
  tells('writesCodesAsNumbers', MONEY, 3),
  tells('writesReferencesAsNumbers', MONEY, 2),
  tells('writesOddly', ['purchase'], 4, { field: 'transAmount', form: 'null' }),
  tells('writesOddly', ['purchase'], 3, { field: 'transAmount', form: 'threeDecimals' }),
  tells('writesOddly', ['purchase'], 3, { field: 'paidTime', form: 'missing' }),
  tells('omitsLinkId', ['openAccount'], 4),
  tells('isTooBusy', MONEY, 4, { retryAfterSeconds: 1, times: 3 }),
  tells('isTooBusy', MONEY, 2, { times: 3 }),
  tells('isInMaintenance', MONEY, 3, { forMs: 3_000 }),
  tells('drips', MONEY, 2, { everyMs: 20, times: 1 }),
  ofAccount(tells('refusesToken', MONEY, 4, { which: 'customer', when: 'after', times: 1 })),
  tells('notifiesFirst', ['purchase'], 3),
  tells('notifiesAgain', ['purchase'], 4, { copies: 20, everyMs: 50 }),
  tells('notifiesLate', ['purchase'], 3, { delayMs: 8_000 }),
  tells('notifiesOutOfOrder', ['purchase'], 3),
  tells('notifiesWrongly', ['purchase'], 3, { amount: '1.00' }),
  tells('staysSilent', ['purchase'], 3),
  leavesDoubt('otherAmount', ['purchase', 'topUp', 'bankTransfer'], 3, { percent: 90 }),
  leavesDoubt('otherAmount', ['refund'], 3, { percent: 90, operation: 'purchaseRefund' }),
  // The one field that would tell is left out.
  beside(leavesDoubt('otherAmount', ['purchase'], 3, { percent: 90 }), [
    'writesOddly',
    { field: 'transAmount', form: 'missing' },
  ]),
  leavesDoubt('otherCurrency', ['purchase', 'topUp'], 2),
  tells('takesFee', ['purchase'], 2, { amount: '25.00' }),
  leavesDoubt('showsStatus', ['purchase', 'topUp'], 2, { status: '09', times: 3 }),
  ofAccount(leavesDoubt('blocksAccount', MONEY, 2, { forMs: 3_000 })),
].map(withSandboxNames);

/** The sandbox calls the kind of question `of`, which a plan needs for whose temperament it is. */
function withSandboxNames({ body, ...drawable }: Drawable): Drawable {
  const { question, ...rest } = body;
  return { ...drawable, body: question === undefined ? rest : { ...rest, of: question } };
}

export const TEMPERAMENT_KINDS: readonly string[] = [
  ...new Set(TEMPERAMENTS.map(({ kind }) => kind)),
];
