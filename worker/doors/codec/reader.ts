/** Somebody who may read stories. Tokens and OTPs nobody may. */
export interface Reader {
  /** For the audit: the issuer and its user, or which token it was. */
  readonly who: string;
  readonly mayReadPersonalData: boolean;
}

/** @throws CodecRefusal 401 for a token that is not valid, 403 for a role that is missing, 503 when nobody can tell. */
export type Authenticate = (token: string) => Promise<Reader>;
