/**
 * An order from its page to its end, by nothing but HTTP: it needs no package, no payload key and no SDK of Temporal's.
 *
 *     set -a; . .local/dev.env; set +a
 *     npx tsx examples/typescript/http/order.ts INV-2026-0010
 */
import { setTimeout as pause } from 'node:timers/promises';

/** An empty one is as good as none. */
const setting = (name: string, otherwise = '') => process.env[name] || otherwise;
const GATEWAY = setting('DOKU_JOURNEYS_GATEWAY_URL', 'http://127.0.0.1:8084');
const headers = {
  authorization: `Bearer ${setting('DOKU_JOURNEYS_API_KEY')}`,
  'content-type': 'application/json',
};

/** Of a request that failed: `error` is the name to decide by. */
interface Problem {
  readonly error: string;
  readonly detail: string;
  readonly whatToDo: string;
  readonly retryable: boolean;
  readonly retryAfter?: number;
}

/** Asks the gateway; what is worth it is sent again, six times. Nothing is done twice. */
async function ask<Answer>(method: string, path: string, body?: object): Promise<Answer> {
  const sent = { method, headers, ...(body && { body: JSON.stringify(body) }) };
  for (let triesLeft = 5; ; triesLeft -= 1) {
    // Longer than any wait that is asked for.
    const signal = AbortSignal.timeout(65_000);
    const answer = await fetch(GATEWAY + path, { ...sent, signal }).catch(() => undefined);
    // A proxy's page is no answer of the gateway's.
    const said: unknown = await answer?.json().catch(() => undefined);
    if (answer?.ok) return said as Answer;
    const problem = (said as Problem | undefined) ?? UNANSWERED;
    if (!problem.retryable || triesLeft === 0) {
      process.stderr.write(`${problem.error}: ${problem.detail}. ${problem.whatToDo}\n`);
      process.exit(1);
    }
    await pause((problem.retryAfter ?? 1) * 1_000);
  }
}

const UNANSWERED: Problem = {
  error: 'Unanswered',
  detail: `the gateway does not answer at ${GATEWAY}`,
  whatToDo: 'Is it up, and is DOKU_JOURNEYS_GATEWAY_URL right?',
  retryable: true,
};

const say = (line: string) => process.stdout.write(`${line}\n`);

const [number = ''] = process.argv.slice(2);
if (!/^\w[\w.-]*$/.test(number)) {
  process.stderr.write(`usage: npx tsx ${process.argv[1]} NUMBER, such as INV-2026-0010\n`);
  process.exit(1);
}
const purchase = `/v1/purchases/${number}`;
const { webRedirectUrl } = await ask<{ webRedirectUrl: string }>('PUT', purchase, {
  customerId: setting('DOKU_JOURNEYS_CUSTOMER_ID', 'customer-1001'),
  amount: { value: '25000.00', currency: 'IDR' },
  returnUrl: setting('DOKU_JOURNEYS_RETURN_URL', 'http://127.0.0.1:4780/shop/return'),
  acknowledgeWithin: '10 minutes', // or the payment goes back
});
say(`Pay with PIN 123456: ${webRedirectUrl}`); // …where you send the customer's browser

const ENDS = ['paid', 'cancelled', 'refunded', 'declined', 'expired'];
const until = 'awaiting-acknowledgement';
let status = '';
// Answered as soon as it is so, or after 30 s with where it stands.
while (status !== until && !ENDS.includes(status))
  ({ status } = await ask<{ status: string }>('GET', `${purchase}?wait=30s&until=${until}`));
if (status === until) await ask('POST', `${purchase}/acknowledge`); // you will deliver
({ status } = await ask<{ status: string }>('GET', `${purchase}?wait=30s`));
say(`${number}: ${status}`);
