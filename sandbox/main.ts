#!/usr/bin/env node
/**
 * `npm run sandbox`: the sandbox alone, set by environment variables, each of which may also be given as a file's path
 * under its name with `_FILE`. Prints one line of JSON when it is ready, with what it made up and no secret that it was given.
 *
 * @module
 */
import './supported-node.js';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { startSandbox } from './server.js';

const VARIABLES: Readonly<Record<string, string>> = {
  port: 'SANDBOX_PORT',
  host: 'SANDBOX_HOST',
  publicUrl: 'SANDBOX_PUBLIC_URL',
  clientId: 'DOKU_CLIENT_ID',
  clientSecret: 'DOKU_CLIENT_SECRET',
  authCodeSecret: 'DOKU_AUTH_CODE_SECRET',
  merchantPublicKey: 'SANDBOX_MERCHANT_PUBLIC_KEY',
  dokuPrivateKey: 'SANDBOX_DOKU_PRIVATE_KEY',
  notifyUrl: 'SANDBOX_NOTIFY_URL',
  notifyTokenUrl: 'SANDBOX_NOTIFY_TOKEN_URL',
  temperaments: 'SANDBOX_TEMPERAMENTS',
  tls: 'SANDBOX_TLS',
  booksFile: 'SANDBOX_BOOKS_FILE',
};

async function optionsFrom(environment: NodeJS.ProcessEnv): Promise<Record<string, string>> {
  const options: Record<string, string> = {};
  for (const [option, variable] of Object.entries(VARIABLES)) {
    const file = environment[`${variable}_FILE`];
    if (environment[variable] && file)
      throw new Error(`${variable}_FILE: is not read beside ${variable}: take one of the two away`);
    const value = environment[variable] || (file && (await textOf(file, `${variable}_FILE`)));
    if (value) options[option] = value;
  }
  return options;
}

async function textOf(file: string, variable: string): Promise<string> {
  try {
    // A key file keeps its line ends inside; the one at its end is an editor's.
    return (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
  } catch {
    throw new Error(`${variable}: cannot be read`);
  }
}

const USAGE = `doku-journeys-sandbox: runs the sandbox alone.
It takes no arguments. What sets it are variables of the environment; docs/sandbox.md says what each means:

${[...Object.values(VARIABLES), 'SANDBOX_CA_FILE'].map((name) => `  ${name}`).join('\n')}
`;

async function main(): Promise<void> {
  const [argument] = process.argv.slice(2);
  if (argument === '--help' || argument === '-h') return void process.stdout.write(USAGE);
  if (argument !== undefined)
    throw new Error(`unknown argument "${argument}"; see --help, and docs/sandbox.md`);
  const { temperaments, tls, ...texts } = await optionsFrom(process.env);
  assertTlsIsVerified([texts.notifyUrl, texts.notifyTokenUrl]);
  const sandbox = await startSandbox({
    ...texts,
    ...(temperaments && { temperaments: parsed(temperaments) }),
    tls: isOn(tls),
  });
  const { merchantPrivateKeyPem, caPem, close, clientSecret, authCodeSecret, ...shown } = sandbox;
  await saveCa(caPem);
  const line = {
    ...shown,
    ...(texts.clientSecret === undefined && { clientSecret }),
    ...(texts.authCodeSecret === undefined && { authCodeSecret }),
    ...(merchantPrivateKeyPem && { merchantPrivateKeyFile: await savedKey(merchantPrivateKeyPem) }),
  };
  const stop = () => void close().then(() => process.exit(0));
  // It comes twice where npm passes on the Ctrl-C that the terminal sends too: the second must not end us first.
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, stop).on(signal, () => {});
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Any other word would leave TLS out in silence. */
function isOn(tls = '0'): boolean {
  if (!/^(?:0|1|false|true)$/.test(tls)) throw new Error('SANDBOX_TLS: must be 1 or 0');
  return tls === '1' || tls === 'true';
}

/** Node takes any certificate at this value, and at no other. */
function assertTlsIsVerified(urls: readonly (string | undefined)[]): void {
  if (process.env.NODE_TLS_REJECT_UNAUTHORIZED !== '0') return;
  const isOutside = (url: string | undefined) =>
    url !== undefined &&
    URL.canParse(url) &&
    !/^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(new URL(url).hostname);
  if (urls.some(isOutside))
    throw new Error('NODE_TLS_REJECT_UNAUTHORIZED: lets anybody pass for the merchant: unset it');
}

function parsed(temperaments: string) {
  try {
    return JSON.parse(temperaments);
  } catch {
    throw new Error('SANDBOX_TEMPERAMENTS: must be JSON');
  }
}

async function saveCa(pem: string | undefined): Promise<void> {
  const { SANDBOX_CA_FILE } = process.env;
  if (!SANDBOX_CA_FILE || !pem) return;
  try {
    await writeFile(SANDBOX_CA_FILE, pem);
  } catch (cause) {
    throw new Error('SANDBOX_CA_FILE: cannot be written', { cause });
  }
}

/** A secret is printed as the path of a file that only its owner can read. */
async function savedKey(pem: string): Promise<string> {
  const file = path.join(
    await mkdtemp(path.join(tmpdir(), 'doku-sandbox-')),
    'merchant-private-key.pem',
  );
  await writeFile(file, pem, { mode: 0o600 });
  return file;
}

function explained(error: unknown): string {
  if (error instanceof z.ZodError) {
    return error.issues
      .map(
        (issue) => `${VARIABLES[String(issue.path[0])] ?? issue.path.join('.')}: ${issue.message}`,
      )
      .join('\n');
  }
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'EADDRINUSE' ? 'SANDBOX_PORT: the port is taken; 0 picks a free one' : message;
}

main().catch((error: unknown) => {
  process.stderr.write(`sandbox: ${explained(error)}\n`);
  process.exit(1);
});
