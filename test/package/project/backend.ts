/** A backend of a stranger: all that it knows of doku-journeys is the package that it has installed. */
import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { DokuJourneys, InvalidInputError, type PurchaseOutcome } from 'doku-journeys';
import { moneySchema, purchaseWorkflowId } from 'doku-journeys/contract';
import { createDataConverter, payloadKeysFrom } from 'doku-journeys/encryption';
import { jakartaTime, type Outcome } from 'doku-journeys/snap';

/** What of DOKU's own answers a backend would log. */
export const wordOf = (outcome: Outcome<unknown>): string => outcome.kind;

/** Sells something to the customer that the environment names, who pays on DOKU's page. */
export async function sell(): Promise<PurchaseOutcome> {
  const { TEMPORAL_ADDRESS = '', CUSTOMER_ID = '', SANDBOX_URL = '' } = process.env;
  const connection = await Connection.connect({ address: TEMPORAL_ADDRESS });
  try {
    const dataConverter = createDataConverter(payloadKeysFrom(process.env));
    const { purchase } = new DokuJourneys({ client: new Client({ connection, dataConverter }) });
    const amount = moneySchema.parse({ value: '25000.00', currency: 'IDR' });
    const partnerReferenceNo = `INV-${randomUUID()}`;
    const order = {
      partnerReferenceNo,
      customerId: CUSTOMER_ID,
      amount,
      returnUrl: 'https://merchant.example/return',
      acknowledgeWithin: '10 minutes',
    };
    await assertRefused(purchase.redirect({ ...order, amount: { ...amount, value: '-1.00' } }));

    const { webRedirectUrl } = await purchase.redirect(order);
    if (!webRedirectUrl.startsWith('http')) throw new Error('there is no page');
    const paid = await fetch(`${SANDBOX_URL}/_control/purchases/${partnerReferenceNo}/customer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ action: 'pay' }),
    });
    if (!paid.ok) throw new Error(await paid.text());
    await purchase.customerReturned(partnerReferenceNo);
    while ((await purchase.status(partnerReferenceNo)).status !== 'awaiting-acknowledgement')
      await new Promise((resolve) => setTimeout(resolve, 50));
    await purchase.acknowledge(partnerReferenceNo);
    const { outcome } = await purchase.result(partnerReferenceNo);
    process.stdout.write(
      `${jakartaTime(new Date())} ${purchaseWorkflowId(partnerReferenceNo)} ended ${outcome}\n`,
    );
    return outcome;
  } finally {
    await connection.close();
  }
}

/** A backend decides by the class of an error. */
async function assertRefused(sale: Promise<unknown>): Promise<void> {
  const error = await sale.catch((thrown: unknown) => thrown);
  if (!(error instanceof InvalidInputError))
    throw new Error('a wrong amount is no InvalidInputError');
}
