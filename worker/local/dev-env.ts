/**
 * `dev.env`: the keys and addresses of what runs on this machine, for backends and command lines beside it.
 *
 * @module
 */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { LocalSecrets } from './merchant.js';
import { CUSTOMER_ID, returnUrlOf } from './story.js';

/** Where the command line looks for it. */
export const USUAL_FOLDER = '.local';

/** What shells and readers of env files take alike, without quotes. */
const PLAIN = /^[\w+/=:,.@%-]*$/;

/** What runs, and where. */
export interface LocalParts {
  readonly secrets: LocalSecrets;
  /** host:port */
  readonly temporalAddress: string;
  readonly codecEndpoint: string | undefined;
  readonly gatewayUrl: string | undefined;
  readonly uiUrl: string | undefined;
  readonly sandboxUrl: string;
}

export interface DevEnvFile {
  /** As it is typed: relative where it lies below the folder that one is in. */
  readonly name: string;
  /** What loads it into a POSIX shell. */
  readonly loadedBy: string;
  /** What is typed before `npm run cli` and others for them to find it: nothing for the usual folder. */
  readonly forPrograms: string;
  /** Takes it away, unless another stack has written its own since. */
  remove(): Promise<void>;
}

/**
 * Writes the file, for its owner only.
 *
 * @param by - which program it speaks of, such as `npm start`.
 * @throws RangeError for a value that a shell would read otherwise than an env file's reader.
 */
export async function writeDevEnv(
  folder: string,
  by: string,
  parts: LocalParts,
): Promise<DevEnvFile> {
  const file = path.join(folder, 'dev.env');
  const name = typedName(file);
  const loadedBy = `set -a; . ${quoted(name)}; set +a`;
  const lines = Object.entries(variablesOf(parts)).flatMap(([key, value]) => {
    if (value === undefined) return [];
    if (!PLAIN.test(value)) throw new RangeError(`${key} needs quotes, which not all readers take`);
    return [`${key}=${value}`];
  });
  const head = [
    `# Keys and addresses of "${by}" on this machine, for as long as it runs: for development only.`,
    `# In a shell: ${loadedBy}`,
  ];
  const text = [...head, ...lines, ''].join('\n');
  await mkdir(folder, { recursive: true });
  const aside = `${file}.${process.pid}`;
  await writeFile(aside, text, { mode: 0o600 });
  await rename(aside, file);
  const isUsual = folder === path.resolve(USUAL_FOLDER);
  return {
    name,
    loadedBy,
    forPrograms: isUsual ? '' : `DOKU_JOURNEYS_DATA=${quoted(typedName(folder))} `,
    remove: async () => {
      const there = await readFile(file, 'utf8').catch(() => undefined);
      if (there === text) await rm(file, { force: true });
    },
  };
}

const variablesOf = (parts: LocalParts): Readonly<Record<string, string | undefined>> => ({
  TEMPORAL_ADDRESS: parts.temporalAddress,
  TEMPORAL_NAMESPACE: 'default',
  // Temporal's own CLI reads it.
  TEMPORAL_CODEC_ENDPOINT: parts.codecEndpoint,
  PAYLOAD_KEYS: parts.secrets.payloadKeys,
  DOKU_JOURNEYS_GATEWAY_URL: parts.gatewayUrl,
  DOKU_JOURNEYS_API_KEY: parts.secrets.apiKey.key,
  DOKU_JOURNEYS_UI_URL: parts.uiUrl,
  DOKU_JOURNEYS_SANDBOX_URL: parts.sandboxUrl,
  DOKU_JOURNEYS_RETURN_URL: returnUrlOf(parts.sandboxUrl),
  DOKU_JOURNEYS_CUSTOMER_ID: CUSTOMER_ID,
});

/** A file's or a folder's name as it is typed in a shell. */
export function typedName(file: string): string {
  const relative = path.relative(process.cwd(), file);
  const isBelow = !relative.startsWith('..') && !path.isAbsolute(relative);
  // A name without a slash is looked for on the PATH.
  if (isBelow) return relative.includes(path.sep) ? relative : `./${relative}`;
  return file;
}

const quoted = (name: string) =>
  /^[\w./+-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
