/**
 * The token endpoints. Only the activities of the `merchantSession` and `wallet` entities call them: a token
 * fetched anywhere else would invalidate the fleet's (money rule 6).
 *
 * @module
 */
import { createPrivateKey } from 'node:crypto';
import type * as z from 'zod';
import { outcomeOf } from './answer.js';
import { wrongClock } from './clock-skew.js';
import type { SnapCredentials } from './credentials.js';
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
import type { Outcome } from './outcome.js';
import { lost } from './sender.js';
import type { SnapSettings } from './settings.js';
import { asymmetricSignature } from './signature.js';
import { createTransport, type Transport } from './transport.js';

export interface TokenClientOptions {
  readonly settings: SnapSettings;
  readonly credentials: Pick<SnapCredentials, 'clientId' | 'privateKey'>;
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

/** @throws Error when the private key is not PEM. */
export function createTokenClient(options: TokenClientOptions): TokenClient {
  const { settings, credentials, onExchange } = options;
  const now = options.now ?? (() => new Date());
  const transport = options.transport ?? createTransport(settings);
  const privateKey = createPrivateKey(credentials.privateKey);

  const send = async <Response extends z.ZodType>(
    endpoint: Endpoint<z.ZodType, Response>,
    request: unknown,
  ): Promise<Outcome<z.output<Response>>> => {
    const parsed = endpoint.request.safeParse(request);
    if (!parsed.success) throw new InvalidRequestError(endpoint.operation, parsed.error);
    const body = JSON.stringify(parsed.data);
    const askedAt = now();
    const timestamp = jakartaTime(askedAt);
    const sent = { externalId: newExternalId(timestamp), sends: 1 };
    const headers = {
      'content-type': 'application/json',
      'x-client-key': credentials.clientId,
      'x-timestamp': timestamp,
      'x-signature': asymmetricSignature({ clientId: credentials.clientId, timestamp, privateKey }),
    };
    return reported(onExchange, endpoint.operation, settings, parsed.data, () =>
      transport.post({ path: settings.paths[endpoint.operation], headers, body }).then(
        (answer) =>
          outcomeOf(endpoint, parsed.data, answer, {
            ...sent,
            ...wrongClock(answer.date, askedAt, now()),
          }),
        (error) => lost(error, sent),
      ),
    );
  };

  return {
    tokenB2B: () => send(tokenB2B, { grantType: 'client_credentials' }),
    tokenB2B2C: (request) => send(tokenB2B2C, request),
  };
}
