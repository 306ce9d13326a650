/**
 * `npm run generate`: writes `schemas/`, and the parts of the handbook that follow from the contract.
 *
 * @module
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { withParts } from './marked.js';
import { schemaFiles } from './schemas.js';
import { generatedParts } from './tables.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SCHEMAS = path.join(ROOT, 'schemas');

rmSync(SCHEMAS, { recursive: true, force: true });
for (const [file, text] of schemaFiles()) {
  const written = path.join(SCHEMAS, file);
  mkdirSync(path.dirname(written), { recursive: true });
  writeFileSync(written, text);
}
const page = path.join(ROOT, 'docs', 'journeys.md');
writeFileSync(page, withParts(readFileSync(page, 'utf8'), generatedParts()));
