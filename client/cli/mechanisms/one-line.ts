/** A text of several lines as one; what others wrote may be long, so that each line is looked at once. */
export const oneLine = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ');
