import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** One alert of `deploy/prometheus/alerts.yml`. */
export interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly summary: string; readonly description: string };
}

export const RULES_FILE = fileURLToPath(
  new URL('../../../deploy/prometheus/alerts.yml', import.meta.url),
);

export const rules = (
  parse(readFileSync(RULES_FILE, 'utf8')) as { groups: { rules: Rule[] }[] }
).groups.flatMap((group) => group.rules);

/** The metrics that an expression is about. */
export const metricsIn = (expr: string): string[] => [
  ...new Set(expr.match(/\b(?:temporal|doku)_\w+/g) ?? []),
];
