import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import proto from '@temporalio/proto';
import { Worker, type WorkflowBundlePath } from '@temporalio/worker';
import { createDataConverter, payloadKeysOf } from '../../worker/temporal/encryption.js';
import { checkoutWorkflowBundle } from '../../worker/temporal/workflow-bundle.js';
import * as workflows from '../../workflows/index.js';
import { REPLAY_KEYS } from './key.js';

const HISTORIES = fileURLToPath(new URL('./histories/', import.meta.url));

const files = readdirSync(HISTORIES, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.json'))
  .sort();

describe('journeys that are open when a new version comes go on', () => {
  let workflowBundle: WorkflowBundlePath;
  before(async () => {
    workflowBundle = await checkoutWorkflowBundle();
  });

  test('every workflow type has a history', () => {
    const recorded = new Set(files.map((file) => path.basename(file).split('-')[0]));
    const missing = Object.keys(workflows).filter((type) => !recorded.has(type));
    // Reads last a moment and hold nothing.
    assert.deepEqual(
      missing.filter((type) => !/Inquiry$|^transactionHistory/.test(type)),
      [],
    );
  });

  for (const file of files) {
    test(file.replace(/\.json$/, ''), async () => {
      const plain = JSON.parse(readFileSync(path.join(HISTORIES, file), 'utf8'));
      const history = proto.temporal.api.history.v1.History.fromObject(plain);
      const dataConverter = createDataConverter(payloadKeysOf(REPLAY_KEYS));
      await Worker.runReplayHistory({ workflowBundle, dataConverter }, history);
    });
  }
});
