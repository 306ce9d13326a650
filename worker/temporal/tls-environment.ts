/**
 * The certificates and the key of `TEMPORAL_TLS_*`, which the SDK would drop in silence or refuse in OpenSSL's words.
 *
 * @module
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

const SERVER = 'TEMPORAL_TLS_SERVER_CA_CERT';
const CERTIFICATE = 'TEMPORAL_TLS_CLIENT_CERT';
const KEY = 'TEMPORAL_TLS_CLIENT_KEY';

/** @returns what cannot work, each by its variable's name and never with its value. */
export function tlsMistakesIn(environment: NodeJS.ProcessEnv): string[] {
  const mistakes: string[] = [];
  const read = <Value>(name: string, what: string, parsed: (pem: Buffer) => Value) => {
    const pem = pemIn(environment, name, mistakes);
    if (!pem) return undefined;
    try {
      return parsed(pem.bytes);
    } catch {
      mistakes.push(`${pem.variable}: must be ${what} in PEM`);
      return undefined;
    }
  };
  read(SERVER, 'a certificate', (pem) => new X509Certificate(pem));
  const certificate = read(CERTIFICATE, 'a certificate', (pem) => new X509Certificate(pem));
  const key = read(KEY, 'a private key, not encrypted,', (pem) => createPrivateKey(pem));
  return mistakes.length > 0 ? mistakes : mistakesInPair(environment, certificate, key);
}

function mistakesInPair(
  environment: NodeJS.ProcessEnv,
  certificate: X509Certificate | undefined,
  key: KeyObject | undefined,
): string[] {
  if (!certificate && !key) return [];
  const [given, missing] = certificate ? [CERTIFICATE, KEY] : [KEY, CERTIFICATE];
  if (!certificate || !key)
    return [`${nameIn(environment, given)}: is of no use without ${missing}_PATH`];
  return certificate.checkPrivateKey(key)
    ? []
    : [`${nameIn(environment, KEY)}: is not the key of the client's certificate`];
}

const nameIn = (environment: NodeJS.ProcessEnv, name: string) =>
  environment[`${name}_PATH`] ? `${name}_PATH` : `${name}_DATA`;

function pemIn(environment: NodeJS.ProcessEnv, name: string, mistakes: string[]) {
  const file = environment[`${name}_PATH`];
  const data = environment[`${name}_DATA`];
  if (file && data) {
    mistakes.push(`${name}_PATH: is given as ${name}_DATA too: give it once`);
    return undefined;
  }
  if (!file) return data ? { variable: `${name}_DATA`, bytes: Buffer.from(data) } : undefined;
  try {
    return { variable: `${name}_PATH`, bytes: readFileSync(file) };
  } catch {
    mistakes.push(`${name}_PATH: cannot be read`);
    return undefined;
  }
}
