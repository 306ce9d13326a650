/**
 * Temporal's own environment variables and profiles (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`,
 * `TEMPORAL_TLS_*`, `TEMPORAL_PROFILE`), and its API key as a file (`TEMPORAL_API_KEY_FILE`), as workers and the command line read them.
 *
 * @module
 */
import { accessSync, constants } from 'node:fs';
import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import { isLoopbackAddress } from '../../contract/loopback.js';
import { secretIn } from '../configuration/secret.js';
import { tlsMistakesIn } from './tls-environment.js';

/** Where Temporal is where nothing says so. */
const DEFAULT_ADDRESS = 'localhost:7233';

const ADDRESS = /^(?:[A-Za-z0-9_.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::(\d{1,5}))?$/;
const ADDRESS_FORM =
  'must be host:port, with a port from 1 to 65535 and without a scheme, a path, quotes or blanks';
/** What a header can carry, without what copying leaves around it. */
const WORD = /^(?!["'`])[\x21-\x7e]+(?<!["'`])$/;
const UNVERIFIED = 'TEMPORAL_TLS_DISABLE_HOST_VERIFICATION';
const API_KEY = 'TEMPORAL_API_KEY';
const WORDS = [
  'TEMPORAL_NAMESPACE',
  API_KEY,
  'TEMPORAL_PROFILE',
  'TEMPORAL_TLS_SERVER_NAME',
] as const;

export interface TemporalSettings extends ClientConnectConfig {
  readonly address: string;
  readonly namespace: string;
  /** Where the API key stands, when it came from a file. */
  readonly apiKeyFile: string | undefined;
}

/**
 * How to connect, as the environment and its profile say. An empty variable is as good as none.
 *
 * @throws RangeError naming each variable that cannot work, never with its value.
 */
export function temporalSettingsFrom(environment: NodeJS.ProcessEnv): TemporalSettings {
  const mistakes = mistakesInVariables(environment);
  if (mistakes.length > 0) throw new RangeError(mistakes.join('; '));
  const apiKey = secretIn(environment, API_KEY);
  const config = configIn({ ...environment, ...(apiKey && { [API_KEY]: apiKey }) });
  const address = config.connectionOptions.address ?? DEFAULT_ADDRESS;
  // A profile's, where no variable says it.
  if (!isAddress(address))
    throw new RangeError(`the address in Temporal's profile: ${ADDRESS_FORM}`);
  assertSealed(config.connectionOptions, address);
  return {
    ...config,
    address,
    namespace: config.namespace ?? 'default',
    apiKeyFile: environment[`${API_KEY}_FILE`] || undefined,
  };
}

/** @returns what cannot work, each by its variable's name. */
export function temporalMistakesIn(environment: NodeJS.ProcessEnv): string[] {
  const mistakes = mistakesInVariables(environment);
  if (mistakes.length > 0) return mistakes;
  try {
    temporalSettingsFrom(environment);
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

/** @throws RangeError where what proves who we are would go to another machine in the clear. */
function assertSealed(
  { tls, apiKey, metadata = {} }: ClientConnectConfig['connectionOptions'],
  address: string,
): void {
  if (tls || isLoopbackAddress(address)) return;
  if (apiKey !== undefined)
    throw new RangeError(`${API_KEY}: goes in the clear without TLS: take TEMPORAL_TLS=false away`);
  if (Object.keys(metadata).some((name) => name.toLowerCase() === 'authorization'))
    throw new RangeError(
      'TEMPORAL_GRPC_META_AUTHORIZATION: goes in the clear without TLS: set TEMPORAL_TLS=true',
    );
}

function mistakesInVariables(environment: NodeJS.ProcessEnv): string[] {
  const mistakes: string[] = [];
  const { TEMPORAL_ADDRESS, TEMPORAL_TLS } = environment;
  if (TEMPORAL_ADDRESS && !isAddress(TEMPORAL_ADDRESS))
    mistakes.push(`TEMPORAL_ADDRESS: ${ADDRESS_FORM}`);
  for (const name of WORDS) mistakes.push(...mistakesInWord(name, environment[name]));
  mistakes.push(...mistakesInKeyFile(environment), ...mistakesInConfigFile(environment));
  // The SDK takes every other word for "no", and would talk in the clear.
  if (TEMPORAL_TLS && !/^(?:true|false|1|0)$/.test(TEMPORAL_TLS))
    mistakes.push('TEMPORAL_TLS: must be true or false');
  // The SDK reads it, and has no such switch.
  if (/^(?:true|1)$/i.test(environment[UNVERIFIED] ?? ''))
    mistakes.push(
      `${UNVERIFIED}: is never followed, the server's certificate is always verified: take it away, and trust it by TEMPORAL_TLS_SERVER_CA_CERT_PATH or TEMPORAL_TLS_SERVER_NAME`,
    );
  return [...mistakes, ...tlsMistakesIn(environment)];
}

const mistakesInWord = (name: string, text: string | undefined): string[] =>
  text && !WORD.test(text)
    ? [`${name}: must be one word, without blanks, line breaks or quotes`]
    : [];

function mistakesInKeyFile(environment: NodeJS.ProcessEnv): string[] {
  if (!environment[`${API_KEY}_FILE`]) return [];
  try {
    return mistakesInWord(`${API_KEY}_FILE`, secretIn(environment, API_KEY));
  } catch (error) {
    return [(error as Error).message];
  }
}

/** The SDK takes one that is not there for an empty one, and goes to localhost. */
function mistakesInConfigFile({ TEMPORAL_CONFIG_FILE: file }: NodeJS.ProcessEnv): string[] {
  try {
    if (file) accessSync(file, constants.R_OK);
    return [];
  } catch {
    return ['TEMPORAL_CONFIG_FILE: cannot be read'];
  }
}

function isAddress(text: string): boolean {
  const match = ADDRESS.exec(text);
  const port = match?.[1];
  return match !== null && (port === undefined || (Number(port) >= 1 && Number(port) <= 65_535));
}

function configIn(environment: NodeJS.ProcessEnv): ClientConnectConfig {
  const given = Object.entries(environment).filter(
    // There an empty one takes a profile's entry away.
    ([name, value]) => value || name.startsWith('TEMPORAL_GRPC_META_'),
  );
  try {
    return loadClientConnectConfig({
      overrideEnvVars: Object.fromEntries(given) as Record<string, string>,
    });
  } catch {
    // Its words quote lines of the file, and so perhaps a key.
    throw new RangeError(
      'TEMPORAL_PROFILE or TEMPORAL_CONFIG_FILE: there is no such profile, or its file is no valid TOML',
    );
  }
}
