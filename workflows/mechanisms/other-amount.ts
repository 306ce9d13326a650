import { type Money, senOf } from '../../contract/money.js';
import type { Fact } from './truth.js';

const RUPIAH = /^\d{1,16}\.\d{2}$/;

/** "10000.00": what DOKU has carried out, where it says so and that is not what was asked for. */
export function otherAmount(
  asked: Money | undefined,
  { status, amount }: Fact,
): string | undefined {
  const isDone = status === 'success' && amount !== undefined && RUPIAH.test(amount);
  const isOther = isDone && asked !== undefined && amount !== asked.value;
  return isOther && senOf(amount) > 0n ? amount : undefined;
}
