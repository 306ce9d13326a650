import {
  createSnapClient,
  createTokenClient,
  type IssuedToken,
  type TokenSource,
} from '../../activities/snap/index.js';
import { createTransport } from '../../activities/snap/transport.js';
import { type Configuration, configurationFrom } from '../../worker/configuration/environment.js';
import { environmentOf } from '../contenders/doku-journeys.js';
import type { Site } from '../site.js';
import { createProcessTokens, type KnownCustomer } from './process-tokens.js';
import { createPurchaseCalls, type PurchaseCalls } from './purchase-calls.js';

const CUSTOMERS = 'PEER_CUSTOMERS';

/** What a peer's process is told: all that the product's worker is told, and who the customers are. */
export function peerEnvironment(site: Site, pollMs: number): Record<string, string> {
  const customers: KnownCustomer[] = site.customers.map(({ customerId, authCode }) => ({
    customerId,
    authCode,
  }));
  return { ...environmentOf(site, pollMs), [CUSTOMERS]: JSON.stringify(customers) };
}

export interface CallTokens {
  readonly b2b: IssuedToken;
  readonly customer: IssuedToken;
}

/** What a peer's process works with. */
export interface PeerSetting {
  /** The product's own, so that limits, keys and intervals are the same. */
  readonly configuration: Configuration;
  /** The process's cache. */
  readonly tokens: TokenSource;
  /** Calls with the process's tokens, which renew a refused one by themselves. */
  readonly calls: PurchaseCalls;
  /** Calls with the tokens given. */
  callsWith(tokens: CallTokens): PurchaseCalls;
}

/** @throws ConfigurationError */
export function settingFrom(environment: NodeJS.ProcessEnv): PeerSetting {
  const configuration = configurationFrom(environment);
  const { DOKU_CLIENT_ID, DOKU_CLIENT_SECRET, DOKU_PRIVATE_KEY, snap: settings } = configuration;
  const credentials = {
    clientId: DOKU_CLIENT_ID,
    clientSecret: DOKU_CLIENT_SECRET,
    privateKey: DOKU_PRIVATE_KEY,
  };
  const transport = createTransport(settings);
  const customers = JSON.parse(environment[CUSTOMERS] ?? '[]') as KnownCustomer[];
  const tokens = createProcessTokens(
    createTokenClient({ settings, credentials, transport }),
    customers,
  );
  const callsBy = (source: TokenSource) =>
    createPurchaseCalls(createSnapClient({ settings, credentials, transport, tokens: source }));
  return {
    configuration,
    tokens,
    calls: callsBy(tokens),
    callsWith: (given) => callsBy(fixed(given)),
  };
}

/** A source that has no other tokens than these. */
function fixed({ b2b, customer }: CallTokens): TokenSource {
  const unlessRefused = async (token: IssuedToken, refused: number | undefined) => {
    if (refused === token.generation) throw new Error('the token was refused');
    return token;
  };
  return {
    b2b: (refused) => unlessRefused(b2b, refused),
    customer: (_customerId, refused) => unlessRefused(customer, refused),
  };
}
