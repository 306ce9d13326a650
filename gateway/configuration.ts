/**
 * What the gateway is told by its environment. It knows the payload keys and Temporal, and nothing of DOKU.
 *
 * @module
 */
import * as z from 'zod';
import { taskQueueSchema } from '../client/temporal/task-queue.js';
import { isLoopbackHost } from '../contract/loopback.js';
import { hostSchema, originSchema, portSchema } from '../worker/configuration/addresses.js';
import { safeUrlSchema } from '../worker/configuration/codec.js';
import { ConfigurationError } from '../worker/configuration/environment.js';
import { listIn } from '../worker/configuration/list.js';
import { NotedMistakes, setIn } from '../worker/configuration/noted-mistakes.js';
import { whole } from '../worker/configuration/numbers.js';
import { proxiesSchema } from '../worker/configuration/proxies.js';
import {
  type KnownNames,
  misspeltIn,
  TEMPORAL_NAMES,
} from '../worker/configuration/unknown-names.js';
import { type PayloadKeys, payloadKeysFrom } from '../worker/temporal/encryption.js';
import { type TemporalSettings, temporalSettingsFrom } from '../worker/temporal/environment.js';

export const gatewayEnvironmentSchema = z.object({
  GATEWAY_HOST: hostSchema.default('127.0.0.1'),
  GATEWAY_PORT: portSchema.default(8084),
  /** Digests of API keys, and what each may do; `doku-journeys-gateway key` makes one. */
  GATEWAY_KEYS_FILE: z.string().optional(),
  /** Who issues bearer tokens that are taken: `iss`, to the letter. */
  GATEWAY_ISSUER: safeUrlSchema.optional(),
  /** What the tokens are for: one of `aud`, comma-separated. */
  GATEWAY_AUDIENCE: z.string().transform(listIn).optional(),
  /** The issuer's keys, where `/.well-known/openid-configuration` does not tell. */
  GATEWAY_JWKS_URL: safeUrlSchema.optional(),
  /** The claim that holds the scopes: its name, or a path. */
  GATEWAY_SCOPES_CLAIM: z.string().min(1).default('scope'),
  /** Origins of pages that may ask, comma-separated. Programs have none, and need none. */
  GATEWAY_ALLOWED_ORIGINS: z.string().default('').transform(listIn).pipe(z.array(originSchema)),
  /** Of one key. */
  GATEWAY_REQUESTS_A_MINUTE: whole(1, 1_000_000).default(6_000),
  /** How long a call may take: what is not proven by then goes on, and the same request again has it. */
  GATEWAY_ANSWER_WITHIN_MS: whole(5_000, 120_000).default(30_000),
  /** Requests that wait by `?wait=` at once; of one key half of them at most. */
  GATEWAY_MOST_WAITS: whole(0, 100_000).default(500),
  TRUST_PROXY: proxiesSchema,
  DOKU_TASK_QUEUE: taskQueueSchema,
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info'),
});

export const GATEWAY_NAMES: KnownNames = {
  names: [
    ...Object.keys(gatewayEnvironmentSchema.shape),
    ...['PAYLOAD_KEYS', 'PAYLOAD_KEYS_FILE', 'PAYLOAD_ACTIVE_KEY_ID', 'ACCEPT_PLAIN_PAYLOADS'],
    ...TEMPORAL_NAMES,
  ],
  prefixes: ['GATEWAY_', 'PAYLOAD_'],
};

export interface GatewayConfiguration extends z.output<typeof gatewayEnvironmentSchema> {
  readonly keys: PayloadKeys;
  readonly temporal: TemporalSettings;
}

/** @throws ConfigurationError with every mistake, each with its variable's name and never its value. */
export function gatewayConfigurationFrom(environment: NodeJS.ProcessEnv): GatewayConfiguration {
  const mistakes = new NotedMistakes();
  mistakes.all.push(...misspeltIn(environment, GATEWAY_NAMES));
  const temporal = mistakes.reading(() => temporalSettingsFrom(environment));
  const keys = mistakes.reading(() => payloadKeysFrom(environment));
  const { data, error } = gatewayEnvironmentSchema.safeParse(setIn(environment));
  mistakes.ofSchema(error);
  if (data) mistakes.all.push(...contradictionsIn(data, environment));
  if (!data || !keys || !temporal || mistakes.all.length > 0)
    throw new ConfigurationError(mistakes.all);
  return { ...data, keys, temporal };
}

/** Whoever sets one means that not everybody may ask. */
const OF_ACCESS = /^GATEWAY_(?:[A-Z0-9]+_)*(?:API|AUTH|KEYS?|ISSUER|SECRETS?|TOKENS?)(?:_|$)/;

function* contradictionsIn(
  gateway: z.output<typeof gatewayEnvironmentSchema>,
  environment: NodeJS.ProcessEnv,
): Generator<string> {
  const { NODE_TLS_REJECT_UNAUTHORIZED, TRUST_PROXY, GATEWAY_SCOPES_CLAIM } = environment;
  const { GATEWAY_HOST, GATEWAY_ISSUER, GATEWAY_AUDIENCE, GATEWAY_KEYS_FILE } = gateway;
  const isOpen = GATEWAY_ISSUER === undefined && GATEWAY_KEYS_FILE === undefined;
  if (isOpen && !isLoopbackHost(GATEWAY_HOST))
    yield 'GATEWAY_KEYS_FILE or GATEWAY_ISSUER: is missing. Nobody listens beyond loopback without: whoever reached it would move money';
  if (isOpen && TRUST_PROXY)
    yield 'GATEWAY_KEYS_FILE or GATEWAY_ISSUER: is missing. TRUST_PROXY says that a proxy is before the gateway: whoever reached that would move money';
  if (isOpen)
    for (const name of Object.keys(environment).filter((each) => OF_ACCESS.test(each)))
      yield `${name}: lets nobody in: set GATEWAY_KEYS_FILE to the file of keys, or GATEWAY_ISSUER. Without either every program of this machine may move money: unset it where that is meant`;
  if (GATEWAY_ISSUER !== undefined && !GATEWAY_AUDIENCE?.length)
    yield 'GATEWAY_AUDIENCE: is missing: the issuer gives tokens for other programs too';
  for (const name of ['GATEWAY_AUDIENCE', 'GATEWAY_JWKS_URL'] as const)
    if (gateway[name] !== undefined && GATEWAY_ISSUER === undefined)
      yield `${name}: is of no use without GATEWAY_ISSUER`;
  if (GATEWAY_SCOPES_CLAIM && GATEWAY_ISSUER === undefined)
    yield 'GATEWAY_SCOPES_CLAIM: is of no use without GATEWAY_ISSUER';
  // Node takes any certificate at this value, and at no other.
  if (NODE_TLS_REJECT_UNAUTHORIZED === '0')
    yield 'NODE_TLS_REJECT_UNAUTHORIZED: lets anybody pass for Temporal or the issuer: unset it';
}
