import { type Stack, type StackOptions, startStack } from '../../worker/local/stack.js';
import { assertAllReplay } from './histories.js';

/** The whole stack, whose every history must replay before it stops. */
export async function startTestStack(options: StackOptions = {}): Promise<Stack> {
  const stack = await startStack(options);
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= assertAllReplay(stack).finally(stack.stop);
    return stopping;
  };
  return { ...stack, stop };
}
