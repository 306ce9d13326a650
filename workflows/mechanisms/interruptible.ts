import { CancellationScope, condition } from '@temporalio/workflow';

/** What became of work that need not be waited for. */
export type Waited<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'interrupted' };

/**
 * Waits for work, but no longer than there is something better to do; what is left of it is cancelled.
 *
 * @param isOver - looked at whenever anything happens to the workflow.
 * @param limitMs - without it there is no limit.
 */
export async function interruptible<T>(
  work: () => Promise<T>,
  isOver: () => boolean,
  limitMs?: number,
): Promise<Waited<T>> {
  const scope = new CancellationScope();
  let waited: Waited<T> = { kind: 'interrupted' };
  scope.run(work).then(
    (value) => {
      waited = { kind: 'done', value };
    },
    (error) => {
      waited = { kind: 'failed', error };
    },
  );
  const isSettled = () => waited.kind !== 'interrupted';
  const look = () => isSettled() || isOver();
  await (limitMs === undefined ? condition(look) : condition(look, Math.max(1, limitMs)));
  const seen = waited;
  if (!isSettled()) scope.cancel();
  return seen;
}
