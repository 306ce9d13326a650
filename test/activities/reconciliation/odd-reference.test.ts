import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { filedReference } from '../../../activities/reconciliation/odd-reference.js';
import { strayFinding } from '../../../worker/doors/notifications/work.js';

const PERSONAL = {
  'an e-mail address': 'siti@example.com',
  'one among words': 'order of siti@example.com, again',
  'one in wide letters': 'siti＠example.com',
  'a phone number': '081234567890',
  'one with wide gaps': '0812---3456---7890',
  'one with colons': 'tel:0812:3456:7890',
  'one in digits of another script': '٠٨١٢٣٤٥٦٧٨٩٠',
};
const LEAK = /siti@|＠|example|\d{6}|\p{Nd}{6}|3456/u;

describe('a reference of DOKU’s that is not of our form', () => {
  for (const [what, reference] of Object.entries(PERSONAL))
    test(`is told without ${what}`, async () => {
      const { partnerReferenceNo, asWritten = '' } = await filedReference(reference);
      assert.match(partnerReferenceNo, /^odd-[0-9a-f]{32}$/);
      assert.doesNotMatch(asWritten, LEAK);
    });

  test('is filed by no digest that finds out whose it is by trying out', async () => {
    const quick = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32);
    for (const reference of [...Object.values(PERSONAL), `${'x'.repeat(200)}081234567890`]) {
      const { partnerReferenceNo } = await filedReference(reference);
      assert.notEqual(partnerReferenceNo, `odd-${quick(reference)}`, reference);
      assert.deepEqual(await filedReference(reference), await filedReference(reference));
    }
  });

  test('is filed as it always was where it is nobody’s', async () => {
    const { partnerReferenceNo } = await filedReference('Pesanan 7/2026');
    assert.equal(partnerReferenceNo, 'odd-fac0b1254567a5cf57a039161e1b8b1d');
  });

  test('is told as it is where it is nobody’s', async () => {
    for (const reference of ['Pesanan 7/2026', 'INV 12 #4', 'فاتورة'])
      assert.equal((await filedReference(reference)).asWritten, reference);
    assert.deepEqual(await filedReference('INV-1'), { partnerReferenceNo: 'INV-1' });
  });
});

test('an operator hears of a notification that no journey knows, without whose it is', async () => {
  for (const reference of Object.values(PERSONAL)) {
    const finding = await strayFinding({
      partnerReferenceNo: reference,
      latestTransactionStatus: '00',
      delivery: '1',
      digest: '2',
    });
    const { partnerReferenceNo: _filedAs, ...told } = finding;
    assert.match(told.check, /^Look up .+ in DOKU's back office/);
    assert.doesNotMatch(JSON.stringify(told), LEAK);
  }
});
