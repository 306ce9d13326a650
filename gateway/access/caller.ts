/** Somebody who asks. */
export interface Caller {
  /** For the audit and the rate limit: `key:` and a key's ID, or the issuer and its user, so that none is taken for another. */
  readonly who: string;
  readonly scopes: readonly string[];
}

/** @throws Problem `Unauthenticated`, or `IssuerUnreachable` when nobody can tell. */
export type Authenticate = (token: string) => Promise<Caller>;
