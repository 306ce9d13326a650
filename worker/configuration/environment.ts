/**
 * What a worker is told by its environment. Temporal's own connection is read by `@temporalio/envconfig`
 * (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, …) and is not listed here.
 *
 * @module
 */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import * as z from 'zod';
import {
  pathSchema,
  type SnapSettings,
  snapSettingsSchema,
} from '../../activities/snap/settings.js';
import { durationMs, durationSchema } from '../../contract/duration.js';
import { payloadKeysOf } from '../temporal/payload-keys.js';
import { plainPayloadsUntilSchema } from '../temporal/plain-payloads.js';
import { secretIn } from './secret.js';

/** Variables that may also be given as a file's path, under the same name with `_FILE`. */
const SECRETS = [
  'DOKU_CLIENT_SECRET',
  'DOKU_PRIVATE_KEY',
  'DOKU_AUTH_CODE_SECRET',
  'DOKU_PUBLIC_KEY',
  'PAYLOAD_KEYS',
] as const;

const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

const isRsa = (keyIn: (pem: string) => KeyObject) => (pem: string) => {
  try {
    return keyIn(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
};

const settingsJson = z
  .string()
  .default('{}')
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue({ code: 'custom', message: 'must be JSON' });
      return z.NEVER;
    }
  });

export const environmentSchema = z.object({
  DOKU_BASE_URL: z.string().optional(),
  DOKU_CLIENT_ID: z.string().min(1).max(36),
  DOKU_CLIENT_SECRET: z.string().min(1),
  DOKU_PRIVATE_KEY: z.string().refine(isRsa(createPrivateKey), 'must be an RSA private key in PEM'),
  DOKU_AUTH_CODE_SECRET: z
    .string()
    .refine(
      (text) => [16, 24, 32].includes(Buffer.byteLength(text)),
      'must be 16, 24 or 32 bytes long',
    )
    .optional(),
  /** JSON of overrides of the SNAP settings. */
  DOKU_SNAP_SETTINGS: settingsJson,
  DOKU_TASK_QUEUE: z.string().min(1).max(200).default('doku-journeys'),
  /** `keyId:base64,…`, 32 bytes each; the first encrypts. */
  PAYLOAD_KEYS: z.string().transform((text, context) => {
    try {
      return { text, parsed: payloadKeysOf(text) };
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
      return z.NEVER;
    }
  }),
  PAYLOAD_ACTIVE_KEY_ID: z.string().min(1).optional(),
  /** `until:` and a date, for a migration: until then payloads that are not encrypted are taken, and each is logged. */
  ACCEPT_PLAIN_PAYLOADS: plainPayloadsUntilSchema.optional(),
  POLL_FIRST_MS: whole(100, 60_000).default(3_000),
  POLL_FACTOR: z.coerce.number().min(1).max(5).default(1.5),
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
  MAX_CALLS_A_SECOND: z.coerce.number().min(0.1).max(100_000).optional(),
  /** Of them, those that a reconciliation may make. */
  RECONCILIATION_CALLS_A_SECOND: z.coerce.number().min(0.1).max(10_000).default(20),
  MAX_CONCURRENT_ACTIVITIES: whole(1, 10_000).default(500),
  /** Of them, those that may pause between two questions to DOKU about the same purchase; half of them without it. */
  MAX_PAUSED_ACTIVITIES: whole(0, 10_000).optional(),
  MAX_CONCURRENT_WORKFLOW_TASKS: whole(2, 10_000).default(100),
  MAX_CACHED_WORKFLOWS: whole(0, 1_000_000).default(250),
  SHUTDOWN_GRACE_MS: whole(0, 600_000).default(30_000),
  HEALTH_HOST: z.string().min(1).default('127.0.0.1'),
  HEALTH_PORT: whole(0, 65_535).default(8081),
  /** Origins of Temporal UIs that may have payloads decrypted, comma-separated; none without it. */
  CODEC_ALLOWED_ORIGINS: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((origin) => origin.trim())
        .filter(Boolean),
    )
    .pipe(z.array(z.url({ protocol: /^https?$/ }))),
  /** Where DOKU's notifications come in; none are taken without it. 0 picks a free port. */
  NOTIFICATIONS_PORT: whole(0, 65_535).optional(),
  NOTIFICATIONS_HOST: z.string().min(1).default('127.0.0.1'),
  /** As DOKU calls it, whatever a proxy makes of it on the way: DOKU signs this path. */
  NOTIFICATIONS_PATH: pathSchema.default('/v1.0/debit/notify'),
  NOTIFICATIONS_TOKEN_PATH: pathSchema.default('/authorization/v1/access-token/b2b'),
  NOTIFICATIONS_A_SECOND: whole(1, 100_000).default(100),
  /** Verifies DOKU's own requests. */
  DOKU_PUBLIC_KEY: z
    .string()
    .refine(isRsa(createPublicKey), 'must be an RSA public key in PEM')
    .optional(),
  /** `host:port` for Prometheus; no metrics endpoint without it. */
  METRICS_ADDRESS: z
    .string()
    .regex(/^[^\s:]+:\d{1,5}$/, 'must be host:port')
    .optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info'),
});

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
  const mistakes: string[] = [];
  const result = environmentSchema.safeParse(withFiles(environment, mistakes));
  for (const issue of result.error?.issues ?? []) mistakes.push(mistakeOf(issue));
  const snap = result.success ? snapOf(result.data, mistakes) : undefined;
  if (!result.success || !snap || mistakes.length > 0) throw new ConfigurationError(mistakes);
  const { PAYLOAD_KEYS, PAYLOAD_ACTIVE_KEY_ID } = result.data;
  if (PAYLOAD_ACTIVE_KEY_ID !== undefined && !PAYLOAD_KEYS.parsed.keys.has(PAYLOAD_ACTIVE_KEY_ID)) {
    throw new ConfigurationError(['PAYLOAD_ACTIVE_KEY_ID: is not among PAYLOAD_KEYS']);
  }
  if (result.data.NOTIFICATIONS_PORT !== undefined && result.data.DOKU_PUBLIC_KEY === undefined) {
    throw new ConfigurationError(['DOKU_PUBLIC_KEY: is missing, to take notifications']);
  }
  return { ...result.data, snap };
}

/** The keys that a configuration's data converter uses. */
export const payloadKeysIn = ({ PAYLOAD_KEYS, PAYLOAD_ACTIVE_KEY_ID }: Configuration) =>
  payloadKeysOf(PAYLOAD_KEYS.text, PAYLOAD_ACTIVE_KEY_ID);

function snapOf(environment: Environment, mistakes: string[]): SnapSettings | undefined {
  const overrides = environment.DOKU_SNAP_SETTINGS as Record<string, unknown>;
  const baseUrl = environment.DOKU_BASE_URL;
  const result = snapSettingsSchema.safeParse({
    ...overrides,
    ...(baseUrl !== undefined && { baseUrl }),
  });
  for (const issue of result.error?.issues ?? []) {
    const path = issue.path.map(String).join('.');
    const variable = path === 'baseUrl' ? 'DOKU_BASE_URL' : `DOKU_SNAP_SETTINGS.${path}`;
    mistakes.push(`${variable}: ${issue.message}`);
  }
  return result.data;
}

function withFiles(environment: NodeJS.ProcessEnv, mistakes: string[]): Record<string, string> {
  const given = Object.entries(environment).filter(
    (entry): entry is [string, string] => !!entry[1],
  );
  const values = Object.fromEntries(given);
  for (const name of SECRETS) {
    try {
      const secret = secretIn(environment, name);
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
