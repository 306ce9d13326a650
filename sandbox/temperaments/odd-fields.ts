import type { OddForm } from './kinds.js';
import type { Of } from './schema.js';

/** Writes one field of a body otherwise, in place; a body without that field stays as it is. */
export function writtenOddly(
  body: Record<string, unknown>,
  { field, form }: Of<'writesOddly'>,
): void {
  const path = field.split('.');
  const last = path.pop() as string;
  let holder: unknown = body;
  for (const step of path) {
    if (!isHolder(holder) || !(step in holder)) return;
    // Its lists and objects may be the sandbox's own.
    holder[step] = structuredClone(holder[step]);
    holder = holder[step];
  }
  if (!isHolder(holder) || !(last in holder)) return;
  if (form === 'missing') delete holder[last];
  else holder[last] = FORMS[form](holder[last]);
}

const isHolder = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const FORMS: Readonly<Record<Exclude<OddForm, 'missing'>, (value: unknown) => unknown>> = {
  null: () => null,
  threeDecimals: (value) => inAmount(value, (text) => `${text}0`),
  trailingSpace: (value) => inAmount(value, (text) => `${text} `),
  number: (value) => inAmount(value, Number),
  text: (value) => JSON.stringify(value),
  object: (value) => ({ value }),
};

/** An amount is written oddly in its value. */
const inAmount = (value: unknown, write: (text: string) => unknown) =>
  isHolder(value) && typeof value.value === 'string'
    ? { ...value, value: write(value.value) }
    : write(String(value));
