import { areOfOneKey } from '../../activities/snap/rsa-key.js';
import { isLoopbackUrl } from '../../contract/loopback.js';
import type { PayloadKeys } from '../temporal/encryption.js';
import { type Rotating, secondsThatAreFirst } from './second-credentials.js';

/** What of a configuration depends on other parts of it. */
interface Configuration extends Rotating {
  readonly DOKU_CLIENT_ID: string;
  readonly PAYLOAD_KEYS: { readonly parsed: PayloadKeys };
  readonly PAYLOAD_ACTIVE_KEY_ID?: string | undefined;
  readonly EVENTS_URL?: string | undefined;
  readonly HEALTH_HOST: string;
  readonly HEALTH_PORT: number;
  readonly NOTIFICATIONS_HOST: string;
  readonly NOTIFICATIONS_PORT?: number | undefined;
  readonly NOTIFICATIONS_PATH: string;
  readonly NOTIFICATIONS_TOKEN_PATH: string;
  readonly METRICS_ADDRESS?: string | undefined;
  readonly ABSENT_AFTER: number;
  readonly TRANSFER_ABSENT_AFTER: number;
  readonly POLL_FIRST_MS: number;
  readonly POLL_MOST_MS: number;
  readonly MAX_CONCURRENT_ACTIVITIES: number;
  readonly MAX_PAUSED_ACTIVITIES?: number | undefined;
  readonly MAX_CALLS_A_SECOND?: number | undefined;
  readonly snap: { readonly baseUrl: string };
}

/** What is right in itself and cannot work together, each by its variable's name. */
export function contradictionsIn(
  configuration: Configuration,
  environment: NodeJS.ProcessEnv,
): string[] {
  return [
    ...betweenCredentials(configuration),
    ...secondsThatAreFirst(configuration),
    ...aboutNotifications(configuration, environment),
    ...betweenServers(configuration),
    ...aboutEvents(configuration),
    ...aboutAbsence(configuration),
    ...betweenLimits(configuration),
    ...betweenTrust(configuration, environment),
  ];
}

function* betweenCredentials(configuration: Configuration): Generator<string> {
  const { PAYLOAD_KEYS, PAYLOAD_ACTIVE_KEY_ID } = configuration;
  if (PAYLOAD_ACTIVE_KEY_ID !== undefined && !PAYLOAD_KEYS.parsed.keys.has(PAYLOAD_ACTIVE_KEY_ID))
    yield 'PAYLOAD_ACTIVE_KEY_ID: is not among PAYLOAD_KEYS';
  for (const name of ['DOKU_CLIENT_SECRET', 'DOKU_SECOND_CLIENT_SECRET'] as const)
    if (configuration[name] === configuration.DOKU_CLIENT_ID)
      yield `${name}: is DOKU_CLIENT_ID once more: give the secret that belongs to it`;
  for (const name of ['DOKU_PUBLIC_KEY', 'DOKU_SECOND_PUBLIC_KEY'] as const)
    for (const own of ['DOKU_PRIVATE_KEY', 'DOKU_SECOND_PRIVATE_KEY'] as const)
      if (isHalfOf(configuration[own], configuration[name]))
        yield `${name}: is our own, the public half of ${own}: give the RSA public key that DOKU's dashboard shows as DOKU's`;
}

const isHalfOf = (privateKey: string | undefined, publicKey: string | undefined): boolean =>
  privateKey !== undefined && publicKey !== undefined && areOfOneKey(privateKey, publicKey);

/** What says how notifications are taken, and nothing else; `TRUST_PROXY` is the gateway's as well. */
const OF_NOTIFICATIONS = [
  'NOTIFICATIONS_PATH',
  'NOTIFICATIONS_SIGNED_PATH',
  'NOTIFICATIONS_TOKEN_PATH',
  'NOTIFICATIONS_A_SECOND',
];

function* aboutNotifications(
  { NOTIFICATIONS_PORT, DOKU_PUBLIC_KEY }: Configuration,
  environment: NodeJS.ProcessEnv,
): Generator<string> {
  if (NOTIFICATIONS_PORT !== undefined) {
    if (DOKU_PUBLIC_KEY === undefined) yield 'DOKU_PUBLIC_KEY: is missing, to take notifications';
    return;
  }
  const idle = OF_NOTIFICATIONS.filter((name) => environment[name]);
  if (idle.length > 0)
    yield `NOTIFICATIONS_PORT: is missing: no notifications are taken without it, for all that ${idle.join(', ')} says`;
}

function* betweenServers(configuration: Configuration): Generator<string> {
  const { NOTIFICATIONS_PATH, NOTIFICATIONS_TOKEN_PATH } = configuration;
  const [notified, asked] = [NOTIFICATIONS_PATH, NOTIFICATIONS_TOKEN_PATH];
  // Proxies drop a last slash, or know no case.
  if (plainPath(notified) === plainPath(asked))
    yield `NOTIFICATIONS_TOKEN_PATH: is NOTIFICATIONS_PATH too${notified === asked ? '' : ', but for a last slash or its case'}: DOKU asks for tokens at a path of their own`;
  const taken: Listener[] = [];
  for (const listener of listenersIn(configuration)) {
    const other = taken.find((each) => isTaken(each, listener));
    if (other) yield `${listener.name}: has the port of ${other.name}: give it another`;
    taken.push(listener);
  }
}

const EVENTS_PREFIX = 'whsec_';

function* aboutEvents(configuration: Configuration): Generator<string> {
  const { EVENTS_URL, EVENTS_SECRET, EVENTS_SECOND_SECRET } = configuration;
  if (EVENTS_URL !== undefined && EVENTS_SECRET === undefined)
    yield 'EVENTS_SECRET: is missing, to sign what EVENTS_URL is told';
  if (EVENTS_URL === undefined && (EVENTS_SECRET ?? EVENTS_SECOND_SECRET) !== undefined)
    yield 'EVENTS_URL: is missing: nobody is told of events without it';
  const payloadKeys = [...configuration.PAYLOAD_KEYS.parsed.keys.values()];
  for (const name of ['EVENTS_SECRET', 'EVENTS_SECOND_SECRET'] as const) {
    const secret = Buffer.from(configuration[name]?.slice(EVENTS_PREFIX.length) ?? '', 'base64');
    if (payloadKeys.some((key) => secret.equals(key)))
      yield `${name}: is a payload key: whoever is told of events could read and change everything`;
  }
}

/** Sooner DOKU may still be about to carry out what was sent: it would be sent again (money rule 3). */
const LEAST_ABSENCE_MS = 30_000;

function* aboutAbsence(configuration: Configuration): Generator<string> {
  const { ABSENT_AFTER, TRANSFER_ABSENT_AFTER, snap } = configuration;
  const leastMs = isLoopbackUrl(snap.baseUrl) ? 0 : LEAST_ABSENCE_MS;
  for (const name of ['ABSENT_AFTER', 'TRANSFER_ABSENT_AFTER'] as const)
    if (configuration[name] < leastMs)
      yield `${name}: is less than 30 seconds, within which DOKU may still carry out what was sent: it would be paid twice`;
  if (TRANSFER_ABSENT_AFTER >= leastMs && TRANSFER_ABSENT_AFTER < ABSENT_AFTER)
    yield "TRANSFER_ABSENT_AFTER (an hour where it is not set): is less than ABSENT_AFTER: DOKU's history, which alone tells of transfers, shows nothing sooner than its status";
}

function* betweenLimits(configuration: Configuration): Generator<string> {
  const { POLL_FIRST_MS, POLL_MOST_MS, MAX_CALLS_A_SECOND } = configuration;
  const { MAX_CONCURRENT_ACTIVITIES, MAX_PAUSED_ACTIVITIES = 0 } = configuration;
  if (POLL_FIRST_MS > POLL_MOST_MS)
    yield 'POLL_MOST_MS: is less than POLL_FIRST_MS, the first pause';
  // Where Temporal limits the fleet's calls nothing pauses.
  const isIdle = MAX_CALLS_A_SECOND !== undefined;
  if (!isIdle && MAX_PAUSED_ACTIVITIES >= MAX_CONCURRENT_ACTIVITIES)
    yield 'MAX_PAUSED_ACTIVITIES: is not less than MAX_CONCURRENT_ACTIVITIES, of which they are: those that wait would leave no place for any other';
}

const plainPath = (path: string): string => path.toLowerCase().replace(/\/$/, '');

interface Listener {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** Those whose ports are not picked. */
function listenersIn(configuration: Configuration): Listener[] {
  const { HEALTH_HOST, HEALTH_PORT, NOTIFICATIONS_HOST, NOTIFICATIONS_PORT } = configuration;
  const metrics = configuration.METRICS_ADDRESS ?? '';
  const colon = metrics.lastIndexOf(':');
  return [
    { name: 'HEALTH_PORT', host: HEALTH_HOST, port: HEALTH_PORT },
    { name: 'NOTIFICATIONS_PORT', host: NOTIFICATIONS_HOST, port: NOTIFICATIONS_PORT ?? 0 },
    {
      name: 'METRICS_ADDRESS',
      host: metrics.slice(0, Math.max(colon, 0)),
      port: Number(metrics.slice(colon + 1)),
    },
  ].filter(({ port }) => port !== 0);
}

const EVERYWHERE = new Set(['0.0.0.0', '::', '[::]']);
const isTaken = (one: Listener, other: Listener) =>
  one.port === other.port &&
  (one.host === other.host || EVERYWHERE.has(one.host) || EVERYWHERE.has(other.host));

function* betweenTrust(
  { snap, EVENTS_URL }: Configuration,
  { NODE_TLS_REJECT_UNAUTHORIZED }: NodeJS.ProcessEnv,
): Generator<string> {
  // Node takes any certificate at this value, and at no other.
  if (NODE_TLS_REJECT_UNAUTHORIZED !== '0') return;
  if (EVENTS_URL !== undefined && !isLoopbackUrl(EVENTS_URL))
    yield 'NODE_TLS_REJECT_UNAUTHORIZED: lets anybody pass for the receiver of events: unset it';
  if (!isLoopbackUrl(snap.baseUrl))
    yield "NODE_TLS_REJECT_UNAUTHORIZED: lets anybody pass for DOKU: unset it, and trust a proxy's authority by DOKU_SNAP_SETTINGS.caFile";
}
