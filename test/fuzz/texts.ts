/**
 * What outsiders write: text that is odd, and JSON that is nearly right.
 *
 * @module
 */
import fc from 'fast-check';

const SPECIAL = [
  '',
  ' ',
  '\0',
  '\n',
  '\r\n',
  '\ufeff',
  '\u202e',
  '\ud83d',
  '😀',
  'é',
  '"',
  '\\',
  '{',
  '[',
  ',',
  ';',
  '=1+1',
  '@',
  '%00',
  '0',
  '-0',
  '1e999',
  '00',
  '10000.00',
  '10000.000',
  '9007199254740993',
  '2005500',
  'IDR',
  'null',
  'true',
  '__proto__',
  'constructor',
  'toString',
  'https://pay.example/',
  'javascript:alert(1)',
  'http://127.0.0.1/',
  'INV-1',
  '081234567890',
  'siti@example.com',
  '2026-01-01T00:00:00+07:00',
  '../..',
  '{"a":1,"a":2}',
  'a'.repeat(300),
  '['.repeat(300),
];

/** Any text, often one that somebody has stumbled over. */
export const oddText = fc.oneof(
  fc.constantFrom(...SPECIAL),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.array(fc.constantFrom(...SPECIAL), { maxLength: 4 }).map((parts) => parts.join('')),
);

/** Any value of JSON, a few levels deep, with members of these names among others. */
export const oddValue = (names: readonly string[] = []): fc.Arbitrary<unknown> =>
  fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, depthSize: 'small', withCrossShrink: true },
      oddText,
      fc.constantFrom(null, true, false, 0, -1, 1.5, 1e300, '00', '10000.00'),
      fc.array(tie('value'), { maxLength: 3 }),
      oddObject(names, tie('value')),
    ),
  })).value;

/** An object whose members have these names, and some that nobody expects. */
export const oddObject = (names: readonly string[], value: fc.Arbitrary<unknown>) =>
  fc
    .array(
      fc.tuple(
        names.length > 0
          ? fc.oneof(
              { weight: 4, arbitrary: fc.constantFrom(...names) },
              { weight: 1, arbitrary: oddText },
            )
          : oddText,
        value,
      ),
      { maxLength: 8 },
    )
    .map((members) => Object.fromEntries(members));

/** What happens to a text on its way, or at the hands of who sends it. */
export const change = fc.record({
  kind: fc.constantFrom('none', 'none', 'cut', 'insert', 'replace', 'repeat'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  with: oddText,
});
export type Change = typeof change extends fc.Arbitrary<infer Made> ? Made : never;

export function changed(text: string, { kind, at, with: piece }: Change): string {
  const place = Math.floor(at * text.length);
  const [head, tail] = [text.slice(0, place), text.slice(place)];
  switch (kind) {
    case 'cut':
      return head;
    case 'insert':
      return head + piece + tail;
    case 'replace':
      return head + piece + tail.slice(piece.length);
    case 'repeat':
      return head + tail.slice(0, 20) + tail;
    default:
      return text;
  }
}
