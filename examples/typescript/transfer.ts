/**
 * A customer's money goes to a bank account, whose owner they confirm.
 *
 *     set -a; . .local/dev.env; set +a
 *     npx tsx examples/typescript/transfer.ts TRF-2026-0001
 */
import { createInterface } from 'node:readline/promises';
import { close, customerId, journeys, say, typed } from './journeys.js';

const [number = ''] = typed('NUMBER');

const { bankTransfer } = journeys;
const { beneficiaryAccountName, beneficiaryBankName } = await bankTransfer.beneficiary({
  partnerReferenceNo: number,
  customerId,
  amount: { value: '10000.00', currency: 'IDR' },
  beneficiaryAccountNumber: '8377388292',
  beneficiaryBankCode: '014',
});
const terminal = createInterface({ input: process.stdin, output: process.stdout });
const said = await terminal.question(
  `To ${beneficiaryAccountName} at ${beneficiaryBankName}? (yes) `,
);
terminal.close();
if (said === 'yes') await bankTransfer.confirm(number, beneficiaryAccountName);
else await bankTransfer.abandon(number);
const { outcome } = await bankTransfer.result(number);
say(`${number}: ${outcome}`);
await close();
