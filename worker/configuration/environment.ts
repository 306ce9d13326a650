/**
 * What a worker is told by its environment. Temporal's own connection is read by `@temporalio/envconfig`
 * (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, …) and is not listed here.
 *
 * @module
 */
import * as z from 'zod';
import { eventsSecretSchema, eventsUrlSchema } from '../../activities/events/settings.js';
import { pathSchema, type SnapSettings } from '../../activities/snap/settings.js';
import { taskQueueSchema } from '../../client/temporal/task-queue.js';
import { durationMs, durationSchema } from '../../contract/duration.js';
import { temporalMistakesIn } from '../temporal/environment.js';
import { payloadKeysOf } from '../temporal/payload-key-settings.js';
import { isKeyId } from '../temporal/payload-keys.js';
import { untilSchema } from '../temporal/plain-payloads.js';
import { hostSchema, metricsAddressSchema, portSchema, servedPathSchema } from './addresses.js';
import { contradictionsIn } from './contradictions.js';
import {
  authCodeSecretSchema,
  clientIdSchema,
  privateKeySchema,
  publicKeySchema,
  secretSchema,
} from './credential-schemas.js';
import { decimal, whole } from './numbers.js';
import { proxiesSchema } from './proxies.js';
import { secretIn } from './secret.js';
import { snapOverridesSchema, snapSettingsFrom } from './snap-overrides.js';
import { type KnownNames, misspeltIn, TEMPORAL_NAMES } from './unknown-names.js';

/** Variables that may also be given as a file's path, under the same name with `_FILE`. */
const SECRETS = [
  'DOKU_CLIENT_SECRET',
  'DOKU_PRIVATE_KEY',
  'DOKU_AUTH_CODE_SECRET',
  'DOKU_PUBLIC_KEY',
  'PAYLOAD_KEYS',
  'EVENTS_SECRET',
] as const;
/** The same, whose file may also be missing: it comes for the time of a rotation. */
const SECOND_SECRETS = [
  'DOKU_SECOND_CLIENT_SECRET',
  'DOKU_SECOND_PRIVATE_KEY',
  'DOKU_SECOND_AUTH_CODE_SECRET',
  'DOKU_SECOND_PUBLIC_KEY',
  'EVENTS_SECOND_SECRET',
] as const;

export const environmentSchema = z.object({
  DOKU_BASE_URL: z.string().optional(),
  DOKU_CLIENT_ID: clientIdSchema,
  DOKU_CLIENT_SECRET: secretSchema,
  DOKU_PRIVATE_KEY: privateKeySchema,
  /** Taken as well during a rotation: each signs where DOKU refuses the other's signature, and verifies DOKU's. */
  DOKU_SECOND_CLIENT_SECRET: secretSchema.optional(),
  DOKU_SECOND_PRIVATE_KEY: privateKeySchema.optional(),
  DOKU_AUTH_CODE_SECRET: authCodeSecretSchema.optional(),
  /** Decrypts as well during a rotation. */
  DOKU_SECOND_AUTH_CODE_SECRET: authCodeSecretSchema.optional(),
  /** JSON of overrides of the SNAP settings. */
  DOKU_SNAP_SETTINGS: snapOverridesSchema,
  /** The proxy that DOKU is reached through, unless the SNAP settings name one; in lower case too, as everywhere. */
  HTTPS_PROXY: z.string().optional(),
  /** Hosts that are reached without it, comma-separated. */
  NO_PROXY: z.string().optional(),
  DOKU_TASK_QUEUE: taskQueueSchema,
  /** `keyId:base64,…`, 32 bytes each; the first encrypts. */
  PAYLOAD_KEYS: z.string().transform((text, context) => {
    try {
      return { text, parsed: payloadKeysOf(text) };
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
      return z.NEVER;
    }
  }),
  PAYLOAD_ACTIVE_KEY_ID: z
    .string()
    .refine(isKeyId, 'must be the ID of a key: letters, digits, ".", "_" and "-"')
    .optional(),
  /** `until:` and a date, for a migration: until then payloads that are not encrypted are taken, and each is logged. */
  ACCEPT_PLAIN_PAYLOADS: untilSchema.optional(),
  /** The same for calls that do not say which run asks for them: workers of before 29 November 2026 have theirs done so. */
  ACCEPT_UNNAMED_CALLS: untilSchema.optional(),
  POLL_FIRST_MS: whole(100, 60_000).default(3_000),
  POLL_FACTOR: decimal(1, 5).default(1.5),
  POLL_MOST_MS: whole(100, 600_000).default(30_000),
  /** How long "not found" proves nothing after a request that may have reached DOKU (money rule 3). */
  ABSENT_AFTER: durationSchema.default('60 seconds').transform(durationMs),
  /** The same of a bank transfer, which has no status query: only DOKU's history tells. */
  TRANSFER_ABSENT_AFTER: durationSchema.default('1 hour').transform(durationMs),
  /**
   * Whether Account Inquiry alone may end an opening as bound, for browsers that never come back from DOKU's page. Its risk:
   * whoever starts an opening with somebody else's DOKU account, and talks them into agreeing on DOKU's page in their own
   * browser, is bound to their money. Without it only a code binds that came back through the session that started it.
   */
  BINDING_BY_INQUIRY: z.stringbool().default(false),
  /** Calls a second that all workers of the task queue together make at most; no limit without it. */
  MAX_CALLS_A_SECOND: decimal(0.1, 100_000).optional(),
  /** Of them, those that a reconciliation may make. */
  RECONCILIATION_CALLS_A_SECOND: decimal(0.1, 10_000).default(20),
  /** Two at least: whoever needs a token waits for another activity that renews it. */
  MAX_CONCURRENT_ACTIVITIES: whole(2, 10_000).default(500),
  /** Of them, those that may pause between two questions to DOKU about the same purchase; half of them without it. */
  MAX_PAUSED_ACTIVITIES: whole(0, 10_000).optional(),
  MAX_CONCURRENT_WORKFLOW_TASKS: whole(2, 10_000).default(100),
  MAX_CACHED_WORKFLOWS: whole(0, 1_000_000).default(250),
  SHUTDOWN_GRACE_MS: whole(0, 600_000).default(30_000),
  HEALTH_HOST: hostSchema.default('127.0.0.1'),
  HEALTH_PORT: portSchema.default(8081),
  /** Where DOKU's notifications come in; none are taken without it. 0 picks a free port. */
  NOTIFICATIONS_PORT: portSchema.optional(),
  NOTIFICATIONS_HOST: hostSchema.default('127.0.0.1'),
  /** Where they arrive, whatever a proxy made of the path on the way. */
  NOTIFICATIONS_PATH: servedPathSchema.default('/v1.0/debit/notify'),
  /** As DOKU calls it, and signs it; without it the path where they arrive. */
  NOTIFICATIONS_SIGNED_PATH: pathSchema.optional(),
  NOTIFICATIONS_TOKEN_PATH: servedPathSchema.default('/authorization/v1/access-token/b2b'),
  /** Genuine ones that are taken at most. */
  NOTIFICATIONS_A_SECOND: whole(1, 100_000).default(100),
  /**
   * Addresses of proxies, comma-separated, also as CIDR: of what comes through them, `X-Forwarded-For` says whose it is.
   * Nobody is trusted without it.
   */
  TRUST_PROXY: proxiesSchema,
  /** Verifies DOKU's own requests. */
  DOKU_PUBLIC_KEY: publicKeySchema.optional(),
  /** Verifies them as well, during a rotation. */
  DOKU_SECOND_PUBLIC_KEY: publicKeySchema.optional(),
  /** The merchant's backend, which is told of what becomes of journeys; nobody is told without it. */
  EVENTS_URL: eventsUrlSchema.optional(),
  /** Signs what it is told. */
  EVENTS_SECRET: eventsSecretSchema.optional(),
  /** Signs it as well, during a rotation. */
  EVENTS_SECOND_SECRET: eventsSecretSchema.optional(),
  /** No pause between two tries of an event is longer. */
  EVENTS_LONGEST_PAUSE: durationSchema.default('4 hours').transform(durationMs),
  /** IP address and port for Prometheus; no metrics endpoint without it. */
  METRICS_ADDRESS: metricsAddressSchema.optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info'),
});

export const WORKER_NAMES: KnownNames = {
  names: [
    ...Object.keys(environmentSchema.shape),
    ...[...SECRETS, ...SECOND_SECRETS].map((name) => `${name}_FILE`),
    ...TEMPORAL_NAMES,
  ],
  prefixes: ['DOKU_', 'PAYLOAD_', 'EVENTS_', 'NOTIFICATIONS_'],
};

export type Environment = z.output<typeof environmentSchema>;
export interface Configuration extends Environment {
  readonly snap: SnapSettings;
}

/** Every mistake in the environment at once, each with its variable's name and never its value. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  constructor(readonly mistakes: readonly string[]) {
    super(
      `the configuration has ${mistakes.length} mistake(s):\n${mistakes.map((line) => `  ${line}`).join('\n')}`,
    );
  }
}

/** @throws ConfigurationError */
export function configurationFrom(environment: NodeJS.ProcessEnv): Configuration {
  const mistakes = [...misspeltIn(environment, WORKER_NAMES), ...temporalMistakesIn(environment)];
  const values = withFiles(environment, mistakes);
  const { data, error } = environmentSchema.safeParse(values);
  for (const issue of error?.issues ?? []) mistakes.push(mistakeOf(issue));
  const overrides = snapOverridesSchema.safeParse(values.DOKU_SNAP_SETTINGS).data;
  const snap = overrides && snapSettingsFrom(overrides, values.DOKU_BASE_URL, mistakes);
  if (!data || !snap) throw new ConfigurationError(mistakes);
  const configuration = { ...data, snap };
  mistakes.push(...contradictionsIn(configuration, environment));
  if (mistakes.length > 0) throw new ConfigurationError(mistakes);
  return configuration;
}

/** The keys that a configuration's data converter uses. */
export const payloadKeysIn = ({ PAYLOAD_KEYS, PAYLOAD_ACTIVE_KEY_ID }: Configuration) =>
  payloadKeysOf(PAYLOAD_KEYS.text, PAYLOAD_ACTIVE_KEY_ID);

function withFiles(environment: NodeJS.ProcessEnv, mistakes: string[]): Record<string, string> {
  const given = Object.entries(environment).filter(
    (entry): entry is [string, string] => !!entry[1],
  );
  const values = Object.fromEntries(given);
  for (const name of [...SECRETS, ...SECOND_SECRETS]) {
    const mayBeMissing = SECOND_SECRETS.some((second) => second === name);
    try {
      const secret = secretIn(environment, name, { mayBeMissing });
      if (secret !== undefined) values[name] = secret;
    } catch (error) {
      mistakes.push((error as Error).message);
    }
  }
  return values;
}

function mistakeOf(issue: z.core.$ZodIssue): string {
  const name = issue.path.map(String).join('.');
  const isMissing = issue.code === 'invalid_type' && /received undefined/.test(issue.message);
  return `${name}: ${isMissing ? 'is missing' : issue.message}`;
}
