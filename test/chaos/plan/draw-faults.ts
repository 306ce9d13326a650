import { FAULT_NAMES, type OperationName } from '../../../sandbox/doku/faults.js';
import type { Choice } from './choice.js';
import type { Dice } from './dice.js';
import type { JourneyKind, NumberRole, PlannedFault, PlannedTemperament } from './plan.js';
import { TEMPERAMENTS } from './temperaments.js';

type Call = readonly [OperationName, NumberRole];

/** The calls of each kind, and the number by which a request is known to be its own. */
const CALLS: Readonly<Record<JourneyKind, readonly Call[]>> = {
  purchase: [
    ['purchase', 'reference'],
    ['purchaseStatus', 'reference'],
    ['purchaseCancel', 'reference'],
    ['tokenB2B2C', 'account'],
  ],
  refund: [
    ['purchaseStatus', 'reference'],
    ['purchaseCancel', 'reference'],
    ['purchaseRefund', 'reference'],
  ],
  authorizedPurchase: [
    ['authPayment', 'reference'],
    ['authCapture', 'second'],
    ['authVoid', 'reference'],
    ['historyDetail', 'second'],
    ['historyList', 'account'],
  ],
  topUp: [
    ['topUpInquiry', 'reference'],
    ['topUp', 'reference'],
    ['topUpStatus', 'reference'],
  ],
  topUpBatch: [
    ['topUpInquiry', 'reference'],
    ['topUp', 'reference'],
    ['topUpStatus', 'reference'],
  ],
  bankTransfer: [
    ['bankAccountInquiry', 'reference'],
    ['transferBank', 'reference'],
    ['historyDetail', 'reference'],
    ['historyList', 'account'],
  ],
  openAccount: [
    ['accountCreation', 'reference'],
    ['verifyOtp', 'reference'],
    ['accountBinding', 'second'],
    ['accountInquiry', 'account'],
    ['tokenB2B2C', 'account'],
  ],
  closeAccount: [
    ['accountUnbinding', 'reference'],
    ['verifyOtp', 'reference'],
    ['accountInquiry', 'account'],
  ],
};

/** Beyond the worker's time-out, so that the effect comes after it hung up, and within its quiet time. */
const LATE_MS = [3_000, 5_000] as const;

export function drawFaults(dice: Dice, kind: JourneyKind, choice: Choice): PlannedFault[] {
  const names = FAULT_NAMES.filter((name) => choice.takes('fault', name));
  if (names.length === 0) return [];
  const count = Number(dice.of('count').weighed({ '0': 35, '1': 35, '2': 20, '3': 10 }));
  return Array.from({ length: count }, (_, index) => {
    const own = dice.of(index);
    const [operation, of] = own.of('call').one(CALLS[kind]);
    const fault = own.of('fault').one(names);
    const drawnWhen = own.of('when').one(['before', 'after'] as const);
    // A token is checked before anything is done: sent again by a fresh one, it would be carried out twice by a DOKU that does such a thing.
    const when = fault === 'staleToken' ? 'before' : drawnWhen;
    const isLate = own.of('late').chance(0.4);
    const delayMs = isLate ? own.of('delay').whole(...LATE_MS) : own.of('delay').whole(200, 1_500);
    return {
      operation,
      fault,
      when,
      times: own.of('times').chance(0.25) ? own.of('many').whole(2, 4) : 1,
      ...((fault === 'slow' || fault === 'hang') && {
        delayMs: fault === 'hang' ? 60_000 : delayMs,
      }),
      of,
    };
  });
}

export function drawTemperaments(
  dice: Dice,
  kind: JourneyKind,
  choice: Choice,
): PlannedTemperament[] {
  const fitting = TEMPERAMENTS.filter(
    (one) => one.journeys.includes(kind) && choice.takes('temperament', one.kind),
  );
  if (fitting.length === 0 || !dice.of('any').chance(0.5)) return [];
  const weights = Object.fromEntries(fitting.map(({ weight }, index) => [String(index), weight]));
  const drawn = fitting[Number(dice.of('which').weighed(weights))];
  if (!drawn) return [];
  const { kind: name, of, body, isClear, beside = [] } = drawn;
  return [{ kind: name, body }, ...beside].map((one) => ({ ...one, of, isClear }));
}
