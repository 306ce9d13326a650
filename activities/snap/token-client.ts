/**
 * The token endpoints. Only the activities of the `merchantSession` and `wallet` entities call them: a token
 * fetched anywhere else would invalidate the fleet's (money rule 6).
 *
 * @module
 */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import type * as z from 'zod';
import { outcomeOf } from './answer.js';
import { wrongClock } from './clock-skew.js';
import { mistakeInClientId } from './credential-text.js';
import { assertWithout, type SnapCredentials } from './credentials.js';
import type { Endpoint } from './endpoint.js';
import { type TokenB2BResponse, tokenB2B } from './endpoints/token-b2b.js';
import {
  type TokenB2B2CRequest,
  type TokenB2B2CResponse,
  tokenB2B2C,
} from './endpoints/token-b2b2c.js';
import { type OnExchange, reported } from './exchange-report.js';
import { newExternalId } from './external-id.js';
import { InvalidRequestError } from './invalid-request-error.js';
import { jakartaTime } from './jakarta-time.js';
import { NotSentError } from './not-sent-error.js';
import type { Outcome } from './outcome.js';
import { isSignatureRefused, Rotation } from './rotation.js';
import { mistakeInPrivateKey } from './rsa-key.js';
import { lost } from './sender.js';
import type { SnapSettings } from './settings.js';
import { asymmetricSignature } from './signature.js';
import { createTransport, type Transport } from './transport.js';

export interface TokenClientOptions {
  readonly settings: SnapSettings;
  readonly credentials: Pick<SnapCredentials, 'clientId' | 'privateKey' | 'secondPrivateKey'>;
  readonly now?: () => Date;
  readonly transport?: Transport;
  readonly onExchange?: OnExchange;
}

export interface TokenClient {
  /** The merchant's token. Every call supersedes the one before. */
  tokenB2B(): Promise<Outcome<TokenB2BResponse>>;
  /** A customer's token. Every call supersedes the one before. */
  tokenB2B2C(request: TokenB2B2CRequest): Promise<Outcome<TokenB2B2CResponse>>;
}

/** @throws RangeError naming a credential that cannot work. */
export function createTokenClient(options: TokenClientOptions): TokenClient {
  const { settings, credentials, onExchange } = options;
  const now = options.now ?? (() => new Date());
  const transport = options.transport ?? createTransport(settings);
  const { clientId } = credentials;
  assertWithout('clientId', mistakeInClientId(clientId));
  assertWithout('privateKey', mistakeInPrivateKey(credentials.privateKey));
  const rotation = new Rotation(() => [credentials.privateKey, credentials.secondPrivateKey]);
  const keys = new ParsedKeys();
  keys.of(credentials.privateKey);

  const exchange = async <Response extends z.ZodType>(
    endpoint: Endpoint<z.ZodType, Response>,
    request: unknown,
    pem: string,
    sends: number,
  ): Promise<Outcome<z.output<Response>>> => {
    const askedAt = now();
    const timestamp = jakartaTime(askedAt);
    const sent = { externalId: newExternalId(timestamp), sends };
    const signature = asymmetricSignature({ clientId, timestamp, privateKey: keys.of(pem) });
    if (signature === undefined) throw new NotSentError('the request cannot be signed');
    const headers = {
      'content-type': 'application/json',
      'x-client-key': clientId,
      'x-timestamp': timestamp,
      'x-signature': signature,
    };
    const outcome = await transport
      .post({ path: settings.paths[endpoint.operation], headers, body: JSON.stringify(request) })
      .then(
        (answer) =>
          outcomeOf(endpoint, request, answer, {
            ...sent,
            ...wrongClock(answer.date, askedAt, now()),
          }),
        (error) => lost(error, sent),
      );
    rotation.heard(pem, outcome);
    return outcome;
  };

  const send = async <Response extends z.ZodType>(
    endpoint: Endpoint<z.ZodType, Response>,
    request: unknown,
  ): Promise<Outcome<z.output<Response>>> => {
    const parsed = endpoint.request.safeParse(request);
    if (!parsed.success) throw new InvalidRequestError(endpoint.operation, parsed.error);
    return reported(onExchange, endpoint.operation, settings, parsed.data, async () => {
      const [first, second] = rotation.inTurn();
      const outcome = await exchange(endpoint, parsed.data, first, 1);
      return isSignatureRefused(outcome) && second !== undefined
        ? exchange(endpoint, parsed.data, second, 2)
        : outcome;
    });
  };

  return {
    tokenB2B: () => send(tokenB2B, { grantType: 'client_credentials' }),
    tokenB2B2C: (request) => send(tokenB2B2C, request),
  };
}

/** Parsing a key costs twice its signature. */
class ParsedKeys {
  readonly #parsed = new Map<string, KeyObject>();

  /** @throws Error when it is not PEM. */
  of(pem: string): KeyObject {
    const known = this.#parsed.get(pem);
    if (known) return known;
    // Two are in use; those that were are let go.
    if (this.#parsed.size > 1) this.#parsed.clear();
    const key = createPrivateKey(pem);
    this.#parsed.set(pem, key);
    return key;
  }
}
