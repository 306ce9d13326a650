/**
 * A part of a paid order goes back.
 *
 *     set -a; . .local/dev.env; set +a
 *     npx tsx examples/typescript/refund.ts INV-2026-0004 REF-2026-0002
 */
import { close, customerId, journeys, say, typed } from './journeys.js';

const [order = '', number = ''] = typed('ORDER', 'REFUND');

const { refund } = journeys;
await refund.start({
  partnerRefundNo: number,
  partnerReferenceNo: order,
  customerId,
  amount: { value: '5000.00', currency: 'IDR' }, // the whole of it, or a part
  reason: 'one item returned',
});
const { status, result } = await refund.until(number, ['awaiting-settlement']); // or its end
say(`${number}: ${status}${result?.rejection ? `, ${result.rejection}` : ''}`);
await close();
