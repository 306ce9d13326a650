import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import proto from '@temporalio/proto';
import {
  createDataConverter,
  payloadKeysOf,
  workerDataConverter,
} from '../../worker/temporal/encryption.js';
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
    const dataConverter = workerDataConverter(createDataConverter(payloadKeysOf(REPLAY_KEYS)));
    const left = [...files];
    for await (const { error } of replays({ workflowBundle, dataConverter }, recorded()))
      errors.set(left.shift() ?? 'one more than there are', error);
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

/** In the order of their files, each under its own workflow ID, for which its payloads are encrypted. */
async function* recorded() {
  for (const file of files) {
    const plain = JSON.parse(readFileSync(path.join(HISTORIES, file), 'utf8'));
    const history = proto.temporal.api.history.v1.History.fromObject(plain);
    const { workflowId } = history.events[0]?.workflowExecutionStartedEventAttributes ?? {};
    yield { workflowId: workflowId || file, history };
  }
}
