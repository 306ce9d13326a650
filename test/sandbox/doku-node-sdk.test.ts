import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { type Sandbox, startSandbox } from '../../sandbox/server.js';
import { SandboxControl } from '../sandbox-control.js';

const require = createRequire(import.meta.url);

describe("DOKU's own SDK for Node", () => {
  let sandbox: Sandbox;
  let doku: SandboxControl;
  before(async () => {
    sandbox = await startSandbox({ port: 0 });
    doku = new SandboxControl(sandbox.url);
  });
  after(() => sandbox?.close());

  test('placeholder', async () => {
    assert.ok(require('doku-nodejs-library'));
    assert.ok(doku);
  });
});
