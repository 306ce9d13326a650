import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import proto from '@temporalio/proto';
import { createDataConverter, payloadKeysOf } from '../../worker/temporal/encryption.js';
import { checkoutWorkflowBundle } from '../../worker/temporal/workflow-bundle.js';
import * as workflows from '../../workflows/index.js';
import { replays } from '../setting/histories.js';
import { REPLAY_KEYS } from './key.js';

const HISTORIES = fileURLToPath(new URL('./histories/', import.meta.url));

const files = readdirSync(HISTORIES, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.json'))
  .sort();

describe('journeys that are open when a new version comes go on', () => {
  const errors = new Map<string, Error | undefined>();
  before(async () => {
    const workflowBundle = await checkoutWorkflowBundle();
    const dataConverter = createDataConverter(payloadKeysOf(REPLAY_KEYS));
    for await (const { workflowId, error } of replays(
      { workflowBundle, dataConverter },
      recorded(),
    ))
      errors.set(workflowId, error);
  });

  test('every workflow type has a history', () => {
    const types = new Set(files.map((file) => path.basename(file).split('-')[0]));
    const missing = Object.keys(workflows).filter((type) => !types.has(type));
    // Reads last a moment and hold nothing.
    assert.deepEqual(
      missing.filter((type) => !/Inquiry$|^transactionHistory/.test(type)),
      [],
    );
  });

  for (const file of files) {
    test(file.replace(/\.json$/, ''), () => {
      assert.ok(errors.has(file), 'it was not replayed');
      assert.ifError(errors.get(file));
    });
  }
});

/** Each under its file's name. */
async function* recorded() {
  for (const file of files) {
    const plain = JSON.parse(readFileSync(path.join(HISTORIES, file), 'utf8'));
    yield { workflowId: file, history: proto.temporal.api.history.v1.History.fromObject(plain) };
  }
}
