/**
 * Signs a request, sends it, and sends it once more for each token, or the client secret, that DOKU refused.
 *
 * @module
 */
import type { Sent } from './answer.js';
import { wrongClock } from './clock-skew.js';
import { mistakeInClientId, mistakeInSecret } from './credential-text.js';
import { assertWithout, type SnapCredentials } from './credentials.js';
import type { Endpoint } from './endpoint.js';
import { newExternalId } from './external-id.js';
import { InvalidRequestError } from './invalid-request-error.js';
import { jakartaTime } from './jakarta-time.js';
import { NotSentError } from './not-sent-error.js';
import type { Outcome } from './outcome.js';
import { Rotation } from './rotation.js';
import { needsCustomerToken, type SnapSettings } from './settings.js';
import { symmetricSignature } from './signature.js';
import { CustomerNotBoundError, type IssuedToken, type TokenSource } from './token-source.js';
import type { HttpAnswer, Transport } from './transport.js';
import { TransportError } from './transport-error.js';

export interface CallOptions {
  /** In whose name; needed where the path takes the customer's token. */
  readonly customerId?: string;
  /** The customer's account that is meant; without it the one that they are bound to now. */
  readonly accountId?: string;
  /** Another path than the operation's own. */
  readonly path?: string;
  readonly signal?: AbortSignal;
}

/** In whose name a call about something is made, and about which account of theirs, once that is known (money rule 8). */
export const whose = ({ customerId, accountId }: { customerId: string; accountId?: string }) => ({
  customerId,
  ...(accountId !== undefined && { accountId }),
});

export interface SenderOptions {
  readonly settings: SnapSettings;
  readonly credentials: Pick<SnapCredentials, 'clientId' | 'clientSecret' | 'secondClientSecret'>;
  readonly tokens: TokenSource;
  readonly now: () => Date;
  readonly transport: Transport;
}

export type Sender = <Response>(
  endpoint: Endpoint,
  request: unknown,
  options: CallOptions,
  understood: (answer: HttpAnswer, sent: Sent) => Outcome<Response>,
) => Promise<Outcome<Response>>;

interface Tokens {
  readonly b2b: IssuedToken;
  readonly customer?: IssuedToken;
}

/** @throws RangeError naming a credential that cannot work. */
export function createSender(options: SenderOptions): Sender {
  const { credentials } = options;
  assertWithout('clientId', mistakeInClientId(credentials.clientId));
  assertWithout('clientSecret', mistakeInSecret(credentials.clientSecret));
  const rotation = new Rotation(() => [credentials.clientSecret, credentials.secondClientSecret]);
  return async (endpoint, request, callOptions, understood) => {
    const path = callOptions.path ?? options.settings.paths[endpoint.operation];
    const body = JSON.stringify(onTheWire(request, options.settings));
    let [clientSecret, otherSecret] = rotation.inTurn();
    const exchange = async (tokens: Tokens, sends: number) => {
      const askedAt = options.now();
      const timestamp = jakartaTime(askedAt);
      const externalId = newExternalId(timestamp);
      const signed = { path, body, timestamp, clientSecret };
      const headers = signedHeaders(options, signed, tokens, externalId);
      const signal = callOptions.signal;
      const accountId = tokens.customer?.accountId;
      const sent = { externalId, sends, ...(accountId !== undefined && { accountId }) };
      try {
        const answer = await options.transport.post({
          path,
          headers,
          body,
          ...(signal && { signal }),
        });
        const clock = wrongClock(answer.date, askedAt, options.now());
        const outcome = understood(answer, { ...sent, ...clock });
        rotation.heard(clientSecret, outcome);
        return outcome;
      } catch (error) {
        return lost(error, sent);
      }
    };
    // Tokens come first: whatever goes wrong here, nothing was sent.
    if (needsCustomerToken(path) && callOptions.customerId === undefined) {
      const message = `is needed by ${path}, in whose name it is called`;
      throw new InvalidRequestError(endpoint.operation, {
        issues: [{ path: ['customerId'], message }],
      });
    }
    let tokens = await tokensFor(options.tokens, path, callOptions);
    let outcome = await exchange(tokens, 1);
    const renewed = new Set<string>();
    // Each once: DOKU may refuse all, one after the other.
    while (outcome.kind === 'unauthorized' && !renewed.has(outcome.credential)) {
      const { credential } = outcome;
      renewed.add(credential);
      // What is refused means that DOKU did nothing, but that is DOKU's word about a request that did reach it. If nothing
      // new is to be had, what is known stays "unauthorized".
      if (credential === 'signature') {
        if (otherSecret === undefined) return outcome;
        [clientSecret, otherSecret] = [otherSecret, undefined];
      } else {
        const next = await renewedTokens(options.tokens, path, callOptions, tokens, credential);
        if (!next) return outcome;
        tokens = next;
      }
      outcome = await exchange(tokens, renewed.size + 1);
    }
    return outcome;
  };
}

async function tokensFor(
  source: TokenSource,
  path: string,
  { customerId, accountId }: CallOptions,
): Promise<Tokens> {
  if (customerId === undefined || !needsCustomerToken(path)) return { b2b: await source.b2b() };
  const [b2b, customer] = await Promise.all([
    source.b2b(),
    source.customer(customerId, undefined, accountId),
  ]);
  return { b2b, customer };
}

async function renewedTokens(
  source: TokenSource,
  path: string,
  { customerId, accountId }: CallOptions,
  tokens: Tokens,
  refused: 'b2b-token' | 'customer-token',
): Promise<Tokens | undefined> {
  try {
    if (refused === 'b2b-token') return { ...tokens, b2b: await source.b2b(tokens.b2b.generation) };
    if (!tokens.customer || customerId === undefined || !needsCustomerToken(path)) return undefined;
    const { generation } = tokens.customer;
    // The second send means the account of the first, whatever the customer has bound meanwhile.
    const meant = accountId ?? tokens.customer.accountId;
    return { ...tokens, customer: await source.customer(customerId, generation, meant) };
  } catch (error) {
    // DOKU refused the token of a binding that has ended: then it is known what became of what was sent: nothing.
    if (error instanceof CustomerNotBoundError) throw error;
    return undefined;
  }
}

/** @throws NotSentError on a first send that certainly did not leave. */
export function lost(error: unknown, sent: Sent): Outcome<never> {
  if (!(error instanceof TransportError)) throw error;
  const { message, phase, code } = error;
  const { externalId } = sent;
  if (error.sent === 'no' && sent.sends === 1)
    throw new NotSentError(message, { cause: error, phase, code, externalId });
  const reason = error.reason === 'refused' ? 'connection-lost' : error.reason;
  return { ...sent, kind: 'doubtful', reason, phase };
}

function signedHeaders(
  { settings, credentials }: SenderOptions,
  signed: {
    readonly path: string;
    readonly body: string;
    readonly timestamp: string;
    readonly clientSecret: string;
  },
  { b2b, customer }: Tokens,
  externalId: string,
): Record<string, string> {
  const { channelId, deviceId, ipAddress, origin, customerTokenPrefix } = settings.headers;
  const signature = symmetricSignature({
    ...signed,
    method: 'POST',
    accessToken: b2b.accessToken,
  });
  if (signature === undefined) throw new NotSentError('the request cannot be signed');
  return {
    'content-type': 'application/json',
    'x-timestamp': signed.timestamp,
    'x-partner-id': credentials.clientId,
    'x-external-id': externalId,
    'x-signature': signature,
    authorization: `Bearer ${b2b.accessToken}`,
    ...(customer && { 'authorization-customer': `${customerTokenPrefix}${customer.accessToken}` }),
    ...(channelId && { 'channel-id': channelId }),
    ...(deviceId && { 'x-device-id': deviceId }),
    ...(ipAddress && { 'x-ip-address': ipAddress }),
    ...(origin && { origin }),
  };
}

/** Names that the sources give differently are written as the settings say. */
function onTheWire(request: unknown, { urlParamsName, bankCodeName }: SnapSettings): unknown {
  const fields = { ...(request as Record<string, unknown>) };
  if (urlParamsName !== 'urlParams' && 'urlParams' in fields) {
    fields[urlParamsName] = fields.urlParams;
    delete fields.urlParams;
  }
  const info = fields.additionalInfo;
  if (
    bankCodeName !== 'bankCode' &&
    typeof info === 'object' &&
    info !== null &&
    'bankCode' in info
  ) {
    const { bankCode, ...rest } = info;
    fields.additionalInfo = { ...rest, [bankCodeName]: bankCode };
  }
  return fields;
}
