/** A movement as the sandbox's control API shows it. */
export interface Entry {
  readonly type: string;
  readonly at?: string;
  readonly partnerReferenceNo?: string;
  readonly partnerRefundNo?: string;
  readonly partnerCaptureNo?: string;
  readonly partnerVoidNo?: string;
  readonly legs: readonly { readonly account: string; readonly amount: string }[];
}

export interface Books {
  readonly entries: readonly Entry[];
  readonly sum: string;
  /** By account. */
  readonly bound: ReadonlyMap<string, boolean>;
}

/** "10000.00" as 1000000. */
export const sen = (amount: string): bigint => BigInt(amount.replace('.', ''));

/** What an account gained by these entries. */
export const netOf = (entries: readonly Entry[], account: string): bigint =>
  entries
    .flatMap(({ legs }) => legs)
    .filter((leg) => leg.account === account)
    .reduce((sum, { amount }) => sum + sen(amount), 0n);

export const typed = (entries: readonly Entry[], ...types: string[]): Entry[] =>
  entries.filter(({ type }) => types.includes(type));
