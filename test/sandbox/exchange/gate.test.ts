import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { BALANCE, startSignedSandbox } from '../../setting/signed-sandbox.js';

const { merchant, close } = await startSignedSandbox();

describe('the gate', () => {
  after(close);

  test('checks in the documented order and answers the first that fails', async () => {
    const { caller } = await merchant();
    const body = { partnerReferenceNo: 'B-1' };
    const codeWith = async (headers: Record<string, string | undefined>, sent: unknown = body) =>
      (await caller.call(BALANCE, sent, headers)).body.responseCode;
    assert.equal(await codeWith({}, '{"half'), '4001100');
    assert.equal(await codeWith({ 'x-timestamp': undefined }), '4001102');
    assert.equal(await codeWith({ 'x-timestamp': 'yesterday' }), '4001101');
    assert.equal(await codeWith({ 'x-timestamp': '2020-01-01T00:00:00+07:00' }), '4001101');
    assert.equal(await codeWith({ 'x-partner-id': 'nobody' }), '4011100');
    assert.equal(await codeWith({ authorization: 'Bearer unknown' }), '4011103');
    assert.equal(await codeWith({ 'x-signature': 'AAAA' }), '4011100');
    assert.equal(await codeWith({ 'authorization-customer': undefined }), '4011104');
    assert.equal(
      await codeWith({ 'authorization-customer': caller.customer }),
      '2001100',
      'without Bearer',
    );
    assert.equal(await codeWith({ 'x-external-id': 'twice' }), '2001100');
    assert.equal(await codeWith({ 'x-external-id': 'twice' }), '4091100');
    assert.equal(await codeWith({}, {}), '4001102');
    assert.equal(await codeWith({}, { partnerReferenceNo: 'x'.repeat(65) }), '4001101');
  });
});
