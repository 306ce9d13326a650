/** What stands between the commas of a variable, without blanks around it; none where it is empty. */
export const listIn = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
