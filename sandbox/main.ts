#!/usr/bin/env node
/**
 * `npm run sandbox`: the sandbox alone, set by environment variables. Prints one line of JSON when it is ready.
 *
 * @module
 */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { startSandbox } from './server.js';

const VARIABLES: Readonly<Record<string, string>> = {
  port: 'SANDBOX_PORT',
  host: 'SANDBOX_HOST',
  publicUrl: 'SANDBOX_PUBLIC_URL',
  clientId: 'DOKU_CLIENT_ID',
  clientSecret: 'DOKU_CLIENT_SECRET',
  authCodeSecret: 'DOKU_AUTH_CODE_SECRET',
  merchantPublicKey: 'SANDBOX_MERCHANT_PUBLIC_KEY_FILE',
  notifyUrl: 'SANDBOX_NOTIFY_URL',
  notifyTokenUrl: 'SANDBOX_NOTIFY_TOKEN_URL',
};

async function optionsFrom(environment: NodeJS.ProcessEnv): Promise<Record<string, string>> {
  const given = Object.entries(VARIABLES).flatMap(([option, variable]) => {
    const value = environment[variable];
    return value === undefined || value === '' ? [] : [[option, value] as const];
  });
  const options = Object.fromEntries(given);
  const file = options.merchantPublicKey;
  if (file !== undefined)
    options.merchantPublicKey = await readFile(file, 'utf8').catch(() => '(unreadable)');
  return options;
}

async function main(): Promise<void> {
  const sandbox = await startSandbox(await optionsFrom(process.env));
  const { merchantPrivateKeyPem, close, ...shown } = sandbox;
  const line = {
    ...shown,
    ...(merchantPrivateKeyPem && { merchantPrivateKeyFile: await savedKey(merchantPrivateKeyPem) }),
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void close().then(() => process.exit(0)));
  process.stdout.write(`${JSON.stringify(line)}\n`);
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
