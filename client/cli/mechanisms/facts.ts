/** What is shown of a journey's view or result: named here or plain, so that no page's address or name slips through. */
const INSIDE = new Set(['expiresAt', 'confirmBy', 'show', 'page', 'triesLeft']);
const APART = new Set(['status', 'attention', 'result', 'resolution']);

type Fact = string | number | boolean;
const isFact = (value: unknown): value is Fact =>
  ['string', 'number', 'boolean'].includes(typeof value);

/** Top-level values, amounts and counts; of what lies deeper only what {@link INSIDE} names. */
export function factsOf(record: object): Record<string, Fact> {
  const facts: Record<string, Fact> = {};
  for (const [name, value] of Object.entries(record)) {
    if (APART.has(name)) continue;
    if (isFact(value)) facts[name] = value;
    else if (name === 'amount') facts[name] = `${value.currency} ${value.value}`;
    else if (name === 'counts') facts[name] = countsTold(value);
    else if (value !== null && typeof value === 'object') Object.assign(facts, insideOf(value));
  }
  return facts;
}

const countsTold = (counts: object) =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');

const insideOf = (value: object) =>
  Object.fromEntries(
    Object.entries(value).filter(([name, inner]) => INSIDE.has(name) && isFact(inner)),
  );
