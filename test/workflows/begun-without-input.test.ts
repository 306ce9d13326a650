import '../setting/quiet.js';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { ApplicationFailure, WorkflowFailedError } from '@temporalio/client';
import * as workflows from '../../workflows/index.js';
import { SCRIPTED_QUEUE, type ScriptedDoku, startScriptedDoku } from '../setting/scripted-doku.js';

/** Those that a schedule, or nothing but their ID, begins. */
const NEEDS_NONE = ['reconciliation', 'refundTurn', 'check'];

describe('a workflow that anybody begins with nothing', () => {
  let doku: ScriptedDoku;
  before(async () => {
    doku = await startScriptedDoku();
  });
  after(() => doku?.stop());

  for (const type of Object.keys(workflows).filter((name) => !NEEDS_NONE.includes(name)))
    test(`${type} ends at once, and keeps no worker busy`, async () => {
      const workflowId = `${type}/${randomUUID()}`;
      const begun = await doku.client.workflow.start(type, {
        workflowId,
        taskQueue: SCRIPTED_QUEUE,
      });
      await assert.rejects(
        begun.result(),
        (error) =>
          error instanceof WorkflowFailedError &&
          error.cause instanceof ApplicationFailure &&
          error.cause.type === 'InvalidInput',
      );
    });
});
