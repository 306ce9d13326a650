import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { openKept } from '../../../worker/local/kept.js';
import { payloadKeysOf } from '../../../worker/temporal/encryption.js';
import { newPayloadKey } from '../../setting/payload-keys.js';

describe('what --keep leaves in the data folder', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'doku-kept-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const secretsOf = async (payloadKeys?: string) => (await openKept(folder, payloadKeys)).secrets;

  test('the same keys every time', async () => {
    const first = await secretsOf();
    assert.deepEqual(await secretsOf(), first);
  });

  test('keys that are given encrypt from then on, and those of before go on to decrypt', async () => {
    const before = await secretsOf();
    const { activeKeyId, keys } = payloadKeysOf(
      (await secretsOf(newPayloadKey('mine'))).payloadKeys,
    );
    assert.equal(activeKeyId, 'mine');
    assert.deepEqual(keys.get('local'), payloadKeysOf(before.payloadKeys).keys.get('local'));
  });

  test('another key under the same ID is refused: it would read nothing of what is there', async () => {
    await assert.rejects(
      secretsOf(newPayloadKey('local')),
      /^RangeError: PAYLOAD_KEYS: key "local" is not the one/,
    );
  });

  test('keys that cannot be read are refused, not replaced', async () => {
    writeFileSync(path.join(folder, 'kept', 'secrets.json'), '{}');
    await assert.rejects(openKept(folder), /--keep: .*secrets\.json cannot be read: take /);
  });
});
