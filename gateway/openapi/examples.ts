/**
 * A body that is taken, for each request that has one: what the page at `/docs` begins with.
 *
 * @module
 */
const rupiah = (value: string) => ({ value, currency: 'IDR' });
const customerId = 'customer-1001';
const order = { customerId, amount: rupiah('25000.00') };
const bankAccount = { beneficiaryAccountNumber: '8377388292', beneficiaryBankCode: '014' };
const payout = { partnerReferenceNo: 'PAYOUT-2026-0001', ...order };
const batch = { rows: [payout], inFlight: 20 };
const csv = `partnerReferenceNo,customerId,amount\nPAYOUT-2026-0001,${customerId},25000.00\n`;

const PURCHASE = '/v1/purchases/{partnerReferenceNo}';
const HOLD = '/v1/authorized-purchases/{partnerReferenceNo}';
const BATCH = '/v1/top-up-batches/{batchReference}';
const TRANSFER = '/v1/bank-transfers/{partnerReferenceNo}';
const OPENING = '/v1/customers/{customerId}/openings/{reference}';
const CLOSING = '/v1/customers/{customerId}/closings/{reference}';

/** By method and address. */
export const EXAMPLES: Readonly<Record<string, unknown>> = {
  [`PUT ${PURCHASE}`]: {
    ...order,
    returnUrl: 'https://merchant.example/return',
    acknowledgeWithin: '10 minutes',
  },
  [`POST ${PURCHASE}/cancel`]: { reason: 'sold out' },
  [`POST ${PURCHASE}/customer-returned`]: { rawQuery: 'order=INV-2026-0001' },
  'PUT /v1/refunds/{partnerRefundNo}': {
    partnerReferenceNo: 'INV-2026-0001',
    ...order,
    reason: 'returned by the customer',
  },
  [`PUT ${HOLD}`]: { ...order, title: 'Two nights in Ubud', captureWithin: '3 days' },
  [`POST ${HOLD}/capture`]: { partnerCaptureNo: 'CAP-2026-0001', amount: rupiah('20000.00') },
  [`POST ${HOLD}/void`]: { partnerVoidNo: 'VOID-2026-0001', reason: 'left a day early' },
  'PUT /v1/top-ups/{partnerReferenceNo}': { ...order, waitForFunds: '1 hour' },
  [`PUT ${BATCH}`]: batch,
  [`POST ${BATCH}/dry-run`]: batch,
  [`PUT ${TRANSFER}`]: { ...order, ...bankAccount },
  [`POST ${TRANSFER}/confirm`]: { beneficiaryAccountName: 'BUDI SANTOSO' },
  [`PUT ${OPENING}`]: {
    redirectUrl: 'https://merchant.example/account',
    customer: { name: 'Budi Santoso', phoneNo: '081234567890', email: 'budi@example.com' },
  },
  [`POST ${OPENING}/submit-otp`]: { otp: '123456' },
  [`POST ${OPENING}/returned`]: { rawQuery: 'authCode=7f3c&state=opening-1' },
  [`PUT ${CLOSING}`]: { otpWithin: '10 minutes' },
  [`POST ${CLOSING}/submit-otp`]: { otp: '123456' },
  'POST /v1/bank-account-inquiries': { ...order, ...bankAccount },
};

/** Of the same requests as `text/csv`, where they take it. */
export const CSV_EXAMPLES: Readonly<Record<string, string>> = {
  [`PUT ${BATCH}`]: csv,
  [`POST ${BATCH}/dry-run`]: csv,
};
