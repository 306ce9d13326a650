/**
 * Invariant 1: what moved, moved once, and is somebody's.
 *
 * @module
 */
import type { Books, Entry } from './books.js';
import type { Case, Wrong } from './case.js';

export function movementsWrong(cases: readonly Case[], books: Books): Wrong[] {
  const owners = new Map<string, string>();
  for (const { subject, witness } of cases) {
    for (const number of [subject.number, subject.ofOrder ?? '', ...witness.moreNumbers])
      owners.set(number, witness.name);
  }
  const ownerOf = ({ partnerReferenceNo = '' }: Entry) => owners.get(partnerReferenceNo);
  return [
    ...(books.sum === '0.00' ? [] : [wrong(undefined, `the ledger sums to ${books.sum}`)]),
    ...books.entries
      .filter((entry) => entry.type !== 'opening' && ownerOf(entry) === undefined)
      .map(({ type, partnerReferenceNo }) =>
        wrong(undefined, `${type} ${partnerReferenceNo} is nobody's`),
      ),
    ...repeated(books.entries).map(({ entry, key, times }) =>
      wrong(ownerOf(entry), `${key} moved ${times} times`),
    ),
  ];
}

const wrong = (name: string | undefined, text: string): Wrong => ({ name, rule: 1, text });

function repeated(entries: readonly Entry[]) {
  const seen = new Map<string, { entry: Entry; key: string; times: number }>();
  for (const entry of entries) {
    const { type, partnerReferenceNo, partnerRefundNo, partnerCaptureNo, partnerVoidNo } = entry;
    const number = partnerRefundNo ?? partnerCaptureNo ?? partnerVoidNo ?? partnerReferenceNo;
    // What a last capture leaves DOKU gives back by itself, without a number.
    if (number === undefined || (type === 'authVoid' && partnerVoidNo === undefined)) continue;
    const key = `${type} ${number}`;
    const before = seen.get(key);
    seen.set(key, { entry, key, times: (before?.times ?? 0) + 1 });
  }
  return [...seen.values()].filter(({ times }) => times > 1);
}
