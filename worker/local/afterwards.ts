/**
 * What there is to do once a stack runs: the reader's own order, and what is there from an earlier time.
 *
 * @module
 */
import { DokuJourneys } from '../../client/index.js';
import { listedRuns } from '../../client/temporal/listing.js';
import { visibilityQuery } from '../../client/temporal/visibility-query.js';
import { walletWorkflowId } from '../../contract/identity.js';
import { type DevEnvFile, typedName } from './dev-env.js';
import { WORKFLOW_TYPES } from './others.js';
import { CUSTOMER_ID, returnUrlOf, type Stage } from './story.js';

/** Of an earlier time, so many are listed. */
const MOST_LISTED = 10;
/** Orders of one's own that were opened before, and are over. */
const MOST_ORDERS = 1_000;

export interface OpenOrder {
  readonly workflowId: string;
  readonly page: string;
}

/** Opens an order for the reader to pay: the one of the last time while it is open, another one after that. */
export async function openOrder({ client, sandbox }: Stage): Promise<OpenOrder> {
  const { purchase } = new DokuJourneys({ client });
  let refused: unknown;
  for (let count = 1; count <= MOST_ORDERS; count++) {
    const partnerReferenceNo = count === 1 ? 'INV-YOURS' : `INV-YOURS-${count}`;
    try {
      const { webRedirectUrl } = await purchase.redirect({
        partnerReferenceNo,
        customerId: CUSTOMER_ID,
        amount: { value: '25000.00', currency: 'IDR' },
        returnUrl: returnUrlOf(sandbox.url),
      });
      return { workflowId: `purchase/${partnerReferenceNo}`, page: webRedirectUrl };
    } catch (error) {
      refused = error;
      // Paid, over, or from a time when the sandbox listened elsewhere.
      const isOver = /^(?:JourneyEnded|InputMismatch)Error$/.test((error as Error).name);
      if (!isOver) throw error;
    }
  }
  throw refused;
}

/** Puts money into the customer's wallet, for many an order. */
export async function fillWallet({ sandbox }: Stage, accountId: string): Promise<void> {
  await fetch(`${sandbox.url}/_control/accounts/${accountId}/balance`, {
    method: 'POST',
    body: JSON.stringify({ add: '1000000.00' }),
  });
}

export interface Now {
  readonly stage: Stage;
  readonly order: OpenOrder;
  readonly gatewayUrl: string | undefined;
  readonly devEnv: DevEnvFile | undefined;
  /** The folder, where data are kept. */
  readonly keptIn: string | undefined;
  /** What was typed to start it, such as `npm start --`. */
  readonly command: string;
}

/** Says what one can do with what runs. */
export function sayWhatNow(now: Now, say: (text: string) => void): void {
  const { stage, order, gatewayUrl, devEnv, keptIn, command } = now;
  const journey = `${stage.uiUrl}/namespaces/default/workflows/${encodeURIComponent(order.workflowId)}`;
  const keeps =
    keptIn === undefined
      ? ` and forgets these orders: "${command} --keep" keeps them`
      : `, and keeps its data in ${typedName(keptIn)}`;
  say(`
Pay an order yourself, with PIN 123456: ${order.page}
Watch it in Temporal's UI:              ${journey}
Or in another terminal:                 ${devEnv?.forPrograms ?? ''}npm run cli -- show ${order.workflowId.replace('/', ' ')}
The gateway, journeys over HTTP:        ${gatewayUrl}/docs
One more worker, gateway or codec:      ${devEnv?.forPrograms ?? ''}npm run worker
For your shell, keys and addresses:     ${devEnv?.loadedBy}

What happens to orders is told here, a line a step. Ctrl-C ends everything${keeps}.`);
}

/** Says what an earlier stack has left, newest first. */
export async function tellOfEarlier({ client }: Stage, say: (text: string) => void): Promise<void> {
  say('\nFrom the last time:');
  let count = 0;
  for await (const run of listedRuns(client, visibilityQuery({ workflowTypes: WORKFLOW_TYPES }))) {
    count += 1;
    if (count <= MOST_LISTED)
      say(`  ${run.workflowId}  ${run.status}${run.run === 'running' ? ', open' : ''}`);
  }
  if (count > MOST_LISTED)
    say(`  …and ${count - MOST_LISTED} more: "npm run cli -- find" lists them`);
  const wallet = client.workflow.getHandle(walletWorkflowId(CUSTOMER_ID));
  const isBound = await wallet.describe().then(
    ({ status }) => status.name === 'RUNNING',
    () => false,
  );
  if (!isBound)
    say(`  ${CUSTOMER_ID} has no bound account: the story was interrupted, or the account closed.`);
}
