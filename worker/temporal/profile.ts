/**
 * Where Temporal is and who we are to it: its own environment variables and profiles (`TEMPORAL_ADDRESS`,
 * `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`, `TEMPORAL_TLS_*`, `TEMPORAL_PROFILE`), and its API key as a file.
 *
 * @module
 */
import { accessSync, constants } from 'node:fs';
import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import { secretIn } from '../configuration/secret.js';

export interface TemporalProfile {
  readonly connectionOptions: ClientConnectConfig['connectionOptions'];
  readonly namespace: string;
  readonly address: string;
  /** Where the API key stands, when it came from a file. */
  readonly apiKeyFile: string | undefined;
}

const API_KEY = 'TEMPORAL_API_KEY';
const CERTIFICATE = 'TEMPORAL_TLS_CLIENT_CERT';
const KEY = 'TEMPORAL_TLS_CLIENT_KEY';
const FILES = [`${CERTIFICATE}_PATH`, `${KEY}_PATH`, 'TEMPORAL_TLS_SERVER_CA_CERT_PATH'];

/**
 * Reads the environment as Temporal's own tools do, but for empty variables, which are as good as none.
 *
 * @throws RangeError naming the variable that is wrong, never its value.
 */
export function temporalProfile(environment: NodeJS.ProcessEnv): TemporalProfile {
  const variables = given(environment);
  for (const name of FILES) assertReadable(name, variables[name]);
  assertPair(variables);
  const apiKey = secretIn(variables, API_KEY);
  const { connectionOptions, namespace } = loadClientConnectConfig({
    overrideEnvVars: { ...variables, ...(apiKey && { [API_KEY]: apiKey }) },
  });
  return {
    connectionOptions,
    namespace: namespace ?? 'default',
    address: connectionOptions.address ?? 'localhost:7233',
    apiKeyFile: variables[API_KEY] ? undefined : variables[`${API_KEY}_FILE`],
  };
}

const given = (environment: NodeJS.ProcessEnv) =>
  Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => !!entry[1]),
  );

function assertReadable(name: string, file: string | undefined): void {
  if (file === undefined) return;
  try {
    accessSync(file, constants.R_OK);
  } catch {
    throw new RangeError(`${name}: cannot be read`);
  }
}

/** With one of the two alone the SDK would connect as nobody, without a word. */
function assertPair(variables: Readonly<Record<string, string>>): void {
  const isThere = (name: string) => `${name}_PATH` in variables || `${name}_DATA` in variables;
  for (const [one, other] of [
    [CERTIFICATE, KEY],
    [KEY, CERTIFICATE],
  ] as const)
    if (isThere(one) && !isThere(other))
      throw new RangeError(`${other}_PATH: is missing, to go with ${one}_PATH`);
}
