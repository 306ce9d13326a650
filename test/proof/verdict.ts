import { inspect } from 'node:util';
import type { Shop } from '../setting/shop.js';
import type { Cell } from './cells.js';
import { type Books, type Claim, outcomesOf, referencesOf } from './claims.js';
import { violations } from './invariants.js';

/** What a cell came to; without mistakes it is right. */
export interface Verdict {
  readonly cell: Cell;
  readonly mistakes: readonly string[];
}

/** A journey that takes longer, also on a busy machine, waits for something that nobody will bring. */
export const LIMIT_MS = 240_000;

const STILL_OPEN = '3: still open after';

/** Whether a mistake is that the cell did not end. */
export const isStillOpen = (mistake: string): boolean => mistake.startsWith(STILL_OPEN);

/** Drives a cell to its end. @returns its claims, or why it has none. */
export async function claimsOf(
  work: Promise<readonly Claim[] | string>,
  limitMs = LIMIT_MS,
): Promise<readonly Claim[] | string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`${STILL_OPEN} ${limitMs / 1_000} s`), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    return `the drive failed: ${inspect(error)}`;
  } finally {
    clearTimeout(timer);
  }
}

/** Holds each cell's claims against DOKU's books, as they are once all cells have ended. */
export async function judge(
  shop: Shop,
  ended: readonly { cell: Cell; claims: readonly Claim[] | string }[],
): Promise<Verdict[]> {
  const all = ended.flatMap(({ claims }) => (typeof claims === 'string' ? [] : claims));
  const { entries, sum, boundAccounts } = await booksOf(shop, all);
  return ended.map(({ cell, claims }) => {
    if (typeof claims === 'string') return { cell, mistakes: [claims] };
    // Each cell has customers of its own: whatever moved on their wallets is its doing.
    const wallets = new Set(claims.map(({ accountId }) => `customer:${accountId}`));
    const references = new Set(claims.flatMap(referencesOf));
    const own = entries.filter(
      ({ legs, partnerReferenceNo }) =>
        legs.some(({ account }) => wallets.has(account)) ||
        references.has(partnerReferenceNo ?? ''),
    );
    const books: Books = { entries: own, sum, boundAccounts };
    const { expected } = cell.scenario;
    const unexpected = claims
      .filter((claim) => !outcomesOf(claim).every((outcome) => expected.includes(outcome)))
      .map(({ result }) => `expected ${expected.join(' or ')}: ${JSON.stringify(result)}`);
    return { cell, mistakes: [...violations(claims, books), ...unexpected] };
  });
}

/** What DOKU's side shows now, of all that it knows. */
export async function booksOf(shop: Shop, claims: readonly Claim[]): Promise<Books> {
  const { entries, sum } = await shop.doku.ledger();
  const boundAccounts = new Set<string>();
  for (const { journey, accountId } of claims) {
    const isAsked = (journey === 'openAccount' || journey === 'closeAccount') && accountId !== '';
    if (isAsked && (await shop.doku.isBound(accountId))) boundAccounts.add(accountId);
  }
  return { entries, sum, boundAccounts };
}
