/**
 * The last step of `npm run build`.
 *
 * @module
 */
import { fileURLToPath } from 'node:url';
import { writeWorkflowBundle } from './workflow-bundle.js';

await writeWorkflowBundle(fileURLToPath(new URL('..', import.meta.url)));
