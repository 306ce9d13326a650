/**
 * `DOKU_SNAP_SETTINGS`, JSON of what differs from the SNAP settings' defaults, and `DOKU_BASE_URL`.
 *
 * @module
 */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { hasDuplicateMembers } from '../../activities/snap/json-text.js';
import {
  proxySchema,
  type SnapSettings,
  snapSettingsSchema,
} from '../../activities/snap/settings.js';
import { trustOf } from '../../activities/snap/trust.js';
import { proxyOf } from '../../activities/snap/tunnels.js';

export type SnapOverrides = Readonly<Record<string, unknown>>;

export const snapOverridesSchema = z
  .string()
  .default('{}')
  .transform((text, context): SnapOverrides => {
    const value = parsed(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      if (!hasDuplicateMembers(text)) return value as SnapOverrides;
      context.addIssue({ code: 'custom', message: 'names a setting twice' });
    } else {
      const message =
        value === undefined ? 'must be JSON' : 'must be a JSON object: {"setting":value}';
      context.addIssue({ code: 'custom', message });
    }
    return z.NEVER;
  });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The SNAP settings with their defaults.
 *
 * @param mistakes - takes what is wrong, each by its variable's name.
 */
export function snapSettingsFrom(
  overrides: SnapOverrides,
  baseUrl: string | undefined,
  mistakes: string[],
): SnapSettings | undefined {
  const given = { ...overrides, ...(baseUrl !== undefined && { baseUrl }) };
  const { data, error } = snapSettingsSchema.safeParse(given);
  if (isAnotherHost(overrides.baseUrl, baseUrl))
    mistakes.push(
      `${nameOf('baseUrl')}: is another than DOKU_BASE_URL, which is taken: give one of the two`,
    );
  for (const issue of error?.issues ?? []) {
    const path = issue.path.map(String).join('.');
    const isOfVariable = path === 'baseUrl' && baseUrl !== undefined;
    mistakes.push(`${isOfVariable ? 'DOKU_BASE_URL' : nameOf(path)}: ${wordsOf(issue)}`);
  }
  if (data) mistakes.push(...mistakesInHeaders(data), ...mistakesOnTheWay(data));
  return data;
}

const isAnotherHost = (given: unknown, baseUrl: string | undefined): boolean =>
  given !== undefined && baseUrl !== undefined && originOf(given) !== originOf(baseUrl);

const originOf = (url: unknown) =>
  typeof url === 'string' && URL.canParse(url) ? new URL(url).origin : url;

const nameOf = (path: string) =>
  path === '' ? 'DOKU_SNAP_SETTINGS' : `DOKU_SNAP_SETTINGS.${path}`;

/** A name that there is none of may be anything: only what looks like one is quoted. */
function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'unrecognized_keys') return issue.message;
  const names = issue.keys.filter((key) => /^[A-Za-z][A-Za-z0-9]{0,39}$/.test(key));
  return names.length > 0
    ? `has no setting of the name ${names.join(', ')}`
    : 'has no setting of such a name';
}

/** What no header can carry would fail each call by itself. */
function mistakesInHeaders({ headers }: SnapSettings): string[] {
  const { customerTokenPrefix: _fixed, ...texts } = headers;
  return Object.entries(texts)
    .filter(
      ([, text]) => text !== undefined && !/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text),
    )
    .map(
      ([name]) =>
        `${nameOf(`headers.${name}`)}: must be ASCII text on one line, without blanks around it`,
    );
}

/** What is wrong with the way to DOKU. */
function mistakesOnTheWay(settings: SnapSettings): string[] {
  const mistakes = mistakesInAuthority(settings);
  if (mistakes.length === 0) mistakes.push(...mistakesInTrust(settings));
  if (settings.proxy === undefined && !proxySchema.optional().safeParse(proxyOf(settings)).success)
    mistakes.push('HTTPS_PROXY: must be the http(s) URL of a proxy');
  return mistakes;
}

function mistakesInTrust(settings: SnapSettings): string[] {
  try {
    trustOf(settings);
    return [];
  } catch (error) {
    return [nameOf((error as Error).message)];
  }
}

function mistakesInAuthority({ ca, caFile }: SnapSettings): string[] {
  if (caFile === undefined) return ca === undefined || areCertificates(ca) ? [] : [notPem('ca')];
  try {
    return areCertificates(readFileSync(caFile, 'utf8')) ? [] : [notPem('caFile')];
  } catch {
    return [`${nameOf('caFile')}: cannot be read`];
  }
}

const notPem = (name: string) => `${nameOf(name)}: must be certificates in PEM`;

function areCertificates(pem: string): boolean {
  const blocks = pem.split('-----BEGIN CERTIFICATE-----').slice(1);
  try {
    for (const block of blocks) new X509Certificate(`-----BEGIN CERTIFICATE-----${block}`);
    return blocks.length > 0;
  } catch {
    return false;
  }
}
