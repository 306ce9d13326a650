/**
 * A text's first words, at most so many characters: an address that is cut in half is no longer known as one, so that a
 * word goes whole or not at all.
 */
export function beginningOf(text: string, most: number): string {
  if (text.length <= most) return text;
  let end = most;
  while (end > 0 && !isBlank(text, end)) end--;
  return `${text.slice(0, end)}…`;
}

const isBlank = (text: string, at: number) => text.charAt(at).trim() === '';
