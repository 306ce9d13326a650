/**
 * Variables of no setting: a slip of the pen would else be passed over, and what it was to set would be left out in silence.
 *
 * @module
 */
import type { SafeLogger } from '../safe-logger.js';

/** Of a program. */
export interface KnownNames {
  readonly names: readonly string[];
  /** Of what is nobody else's: what begins so and is no setting is told. */
  readonly prefixes: readonly string[];
}

/** Temporal's own, of programs that connect to it, and the file of its key, which is ours. */
export const TEMPORAL_NAMES = [
  ...['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE', 'TEMPORAL_API_KEY', 'TEMPORAL_API_KEY_FILE'],
  ...['TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE', 'TEMPORAL_TLS', 'TEMPORAL_TLS_SERVER_NAME'],
  ...['TEMPORAL_TLS_CLIENT_CERT_PATH', 'TEMPORAL_TLS_CLIENT_CERT_DATA'],
  ...['TEMPORAL_TLS_CLIENT_KEY_PATH', 'TEMPORAL_TLS_CLIENT_KEY_DATA'],
  ...['TEMPORAL_TLS_SERVER_CA_CERT_PATH', 'TEMPORAL_TLS_SERVER_CA_CERT_DATA'],
  ...['TEMPORAL_TLS_DISABLE_HOST_VERIFICATION', 'TEMPORAL_CODEC_ENDPOINT', 'TEMPORAL_CODEC_AUTH'],
];

/** Of many programs: what differs by a letter may be another one's, as `HTTP_PROXY` is. */
const EVERYBODYS: ReadonlySet<string> = new Set(['HTTPS_PROXY', 'NO_PROXY', 'LOG_LEVEL']);
/** What backends and the local stack have, and what only tells of them. */
const CLIENTS = 'DOKU_JOURNEYS_';

/** As Kubernetes has for each service of a namespace (`enableServiceLinks`), by its name. */
const SERVICE_LINK =
  /_SERVICE_(?:HOST|PORT(?:_[A-Z0-9_]{1,64})?)$|_PORT_\d{1,5}_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?$/;
const isServiceLink = (name: string, value: string) =>
  SERVICE_LINK.test(name) || (name.endsWith('_PORT') && /^(?:tcp|udp|sctp):\/\//.test(value));

/** A name that is shorter says less, and another is sooner near it. */
const SHORT = 12;
const LONGEST = 64;

/**
 * What is nearly a setting is a slip of it only where nobody else has such a name: under a prefix of ours, or by one letter
 * behind the same first word. `HEALTHZ_PORT`, `EVENT_URL` and `TEMPORAL_CLI` may be another program's.
 *
 * @returns what is set and nearly a setting, each by its name.
 */
export function misspeltIn(
  environment: NodeJS.ProcessEnv,
  { names, prefixes }: KnownNames,
): string[] {
  const own = names.filter((name) => !EVERYBODYS.has(name));
  return strangersIn(environment, names).flatMap((stranger) => {
    if (own.some((name) => stranger === `${name}_FILE`))
      return [`${stranger}: is no setting: only secrets are taken as files`];
    const isUnderOurs = prefixes.some((prefix) => stranger.startsWith(prefix));
    const meant = own.find((name) => (isUnderOurs ? isNear : isSlip)(stranger, name));
    return meant === undefined ? [] : [`${stranger}: is no setting: ${meant} may be meant`];
  });
}

/** Says what is set under a prefix of ours, or nearly a setting, and is none. Others may have it for themselves. */
export function tellUnread(
  environment: NodeJS.ProcessEnv,
  { names, prefixes }: KnownNames,
  logger: Pick<SafeLogger, 'warn'>,
): void {
  for (const name of strangersIn(environment, names))
    if (prefixes.some((prefix) => name.startsWith(prefix)) || isNearAny(name, names))
      logger.warn({ detail: name }, 'a variable of no setting is not read');
}

function strangersIn(environment: NodeJS.ProcessEnv, names: readonly string[]): string[] {
  const known = new Set(names);
  return Object.entries(environment).flatMap(([name, value]) => {
    const isOne = /^[A-Z][A-Z0-9_]*$/.test(name) && name.length <= LONGEST;
    if (!isOne || !value || known.has(name) || name.startsWith(CLIENTS)) return [];
    return isServiceLink(name, value) ? [] : [name];
  });
}

const isNear = (name: string, known: string): boolean =>
  slipsBetween(name, known) <= (known.length < SHORT ? 1 : 2);

const isSlip = (name: string, known: string): boolean =>
  firstWordOf(name) === firstWordOf(known) && slipsBetween(name, known) <= 1;

const firstWordOf = (name: string) => name.slice(0, name.indexOf('_'));

const isNearAny = (name: string, names: readonly string[]): boolean =>
  names.some((known) => !EVERYBODYS.has(known) && isNear(name, known));

/** Letters that are left out, too many, another or in each other's place. */
function slipsBetween(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > 2) return Number.POSITIVE_INFINITY;
  let before: number[] = [];
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const isSame = one[i - 1] === other[j - 1];
      const isTurned = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      next[j] = Math.min(
        (row[j] ?? 0) + 1,
        (next[j - 1] ?? 0) + 1,
        (row[j - 1] ?? 0) + (isSame ? 0 : 1),
        isTurned ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [before, row] = [row, next];
  }
  return row[other.length] ?? 0;
}
