/**
 * Works through items, so many at once. The first error ends it, once what is under way has ended too.
 *
 * @throws the first error.
 */
export async function atOnce<Item>(
  items: Iterable<Item>,
  most: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items[Symbol.iterator]();
  let failure: { readonly error: unknown } | undefined;
  const workThrough = async () => {
    for (let next = left.next(); !failure && !next.done; next = left.next()) {
      try {
        await work(next.value);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: most }, workThrough));
  if (failure) throw failure.error;
}
