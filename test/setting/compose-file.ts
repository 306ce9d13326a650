import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** A service as a compose file writes it, with what variables stand for filled in. */
export interface ComposeService {
  image?: string;
  command?: string[];
  build?: { target?: string };
  user?: string;
  environment?: Record<string, string>;
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
  ports?: string[];
  secrets?: string[];
  networks?: string[];
  read_only?: boolean;
  cap_drop?: string[];
  cap_add?: string[];
  privileged?: boolean;
  security_opt?: string[];
  pids_limit?: number;
  mem_limit?: string;
  cpus?: number;
  logging?: { driver: string; options: Record<string, string> };
  restart?: string;
  stop_grace_period?: string;
  network_mode?: string;
}

export interface ComposeFile {
  services: Record<string, ComposeService>;
  secrets: Record<string, { file: string }>;
  networks?: Record<string, { internal?: boolean; driver_opts?: Record<string, string> } | null>;
}

export type ComposeFileName =
  `docker-compose${'' | '.sandbox' | '.tls' | '.cloud' | '.events'}.yml`;

/** `!reset` is compose's own: it takes away what the first file says. */
const RESET_LIST = { tag: '!reset', collection: 'seq' as const, resolve: () => [] };
const RESET_MAP = { tag: '!reset', collection: 'map' as const, resolve: () => ({}) };

/** @throws Error naming a variable that the file asks for and `variables` lack. */
export function readCompose(
  name: ComposeFileName,
  variables: Readonly<Record<string, string>>,
): ComposeFile {
  const text = readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
  const customTags = [RESET_LIST, RESET_MAP];
  return filledIn(parse(text, { customTags, merge: true }), variables) as ComposeFile;
}

/** The version that an image is pinned to, whatever digest stands behind it. @throws Error when the service has no image. */
export function imageVersion({ image }: ComposeService): string {
  const version = image?.split('@')[0]?.split(':')[1];
  if (version === undefined) throw new Error(`no version in ${image}`);
  return version;
}

function filledIn(value: unknown, variables: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') return interpolated(value, variables);
  if (Array.isArray(value)) return value.map((each) => filledIn(each, variables));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, filledIn(inner, variables)]);
  return Object.fromEntries(entries);
}

/** `${NAME}`, `${NAME:-default}`, `${NAME:?complaint}` and `$$`. */
const interpolated = (text: string, variables: Readonly<Record<string, string>>) =>
  text.replace(
    /\$\$|\$\{(\w+)(?::([-?])([^}]*))?\}/g,
    (whole, name: string, operator?: string, rest = '') => {
      if (whole === '$$') return '$';
      const value = variables[name];
      if (value) return value;
      if (operator === '?') throw new Error(`${name}: ${rest}`);
      return operator === '-' ? rest : '';
    },
  );
