/** Text that is HTML already. */
export class Html {
  constructor(readonly text: string) {}
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A template whose values are escaped unless they are {@link Html}. */
export function html(
  parts: TemplateStringsArray,
  ...values: readonly (string | Html | undefined)[]
): Html {
  const shown = values.map((value) => {
    if (value instanceof Html) return value.text;
    return (value ?? '').replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
  });
  return new Html(parts.map((part, index) => `${part}${shown[index] ?? ''}`).join(''));
}

/** One after the other. */
export const joined = (parts: readonly Html[]): Html =>
  new Html(parts.map(({ text }) => text).join('\n'));
