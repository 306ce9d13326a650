/**
 * The credentials at DOKU, and what events are signed with, read again while the worker runs: a rotation needs no restart.
 *
 * @module
 */
import { readFile } from 'node:fs/promises';
import type { SnapCredentials } from '../../activities/snap/credentials.js';
import type { SafeLogger } from '../logger.js';
import { type Configuration, configurationFrom } from './environment.js';

/** What a platform needs to bring a changed file to a worker takes longer. */
const LOOK_EVERY_MS = 5_000;

/** Variables whose files are looked at. */
const NAMES = [
  'DOKU_CLIENT_SECRET',
  'DOKU_SECOND_CLIENT_SECRET',
  'DOKU_PRIVATE_KEY',
  'DOKU_SECOND_PRIVATE_KEY',
  'DOKU_AUTH_CODE_SECRET',
  'DOKU_SECOND_AUTH_CODE_SECRET',
  'DOKU_PUBLIC_KEY',
  'DOKU_SECOND_PUBLIC_KEY',
  'EVENTS_SECRET',
  'EVENTS_SECOND_SECRET',
] as const;

/** Ours at DOKU, and DOKU's own. To be read anew for each use. */
export interface DokuCredentials extends SnapCredentials {
  /** PEM: they verify DOKU's requests for a token. None, one, or two during a rotation. */
  readonly dokuPublicKeys: readonly string[];
  /** Sign events, the first one alone or both during a rotation. */
  readonly eventSecrets: readonly string[];
}

/** Those of a configuration. */
export function credentialsIn(configuration: Configuration): DokuCredentials {
  const { DOKU_PUBLIC_KEY, DOKU_SECOND_PUBLIC_KEY } = configuration;
  const { EVENTS_SECRET, EVENTS_SECOND_SECRET } = configuration;
  return {
    clientId: configuration.DOKU_CLIENT_ID,
    clientSecret: configuration.DOKU_CLIENT_SECRET,
    secondClientSecret: configuration.DOKU_SECOND_CLIENT_SECRET,
    privateKey: configuration.DOKU_PRIVATE_KEY,
    secondPrivateKey: configuration.DOKU_SECOND_PRIVATE_KEY,
    authCodeSecret: configuration.DOKU_AUTH_CODE_SECRET,
    secondAuthCodeSecret: configuration.DOKU_SECOND_AUTH_CODE_SECRET,
    dokuPublicKeys: [DOKU_PUBLIC_KEY, DOKU_SECOND_PUBLIC_KEY].filter((key) => key !== undefined),
    eventSecrets: [EVENTS_SECRET, EVENTS_SECOND_SECRET].filter((secret) => secret !== undefined),
  };
}

export interface CredentialsOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** What the environment said at the start. */
  readonly configuration: Configuration;
  readonly logger: SafeLogger;
  /** Milliseconds between two looks at the files. Default 5,000. */
  readonly lookEveryMs?: number;
}

export interface WatchedCredentials {
  /** One object, whose properties are what the files say now. */
  readonly credentials: DokuCredentials;
  stop(): void;
}

/** Files that are wrong, or cannot be read, change nothing: the log says so, and what was known stays. */
export async function watchCredentials(options: CredentialsOptions): Promise<WatchedCredentials> {
  const { environment, configuration, logger, lookEveryMs = LOOK_EVERY_MS } = options;
  const credentials = { ...credentialsIn(configuration) };
  const files = NAMES.flatMap((name) => {
    const file = environment[`${name}_FILE`];
    return environment[name] || !file ? [] : [file];
  });
  let seen = await textsOf(files);
  const look = async () => {
    const texts = await textsOf(files);
    if (texts === seen) return;
    seen = texts;
    try {
      const { clientId: _staysAsItIs, ...changed } = credentialsIn(configurationFrom(environment));
      Object.assign(credentials, changed);
      logger.info('credentials were read again: their files changed');
    } catch (error) {
      logger.error({ error }, 'credentials stay as they were: their files changed, and are wrong');
    }
  };
  let timer: NodeJS.Timeout;
  let isStopped = false;
  const lookLater = () => {
    if (isStopped) return;
    timer = setTimeout(() => void look().finally(lookLater), lookEveryMs);
    timer.unref();
  };
  lookLater();
  const stop = () => {
    isStopped = true;
    clearTimeout(timer);
  };
  return { credentials, stop };
}

/** All in one, to be compared; what cannot be read is told from what is empty. */
async function textsOf(files: readonly string[]): Promise<string> {
  const texts = await Promise.all(
    files.map((file) => readFile(file, 'utf8').catch(() => null as string | null)),
  );
  return JSON.stringify(texts);
}
