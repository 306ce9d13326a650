import { CancellationScope } from '@temporalio/workflow';

/**
 * Something that each workflow has for its own: what a module kept would be the same for all workflows of a worker.
 *
 * @param none - for a workflow that was given nothing, as no interceptor saw it begin.
 */
export function ownOf<Value>(none: () => Value) {
  const key = Symbol('own');
  const scope = (): CancellationScope & { [key]?: Value } => CancellationScope.current();
  return {
    none,
    /** To the workflow that is about to run. */
    give(value: Value): void {
      scope()[key] = value;
    },
    /** That of the workflow which is being set up. */
    get(): Value {
      return scope()[key] ?? none();
    },
  };
}
