/**
 * Obtains the server binaries, and bundles the workflows, ahead of tests that need them side by side.
 *
 * @module
 */
import { DEV_SERVER, obtain, TEST_SERVER } from '../worker/local/binaries.js';
import { checkoutWorkflowBundle } from '../worker/temporal/workflow-bundle.js';

for (const binary of [DEV_SERVER, TEST_SERVER]) {
  const executable = await obtain(binary);
  const where = executable.type === 'existing-path' ? executable.path : "Temporal's download";
  process.stdout.write(`${binary.name}: ${where}\n`);
}
await checkoutWorkflowBundle();
