/**
 * Wallets are filled from a CSV file: partnerReferenceNo,customerId,amount.
 *
 *     set -a; . .local/dev.env; set +a
 *     npx tsx examples/typescript/payout.ts payout-2026-12 payout.csv
 */
import { readFile } from 'node:fs/promises';
import { InvalidRowsError } from 'doku-journeys';
import { close, journeys, say, typed } from './journeys.js';

const [batchReference = '', file = ''] = typed('REFERENCE', 'FILE.csv');

const { topUpBatch } = journeys;
try {
  await topUpBatch.start({ batchReference, csv: await readFile(file) }); // or `rows: [{ … }]`
} catch (error) {
  const { message, path } = error as NodeJS.ErrnoException;
  if (!(error instanceof InvalidRowsError) && path !== file) throw error;
  process.stderr.write(`${message}\n`); // each mistake by its row and column, or of the file: nothing was sent
  process.exit(1);
}
for await (const { partnerReferenceNo, outcome } of topUpBatch.results(batchReference))
  say(`${partnerReferenceNo}: ${outcome}`);
const { outcome } = await topUpBatch.result(batchReference);
say(`${batchReference}: ${outcome}`);
await close();
