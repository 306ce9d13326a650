/**
 * `npm run generate`: writes `schemas/`, and the parts of the handbook that follow from the contract.
 *
 * @module
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { clientParts } from './client.js';
import { withParts } from './marked.js';
import { schemaFiles } from './schemas.js';
import { generatedParts } from './tables.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGES = ['client.md', 'journeys.md', 'protocol.md'];
const SCHEMAS = path.join(ROOT, 'schemas');

rmSync(SCHEMAS, { recursive: true, force: true });
for (const [file, text] of schemaFiles()) {
  const written = path.join(SCHEMAS, file);
  mkdirSync(path.dirname(written), { recursive: true });
  writeFileSync(written, text);
}
const parts = { ...generatedParts(), ...clientParts() };
for (const name of PAGES) {
  const page = path.join(ROOT, 'docs', name);
  writeFileSync(page, withParts(readFileSync(page, 'utf8'), parts));
}
