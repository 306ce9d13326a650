import {
  type IssuedToken,
  type TokenClient,
  type TokenSource,
  tokenExpiry,
} from '../../activities/snap/index.js';

/** A token this near its end is replaced rather than used. */
const RENEW_BEFORE_MS = 45_000;
const SESSION_SECONDS = 900;

/** How a customer's first token is had: an authCode, good for one exchange. */
export interface KnownCustomer {
  readonly customerId: string;
  readonly authCode: string;
}

interface Held extends IssuedToken {
  readonly refreshToken?: string;
}

/**
 * The usual token cache of one process: fetched when missing, near its end or refused, once however many calls need it.
 * Right for a single process only, as DOKU honours no token but the latest.
 */
export function createProcessTokens(
  client: TokenClient,
  customers: readonly KnownCustomer[],
): TokenSource {
  const authCodes = new Map(customers.map(({ customerId, authCode }) => [customerId, authCode]));
  const held = new Map<string, Held>();
  const fetching = new Map<string, Promise<Held>>();

  const token = (
    key: string,
    refused: number | undefined,
    fetched: (previous: Held | undefined) => Promise<Omit<Held, 'generation'>>,
  ): Promise<Held> => {
    const known = held.get(key);
    if (known && known.generation !== refused && isLasting(known)) return Promise.resolve(known);
    const pending =
      fetching.get(key) ??
      fetched(known)
        .then((grant) => {
          const next = { ...grant, generation: (known?.generation ?? 0) + 1 };
          held.set(key, next);
          return next;
        })
        .finally(() => fetching.delete(key));
    fetching.set(key, pending);
    return pending;
  };

  return {
    b2b: (refused) => token('b2b', refused, () => merchantGrant(client)),
    customer: (customerId, refused) =>
      token(customerId, refused, (previous) =>
        customerGrant(client, previous?.refreshToken, authCodes.get(customerId)),
      ),
  };
}

const isLasting = ({ expiresAt }: Held) => Date.parse(expiresAt) - Date.now() > RENEW_BEFORE_MS;

async function merchantGrant(client: TokenClient): Promise<Omit<Held, 'generation'>> {
  const asked = Date.now();
  const outcome = await client.tokenB2B();
  if (outcome.kind !== 'succeeded') throw new Error(`no B2B token: ${outcome.kind}`);
  const { accessToken, expiresIn } = outcome.response;
  const lifetimeMs = Number(expiresIn ?? SESSION_SECONDS) * 1_000;
  return { accessToken, expiresAt: new Date(asked + lifetimeMs).toISOString() };
}

async function customerGrant(
  client: TokenClient,
  refreshToken: string | undefined,
  authCode: string | undefined,
): Promise<Omit<Held, 'generation'>> {
  if (refreshToken === undefined && authCode === undefined) throw new Error('an unknown customer');
  const outcome = await client.tokenB2B2C(
    refreshToken === undefined
      ? { grantType: 'authorization_code', authCode }
      : { grantType: 'refresh_token', refreshToken },
  );
  if (outcome.kind !== 'succeeded') throw new Error(`no customer token: ${outcome.kind}`);
  const { accessToken, accessTokenExpiryTime, refreshToken: next } = outcome.response;
  return {
    accessToken,
    expiresAt: tokenExpiry(accessTokenExpiryTime, Date.now()),
    ...(next && { refreshToken: next }),
  };
}
