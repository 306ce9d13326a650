import { MERCHANT_CORPORATE } from '../books/ledger.js';
import { insufficientFunds, Refusal } from '../books/refusal.js';
import type { Doku } from '../doku/index.js';
import type { Mood } from './mood.js';

/** Minutes of Jakarta's day. */
const CLOSES = 23 * 60 + 55;
const OPENS = 6 * 60;

/** @throws Refusal where DOKU refunds nothing now: at night, or as the merchant's own balance is too low for it. */
export function assertRefundsOpen(mood: Mood, { clock, ledger }: Doku, sen: bigint): void {
  const minute = minuteOf(clock.iso());
  if ((minute >= CLOSES || minute < OPENS) && mood.use('refusesRefundsAtNight'))
    throw new Refusal(403, '06', 'Feature Not Allowed At This Time. Cut-off');
  if (ledger.balance(MERCHANT_CORPORATE) < sen && mood.use('refusesRefundsWithoutBalance'))
    throw insufficientFunds();
}

/** @param iso - `2026-01-31T10:00:00+07:00` */
const minuteOf = (iso: string) => Number(iso.slice(11, 13)) * 60 + Number(iso.slice(14, 16));
