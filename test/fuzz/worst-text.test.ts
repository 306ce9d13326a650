import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type * as z from 'zod';
import { filedReference } from '../../activities/reconciliation/odd-reference.js';
import { amountIn, amountText } from '../../activities/snap/amount.js';
import { outcomeOf } from '../../activities/snap/answer.js';
import { purchaseStatus } from '../../activities/snap/endpoints/purchase-status.js';
import { hasDuplicateMembers, minified, parsedWithTexts } from '../../activities/snap/json-text.js';
import { withoutPersons } from '../../activities/snap/reading.js';
import { responseCodeOf } from '../../activities/snap/response-code.js';
import { verifySymmetricSignature } from '../../activities/snap/signature.js';
import { namesAccount } from '../../activities/snap/token-account.js';
import { tokenExpiry } from '../../activities/snap/token-expiry.js';
import { refundStatusOf, shownStatus } from '../../activities/snap/transaction-status.js';
import { reasonOf } from '../../client/cli/mechanisms/failure.js';
import { instantSchema as cliInstantSchema } from '../../client/cli/mechanisms/instant.js';
import { tableOf } from '../../client/cli/mechanisms/table.js';
import { reconciliationCsv, reconciliationPage } from '../../client/reconciliation-report.js';
import { rowsFromCsv } from '../../client/top-up-rows.js';
import * as contract from '../../contract/index.js';
import { masked } from '../../worker/logger.js';

const MIB = 1_048_576;
const MOST_MS = 50;

/** What backtracking, nesting and splitting are slow at, over and over. */
const PUMPS = [
  'a',
  '1',
  '8',
  ' ',
  '\n',
  '\r\n',
  '"',
  '\\"',
  '[',
  '{"a":',
  '[1,',
  '1 ',
  ' a',
  '@',
  'a@',
  'a.',
  '+62 8',
  'eyJ.',
  '-eyJ',
  'Bearer ',
  ': ',
  '&a=',
  'https://',
  '+00:',
  '\u202e',
  '\0',
];
const WORST = [
  ...PUMPS.map((pump) => `${pump.repeat(MIB / Buffer.byteLength(pump))}!`),
  // JSON that is right, of as many parts as fit.
  `[${'1,'.repeat(MIB / 2 - 2)}1]`,
  `[${'"",'.repeat(MIB / 3 - 2)}""]`,
  JSON.stringify(
    Object.fromEntries(Array.from({ length: 90_000 }, (_, index) => [`k${index}`, 1])),
  ),
  JSON.stringify('\\"'.repeat(MIB / 4)),
  JSON.stringify('\n'.repeat(MIB / 2)),
];

const SIGNED = { method: 'POST', path: '/', timestamp: '2026-01-01T00:00:00Z', signature: 'AAAA' };
const MERCHANT = { accessToken: 'token', clientSecret: 'secret' };
const mismatchOf = (text: string) =>
  ({
    from: text,
    to: text,
    counts: {},
    mismatches: [{ kind: 'status', partnerReferenceNo: text, here: text, doku: text }],
  }) as never;
/** Answers that would be one but for the text, of a MiB at most. */
const answerWith = (fieldsOf: (text: string) => object) => (text: string) => {
  const most = Math.floor((text.length * MIB) / JSON.stringify(fieldsOf(text)).length);
  const answer = JSON.stringify({ responseCode: '2005500', ...fieldsOf(text.slice(0, most)) });
  return () => outcomeOfText(answer);
};
const outcomeOfText = (text: string, status = 200, retryAfter = text) =>
  outcomeOf(purchaseStatus, {}, { status, text, retryAfter }, { externalId: '1', sends: 1 });
const schemas = {
  otp: contract.submitOtpSchema.shape.otp,
  duration: contract.durationSchema,
  instant: contract.instantSchema,
  order: contract.partnerReferenceNoSchema,
  customerId: contract.customerIdSchema,
  url: contract.purchaseInputSchema.shape.returnUrl,
  amount: contract.moneySchema.shape.value,
  words: contract.cancelArgumentSchema.shape.reason,
  finding: contract.findingInputSchema.shape.partnerReferenceNo,
  cliInstant: cliInstantSchema,
} satisfies Record<string, z.ZodType>;
const customerWith = (fields: object) =>
  contract.openAccountInputSchema.safeParse({
    customerId: 'customer-1',
    reference: 'opening-1',
    redirectUrl: 'https://shop.example/',
    customer: { name: 'Budi', phoneNo: '081234567890', email: 'a@b.co', ...fields },
  });

/** Every function through which text of others goes by patterns, or part by part. */
const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  minified,
  parsedWithTexts,
  hasDuplicateMembers,
  withoutPersons,
  masked,
  namesAccount: (text) => namesAccount(`a.${Buffer.from(text).toString('base64url')}.c`, '1'),
  tokenExpiry: (text) => tokenExpiry(text, 0),
  amountIn: (text) => amountText(amountIn.parse({ value: `1${text}`, currency: text })),
  responseCodeOf,
  shownStatus: (text) => shownStatus(refundStatusOf, text),
  filedReference,
  answer: (text) => outcomeOfText(text),
  retryAfter: (text) => outcomeOfText('{"responseCode":"4295500"}', 429, text),
  signatureText: (text) =>
    verifySymmetricSignature({
      ...SIGNED,
      ...MERCHANT,
      body: '{}',
      signature: text,
      timestamp: text,
    }),
  tableOf: (text) => tableOf([[text]]),
  reasonOf: (text) => reasonOf(new Error(text)),
  reconciliationCsv: (text) => reconciliationCsv(mismatchOf(text)),
  reconciliationPage: (text) => reconciliationPage(mismatchOf(text)),
  isForBrowsers: (text) => contract.isForBrowsers(`https://${text}`),
  phoneNo: (phoneNo) => customerWith({ phoneNo }),
  email: (email) => customerWith({ email }),
  ...Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      name,
      (text: string) => schema.safeParse(text),
    ]),
  ),
};

/** What goes into JSON first, which is not to be measured. */
const PREPARED: Readonly<Record<string, (text: string) => () => unknown>> = {
  ...Object.fromEntries(
    Object.entries(READERS).map(([name, read]) => [name, (text) => () => read(text)]),
  ),
  responseMessage: answerWith((text) => ({ responseMessage: text, latestTransactionStatus: '00' })),
  oddField: answerWith((text) => ({
    latestTransactionStatus: '00',
    paidTime: { at: text },
    transactionStatusDesc: [text],
  })),
  amount: answerWith((text) => ({ latestTransactionStatus: '00', transAmount: { value: text } })),
};

/** Of the processor, as the machine may be busy with other things; the best of some, as the first ones compile. */
async function costOf(read: () => unknown): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 6 && best > MOST_MS; tries++) {
    const before = process.cpuUsage();
    try {
      await read();
    } catch (error) {
      const { name } = error as Error;
      assert.ok(name === 'SyntaxError' || name === 'InvalidRowsError', String(error));
    }
    best = Math.min(best, process.cpuUsage(before).user / 1_000);
  }
  return best;
}

describe('the worst MiB of text costs less than 50 ms', () => {
  for (const [name, prepare] of Object.entries(PREPARED)) {
    test(name, async () => {
      const slow: { text: string; ms: number }[] = [];
      for (const text of WORST)
        slow.push({ text: text.slice(0, 8), ms: await costOf(prepare(text)) });
      assert.deepEqual(
        slow.filter(({ ms }) => ms > MOST_MS),
        [],
      );
    });
  }
  test('a CSV file that is none', async () => {
    for (const csv of [`"${'a"'.repeat(MIB / 2)}`, `a;${'b\ufffd\n'.repeat(MIB / 5)}`])
      assert.ok((await costOf(() => rowsFromCsv(csv))) < MOST_MS);
  });
});
