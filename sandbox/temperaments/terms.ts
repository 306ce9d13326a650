import type { Clock } from '../books/clock.js';
import { exceedsLimit, insufficientFunds, operationNotAllowed } from '../books/refusal.js';
import { type Sum, senOf } from '../books/rupiah.js';
import type { Repeat, Terms } from '../books/terms.js';
import type { Mood } from './mood.js';
import { nextWorkingNoon } from './working-days.js';

/** How DOKU's books take a movement in this mood. */
export function termsOf(mood: Mood, clock: Clock): Terms {
  let sumOf: Terms['sumOf'] | undefined;
  return {
    onRepeat: () => repeatIn(mood),
    sumOf: (sen) => {
      sumOf ??= sumIn(mood);
      return sumOf(sen);
    },
    pending: () => mood.use('staysPending'),
    settlesAt: () => {
      const rule = mood.use('settlesNextWorkingDay');
      return rule && ((paidAt) => nextWorkingNoon(clock, paidAt, rule.holidays));
    },
  };
}

const EXHAUSTED = {
  funds: insufficientFunds,
  limits: exceedsLimit,
  state: operationNotAllowed,
} as const;

function repeatIn(mood: Mood): Repeat {
  const first = mood.use('checksFirst');
  return {
    isLookedUpLast: first !== undefined,
    meets: first?.isExhausted ? EXHAUSTED[first.what]() : undefined,
    isCarriedOut: false,
  };
}

function sumIn(mood: Mood): (sen: bigint) => Sum {
  const other = mood.use('otherAmount');
  const currency = mood.use('otherCurrency')?.currency ?? 'IDR';
  const fee = mood.use('takesFee')?.amount ?? '0.00';
  const amountFor = (sen: bigint) => {
    if (!other) return sen;
    return other.amount === undefined ? (sen * BigInt(other.percent)) / 100n : senOf(other.amount);
  };
  return (sen) => ({ sen: amountFor(sen), currency, feeSen: senOf(fee) });
}
