import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { eventually } from '../../setting/shop.js';

const START = fileURLToPath(new URL('../../../worker/local/start.ts', import.meta.url));

test('the local stack reads for its own UI, and leaves nothing running when nobody reads what it says any more', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', START, '--once'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const uiUrl = await uiUrlIn(child.stdout);
  assert.equal(await answers(uiUrl), true);
  await readsForItsUiOnly(uiUrl);
  child.stdout.destroy();
  await ended;
  await eventually(
    () => answers(uiUrl),
    (isThere) => !isThere,
  );
});

test('its story goes to its end, and the ledger is as it should be', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', START, '--once'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [said, complained, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  assert.equal(code, 0, complained);
  assert.match(said, /Sum over all legs: 0\.00\n\nThe ledger is as it should be\.\n$/);
});

async function uiUrlIn(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const [, url] = /temporal\s+(http\S+)/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error('the stack did not say where Temporal is');
}

const answers = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  );

/** The UI has its codec's address, with the token in it, from its own server. */
async function readsForItsUiOnly(uiUrl: string): Promise<void> {
  const settings = await (await fetch(`${uiUrl}/api/v1/settings`)).json();
  const { Endpoint: endpoint } = (settings as { Codec: { Endpoint: string } }).Codec;
  const statusOf = async (url: string, origin: string) => {
    const headers = { 'content-type': 'application/json', origin };
    return (await fetch(url, { method: 'POST', headers, body: '{"payloads":[]}' })).status;
  };
  assert.equal(await statusOf(`${endpoint}/decode?preserveStorageRefs=true`, uiUrl), 200);
  assert.equal(await statusOf(`${endpoint}/decode`, 'https://evil.example'), 403);
  assert.equal(await statusOf(`${new URL(endpoint).origin}/decode`, uiUrl), 401);
}
