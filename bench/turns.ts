/**
 * Measures contenders one after the other, back and forth (A B, B A, A B, …), so that a machine which slows down or warms
 * up on the way does so to all of them.
 *
 * @returns what each turn came to, by contender.
 */
export async function inTurns<Contender, Seen>(
  contenders: readonly Contender[],
  turns: number,
  measure: (contender: Contender) => Promise<Seen>,
): Promise<Map<Contender, Seen[]>> {
  const seen = new Map<Contender, Seen[]>(contenders.map((contender) => [contender, []]));
  for (let turn = 0; turn < turns; turn++) {
    const order = turn % 2 === 0 ? contenders : [...contenders].reverse();
    for (const contender of order) seen.get(contender)?.push(await measure(contender));
  }
  return seen;
}
