/**
 * What the codec is told by its environment. It is a program of its own, which knows the payload keys and nothing of DOKU.
 *
 * @module
 */
import * as z from 'zod';
import { isLoopbackUrl } from '../../contract/loopback.js';
import { hasPlainHost, NO_PLAIN_HOST } from '../../contract/plain-host.js';
import { type PayloadKeys, payloadKeysFrom } from '../temporal/encryption.js';
import { hostSchema, originSchema, portSchema } from './addresses.js';
import { ConfigurationError } from './environment.js';
import { listIn } from './list.js';
import { NotedMistakes, setIn } from './noted-mistakes.js';
import { secretIn } from './secret.js';
import { type KnownNames, misspeltIn } from './unknown-names.js';

/** As many characters as 24 random bytes have in Base64. */
const LEAST_TOKEN_LENGTH = 32;

const isSafeUrl = (text: string) => {
  // URLs drop blanks around them, and line breaks anywhere: `iss` is compared to the letter.
  if (/[\s\p{Cc}]/u.test(text) || !URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  if (username || password || search || hash) return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackUrl(text));
};
/** Where an issuer is, whose word is to be believed. */
export const safeUrlSchema = z
  .string()
  .refine(isSafeUrl, {
    error: 'must be an https URL (http for loopback) without blanks, login, query or fragment',
    abort: true,
  })
  .refine(hasPlainHost, NO_PLAIN_HOST);

const roles = (standard: string) =>
  z
    .string()
    .default(standard)
    .transform(listIn)
    .pipe(z.array(z.string()).min(1, 'must name a role'));

export const codecEnvironmentSchema = z.object({
  CODEC_HOST: hostSchema.default('127.0.0.1'),
  CODEC_PORT: portSchema.default(8083),
  /** Origins of Temporal UIs whose pages may ask, comma-separated. Programs have none, and need none. */
  CODEC_ALLOWED_ORIGINS: z.string().default('').transform(listIn).pipe(z.array(originSchema)),
  /** Who issues the access tokens of the Temporal UI's users: `iss`, to the letter. */
  CODEC_ISSUER: safeUrlSchema.optional(),
  /** What their tokens are for: one of `aud`, comma-separated. */
  CODEC_AUDIENCE: z.string().transform(listIn).optional(),
  /** The issuer's keys, where `/.well-known/openid-configuration` does not tell. */
  CODEC_JWKS_URL: safeUrlSchema.optional(),
  /** The claim that holds a user's roles: its name, or a path such as `realm_access.roles`. */
  CODEC_ROLES_CLAIM: z.string().min(1).default('roles'),
  CODEC_STORY_ROLES: roles('doku-stories'),
  CODEC_PERSONAL_DATA_ROLES: roles('doku-personal-data'),
  /** For one machine, in place of an issuer. */
  CODEC_TOKEN: z
    .string()
    .regex(/^[\w-]+$/, 'must be letters, digits, - and _ only')
    .min(LEAST_TOKEN_LENGTH, `must be ${LEAST_TOKEN_LENGTH} characters or more`)
    .optional(),
  /** What whoever has the token may read. */
  CODEC_TOKEN_READS: z.enum(['stories', 'personal-data']).default('stories'),
});

export const CODEC_NAMES: KnownNames = {
  names: [
    ...Object.keys(codecEnvironmentSchema.shape),
    ...['CODEC_TOKEN_FILE', 'PAYLOAD_KEYS', 'PAYLOAD_KEYS_FILE', 'PAYLOAD_ACTIVE_KEY_ID'],
  ],
  prefixes: ['CODEC_', 'PAYLOAD_'],
};

export interface CodecConfiguration extends z.output<typeof codecEnvironmentSchema> {
  readonly keys: PayloadKeys;
}

/** @throws ConfigurationError with every mistake, each with its variable's name and never its value. */
export function codecConfigurationFrom(environment: NodeJS.ProcessEnv): CodecConfiguration {
  const mistakes = new NotedMistakes();
  mistakes.all.push(...misspeltIn(environment, CODEC_NAMES));
  const token = mistakes.reading(() => secretIn(environment, 'CODEC_TOKEN'));
  const keys = mistakes.reading(() => payloadKeysFrom(environment));
  const result = codecEnvironmentSchema.safeParse({
    ...setIn(environment),
    ...(token !== undefined && { CODEC_TOKEN: token }),
  });
  mistakes.ofSchema(result.error);
  if (result.success && mistakes.all.length === 0)
    mistakes.all.push(...contradictionsIn(result.data, environment));
  if (!result.success || !keys || mistakes.all.length > 0)
    throw new ConfigurationError(mistakes.all);
  return { ...result.data, keys };
}

/** What tells of an issuer, and nothing else. */
const OF_ISSUER = [
  ...(['CODEC_AUDIENCE', 'CODEC_JWKS_URL', 'CODEC_ROLES_CLAIM'] as const),
  ...(['CODEC_STORY_ROLES', 'CODEC_PERSONAL_DATA_ROLES'] as const),
];

function contradictionsIn(
  codec: z.output<typeof codecEnvironmentSchema>,
  environment: NodeJS.ProcessEnv,
): string[] {
  const { CODEC_HOST, CODEC_ISSUER, CODEC_AUDIENCE, CODEC_TOKEN } = codec;
  if (CODEC_ISSUER === undefined && CODEC_TOKEN === undefined) {
    return [
      `CODEC_ISSUER or CODEC_TOKEN: is missing. Nobody listens on ${CODEC_HOST} without: whoever reached it would read everything`,
    ];
  }
  if (CODEC_ISSUER === undefined)
    return OF_ISSUER.filter((name) => environment[name]).map(
      (name) => `${name}: is of no use without CODEC_ISSUER`,
    );
  const mistakes: string[] = [];
  if (environment.CODEC_TOKEN_READS && CODEC_TOKEN === undefined)
    mistakes.push('CODEC_TOKEN_READS: is of no use without CODEC_TOKEN');
  if (!CODEC_AUDIENCE?.length)
    mistakes.push('CODEC_AUDIENCE: is missing: the issuer gives tokens for other programs too');
  // Node takes any certificate at this value, and at no other.
  else if (environment.NODE_TLS_REJECT_UNAUTHORIZED === '0')
    mistakes.push('NODE_TLS_REJECT_UNAUTHORIZED: lets anybody pass for the issuer: unset it');
  return mistakes;
}
