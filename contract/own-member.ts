/**
 * What a table has under a name that comes from outside: such as `constructor`, which every object answers to, is in it only where
 * somebody has put it there.
 */
export const ownMember = <Value>(
  table: Readonly<Record<string, Value>>,
  name: string,
): Value | undefined => (Object.hasOwn(table, name) ? table[name] : undefined);
