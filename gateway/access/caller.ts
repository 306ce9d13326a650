/** Somebody who asks. */
export interface Caller {
  /** For the audit and the rate limit: a key's ID, or the `sub` that the issuer gives. */
  readonly who: string;
  readonly scopes: readonly string[];
}

/** @throws Problem `Unauthenticated`, or `IssuerUnreachable` when nobody can tell. */
export type Authenticate = (token: string) => Promise<Caller>;
