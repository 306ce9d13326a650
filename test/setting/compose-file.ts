import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** A service as a compose file writes it, with what variables stand for filled in. */
export interface ComposeService {
  image?: string;
  command?: string[];
  environment?: Record<string, string>;
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
  ports?: string[];
  secrets?: string[];
  restart?: string;
  stop_grace_period?: string;
  network_mode?: string;
}

export interface ComposeFile {
  services: Record<string, ComposeService>;
  secrets: Record<string, { file: string }>;
}

/** @throws Error naming a variable that the file asks for and `variables` lack. */
export function readCompose(
  name: 'docker-compose.yml' | 'docker-compose.sandbox.yml',
  variables: Readonly<Record<string, string>>,
): ComposeFile {
  const text = readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
  // `!reset` is compose's own: it takes away what the first file says.
  const reset = { tag: '!reset', collection: 'seq' as const, resolve: () => [] };
  return filledIn(parse(text, { customTags: [reset] }), variables) as ComposeFile;
}

/** The version that an image is pinned to. @throws Error when the service has no image. */
export function imageVersion({ image }: ComposeService): string {
  const version = image?.split(':')[1];
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
