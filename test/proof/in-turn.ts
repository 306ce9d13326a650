let last: Promise<unknown> = Promise.resolve();

/**
 * Starts one after the other: a worker takes a core for seconds until it is loaded, and many at once would keep those
 * that run already from answering in time.
 */
export function inTurn<T>(start: () => Promise<T>): Promise<T> {
  const next = last.then(start);
  last = next.catch(() => {});
  return next;
}
