/** More than anybody reads in one line. */
const LONGEST = 65_536;

/** A text of several lines as one: its beginning, where others wrote a long one; each line is looked at once. */
export const oneLine = (text: string) =>
  text
    .slice(0, LONGEST)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ');
