/**
 * Obtains the server binaries ahead of tests that need them side by side.
 *
 * @module
 */
import { DEV_SERVER, obtain, TEST_SERVER } from './binaries.js';

for (const binary of [DEV_SERVER, TEST_SERVER]) {
  const executable = await obtain(binary);
  const where = executable.type === 'existing-path' ? executable.path : "Temporal's download";
  process.stdout.write(`${binary.name}: ${where}\n`);
}
