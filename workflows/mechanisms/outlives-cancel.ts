import { CancellationScope, patched } from '@temporalio/workflow';

/**
 * Answers a caller whatever Temporal cancels: that is the journey's to answer, by its end (money rule 4), and what it has sent
 * meanwhile is looked after. Handlers stand in the workflow's own scope, whose cancellation would end their waits and calls.
 *
 * @returns the very answer of the work, so that it is there as soon as without this.
 */
export function outlivesCancel<Answer>(work: () => Answer): Answer {
  const whole = CancellationScope.current();
  const isOutlived = () => patched('updates-outlive-cancel');
  if (whole.consideredCancelled && !isOutlived()) return work();
  const own = new CancellationScope({
    cancellable: true,
    parent: new CancellationScope({ cancellable: false, parent: whole }),
  });
  const answer = within(own, work);
  let isOver = !(answer instanceof Promise);
  const end = () => {
    isOver = true;
  };
  if (answer instanceof Promise) answer.then(end, end);
  // Journeys of before, whose histories say so, gave it up.
  whole.cancelRequested.catch(() => {
    if (!isOver && !isOutlived()) own.cancel();
  });
  return answer;
}

/** A scope's own `run` hands a promise of its own back, later than the work's. */
function within<Answer>(scope: CancellationScope, work: () => Answer): Answer {
  let begun: { readonly answer: Answer } | { readonly error: unknown } | undefined;
  void scope.run(async () => {
    try {
      begun = { answer: work() };
    } catch (error) {
      begun = { error };
    }
  });
  if (begun === undefined) throw new TypeError('a scope runs its work at once');
  if ('error' in begun) throw begun.error;
  return begun.answer;
}
