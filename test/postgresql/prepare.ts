/**
 * Obtains what `npm run test:postgresql` runs from. Ends with exit code 2 where the machine lacks something.
 *
 * @module
 */
import { MissingError, obtainBinaries } from './binaries.js';

try {
  const { server, postgres } = await obtainBinaries();
  process.stdout.write(`Temporal: ${server}\nPostgreSQL: ${postgres}\n`);
} catch (error) {
  if (!(error instanceof MissingError)) throw error;
  process.stderr.write(`test:postgresql: ${error.message}\n`);
  process.exit(2);
}
