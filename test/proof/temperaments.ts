import type { OperationName } from '../../sandbox/doku/faults.js';

/** How DOKU is, for the numbers of one cell, beside the fault that its call meets. */
export interface Temperament {
  readonly name: string;
  /** What the sandbox's control API is told, but for whom. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Only of calls that move something. */
  readonly ofMoves?: true;
}

/** Less than the quiet time of the proof's workers, which is a second. */
const LAG_MS = 600;
const LATE_MS = 700;

const MOVES: ReadonlySet<OperationName> = new Set([
  'purchase',
  'purchaseCancel',
  'purchaseRefund',
  'topUp',
  'transferBank',
  'authPayment',
  'authCapture',
  'authVoid',
]);

const TEMPERAMENTS: readonly Temperament[] = [
  { name: 'lagsInStatus', body: { temperament: 'lags', of: 'status', ms: LAG_MS } },
  { name: 'lagsInRefunds', body: { temperament: 'lags', of: 'refundHistory', ms: LAG_MS } },
  { name: 'lagsInHistory', body: { temperament: 'lags', of: 'historyDetail', ms: LAG_MS } },
  ...(['duplicate', 'inProgress', 'carriedOut'] as const).map(
    (repeat): Temperament => ({
      name: `worksOn-${repeat}`,
      body: { temperament: 'worksOn', delayMs: LATE_MS, repeat, times: 1 },
      ofMoves: true,
    }),
  ),
  ...(['reset', 'half', 'badRecord', 'plainText'] as const).map(
    (how): Temperament => ({
      name: `breaks-${how}`,
      body: { temperament: 'breaks', how, when: 'after', times: 1 },
    }),
  ),
  {
    name: 'conflictsWithFirstAnswer',
    body: { temperament: 'conflictsWithFirstAnswer' },
    ofMoves: true,
  },
  { name: 'isTooBusy', body: { temperament: 'isTooBusy', times: 2 } },
  { name: 'isInMaintenance', body: { temperament: 'isInMaintenance', forMs: 1_000 } },
  { name: 'writesCodesAsNumbers', body: { temperament: 'writesCodesAsNumbers' } },
  { name: 'drips', body: { temperament: 'drips', everyMs: 10, times: 1 } },
];

/** Of a call; those of a break, an effect or a conflict are of that call alone. */
export const temperamentsOf = (call: OperationName): Temperament[] =>
  TEMPERAMENTS.filter(({ ofMoves }) => !ofMoves || MOVES.has(call)).map((temperament) =>
    isOfCallAlone(temperament, call)
      ? { ...temperament, body: { ...temperament.body, operation: call } }
      : temperament,
  );

function isOfCallAlone({ name, ofMoves }: Temperament, call: OperationName): boolean {
  // The OTP's own request goes under the same number: a closing whose OTP is not sent has none to verify.
  const meetsAnother = call === 'verifyOtp' && name === 'isTooBusy';
  return ofMoves === true || name.startsWith('breaks') || meetsAnother;
}
