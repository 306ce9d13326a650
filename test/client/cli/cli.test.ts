import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { purchaseWorkflowId } from '../../../contract/identity.js';
import { searchAttributesOf } from '../../../contract/search-attributes.js';
import type { Stack } from '../../../worker/local/stack.js';
import { Cli } from '../../setting/cli.js';
import { clientWith, newPayloadKey } from '../../setting/payload-keys.js';
import { startQuickStack } from '../../setting/quick-stack.js';
import { eventually, idr, type Shop } from '../../setting/shop.js';

const COMMANDS = fileURLToPath(new URL('../../../client/cli/commands/index.ts', import.meta.url));

/** What the command line says of a journey that is not there, or no longer. */
const notKnown = (what: string) =>
  `doku-journeys: ${what}: one of long ago may be past Temporal's retention, and "npm start" or "npm run site" without --keep has forgotten all from before\n`;

describe("the operator's command line", { concurrency: 3 }, () => {
  let stack: Stack;
  let shop: Shop;
  let cli: Cli;
  const secrets: string[] = [];

  before(async () => {
    const started = await startQuickStack({ POLL_FIRST_MS: '60000', POLL_MOST_MS: '600000' });
    stack = started;
    shop = started.shop;
    const { text } = stack.configuration.PAYLOAD_KEYS;
    secrets.push(text.slice('local:'.length));
    cli = new Cli({ TEMPORAL_ADDRESS: stack.temporal.address, PAYLOAD_KEYS: text });
  });

  after(async () => {
    await stack?.stop();
    // Whatever this file asked for, nothing secret was ever written.
    assert.notEqual(cli.said, '');
    for (const secret of secrets)
      assert.ok(!new RegExp(`(?<![\\w-])${secret.replaceAll(/\W/g, '\\$&')}`).test(cli.said));
    assert.doesNotMatch(cli.said, /\beyJ|Bearer|https?:\/\/127/);
  });

  async function customer(): Promise<string> {
    const { customerId, phoneNo, pin, authCode } = await shop.boundCustomer();
    secrets.push(phoneNo, pin, authCode ?? '');
    return customerId;
  }

  async function purchase(overrides: Parameters<Shop['order']>[1] = {}) {
    const order = shop.order(await customer(), overrides);
    const { webRedirectUrl } = await shop.journeys.purchase.redirect(order);
    secrets.push(webRedirectUrl);
    return order;
  }

  /** DOKU holds another amount than this run of its journey, as only an operator can explain. */
  async function doubtfulPurchase(): Promise<string> {
    const order = await purchase();
    const { partnerReferenceNo } = order;
    await shop.paid(order);
    await shop.journeys.purchase.result(partnerReferenceNo);
    await stack.client.workflow.start('purchase', {
      workflowId: purchaseWorkflowId(partnerReferenceNo),
      taskQueue: 'doku-journeys',
      args: [{ ...order, amount: idr('12000.00') }],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    });
    await eventually(
      () => shop.journeys.purchase.status(partnerReferenceNo),
      ({ status }) => status === 'needs-attention',
    );
    return partnerReferenceNo;
  }

  /** Temporal's lists lag a moment behind. */
  const untilListed = (query: string, count: number) =>
    eventually(
      () => stack.client.workflow.count(query),
      (seen) => seen.count === count,
    );

  test('finds journeys by order and customer, and says where the money of one is', async () => {
    const { partnerReferenceNo, customerId } = await purchase();
    await untilListed(`PartnerReferenceNo = '${partnerReferenceNo}'`, 1);
    const found = await cli.run(['find', '--order', partnerReferenceNo, '--type', 'purchase']);
    assert.equal(found.code, 0, found.stderr);
    assert.match(
      found.stdout,
      new RegExp(`Z +purchase +${partnerReferenceNo} +awaiting-payment .*${customerId}\n$`),
    );
    const json = await cli.run(['find', '--customer', customerId, '--open', '--json']);
    const journeys = JSON.parse(json.stdout) as { journey: string; id: string }[];
    assert.deepEqual(
      journeys.map(({ journey, id }) => [journey, id]).sort(),
      [
        ['purchase', partnerReferenceNo],
        ['wallet', customerId],
      ].sort(),
    );
    const shown = await cli.run(['show', 'purchase', partnerReferenceNo]);
    assert.match(shown.stdout, /^money +with the customer, who may pay now$/m);
    assert.match(shown.stdout, /^Story\n- \S+ Purchase Web: accepted \(X-EXTERNAL-ID \d{32}\)$/m);
  });

  test('takes a journey by its workflow ID, and by its number where no other has it', async () => {
    const { partnerReferenceNo } = await purchase();
    const shows = async (...words: string[]) => {
      const { code, stdout, stderr } = await cli.run(['show', ...words, '--json']);
      assert.equal(code, 0, stderr);
      return JSON.parse(stdout).journey;
    };
    assert.equal(await shows(`purchase/${partnerReferenceNo}`), 'purchase');
    assert.equal(await shows(partnerReferenceNo), 'purchase');
    const topUp = await stack.client.workflow.start('topUp', {
      workflowId: `top-up/${partnerReferenceNo}`,
      taskQueue: 'nobody-listens-here',
      args: [{}],
    });
    const both = await cli.run(['show', partnerReferenceNo]);
    assert.equal(both.code, 2);
    for (const kind of ['purchase', 'top-up'])
      assert.ok(both.stderr.includes(`${kind} ${partnerReferenceNo}`), both.stderr);
    await topUp.terminate();
    const none = await cli.run(['show', 'never-1']);
    assert.deepEqual([none.code, none.stderr], [1, notKnown('no journey never-1 is known')]);
  });

  test('shows what ended before any worker had begun it', async () => {
    const partnerReferenceNo = `TOP-${randomUUID()}`;
    const handle = await stack.client.workflow.start('topUp', {
      workflowId: `top-up/${partnerReferenceNo}`,
      taskQueue: 'nobody-listens-here',
      args: [{ partnerReferenceNo, customerId: 'customer-1', amount: idr('100.00') }],
    });
    await handle.terminate('a mistake');
    const { code, stdout } = await cli.run(['show', 'top-up', partnerReferenceNo]);
    assert.equal(code, 0);
    assert.match(stdout, /begun +never: it ended from outside/);
    const json = await cli.run(['show', 'top-up', partnerReferenceNo, '--json']);
    assert.equal(JSON.parse(json.stdout).run, 'terminated');
  });

  test('says of what ended so that its number was begun before', async () => {
    const order = await purchase();
    await shop.paid(order);
    const { partnerReferenceNo } = order;
    assert.equal((await shop.journeys.purchase.result(partnerReferenceNo)).outcome, 'paid');
    const handle = await stack.client.workflow.start('purchase', {
      workflowId: `purchase/${partnerReferenceNo}`,
      taskQueue: 'nobody-listens-here',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      args: [order],
    });
    await handle.terminate('a mistake');
    const told = /begun +never: .*; the number has been begun before \(completed\), and what that/;
    const { stdout } = await eventually(
      () => cli.run(['show', 'purchase', partnerReferenceNo]),
      (shown) => told.test(shown.stdout),
    );
    assert.match(stdout, told);
  });

  test('cancels a paid purchase, and proves it; refuses what is paid for good', async () => {
    const order = await purchase({ acknowledgeWithin: '1 hour' });
    await shop.paid(order);
    const cancel = ['cancel', 'purchase', order.partnerReferenceNo, '--reason', 'sold out'];
    const cancelled = await cli.run(cancel);
    assert.equal(cancelled.code, 0, cancelled.stderr);
    assert.match(cancelled.stdout, /: cancelled \(cancel-requested\)\n$/);
    await shop.assertProven(
      await shop.journeys.purchase.result(order.partnerReferenceNo),
      '10000.00',
    );
    const other = await purchase();
    await shop.paid(other);
    await shop.journeys.purchase.result(other.partnerReferenceNo);
    const refused = await cli.run([
      'cancel',
      'purchase',
      other.partnerReferenceNo,
      '--reason',
      'x',
    ]);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /paid for good before, and is not cancelled: refund it\n$/);
  });

  test('refunds by its own number, and says what is not proven in time', async () => {
    const order = await purchase();
    await shop.paid(order);
    await shop.journeys.purchase.result(order.partnerReferenceNo);
    const refundNo = `REF-${randomUUID()}`;
    const refund = ['refund', order.partnerReferenceNo, '--refund-no', refundNo, '--reason', 'b'];
    const part = await cli.run([...refund, '--amount', '4000.00', '--wait', '1']);
    assert.equal(part.code, 1);
    assert.match(part.stderr, new RegExp(`not proven within 1 s; .* show refund ${refundNo}\n$`));
    await shop.doku.settle(order.partnerReferenceNo);
    const again = await cli.run([...refund, '--amount', '4000.00']);
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stdout, /: refunded \(by refund\)\n$/);
    assert.equal((await shop.ledgerOf(order.partnerReferenceNo)).net, -6_000);
    const whole = `REF-${randomUUID()}`;
    const isBack = (text: string) =>
      eventually(
        () => cli.run(['show', 'purchase', order.partnerReferenceNo]),
        ({ stdout }) => stdout.includes(text),
      );
    await isBack('4000.00 back with the customer, the rest with the merchant');
    const rest = ['--refund-no', whole, '--reason', 'b', '--amount', '6000.00'];
    assert.equal((await cli.run(['refund', order.partnerReferenceNo, ...rest])).code, 0);
    await isBack('back with the customer: it was refunded');
  });

  test('lists what waits for an operator, and refuses a decision that DOKU contradicts', async () => {
    const number = await doubtfulPurchase();
    await untilListed(`JourneyStatus = 'needs-attention' AND PartnerReferenceNo = '${number}'`, 1);
    const waiting = await cli.run(['attention']);
    assert.match(
      waiting.stdout,
      new RegExp(`purchase +${number} +12000.00 +DOKU holds .* 10000.00 +ask-again,`),
    );
    const shown = await cli.run(['show', 'purchase', number]);
    assert.match(shown.stdout, /^- \[ \] Look up \S+ in DOKU's back office/m);
    assert.match(shown.stdout, /^Decisions: ask-again, reverse, record-paid/m);
    const words = ['--note', 'looked it up', '--operator', 'ani'];
    const decide = (decision: string, ...more: string[]) =>
      cli.run(['resolve', 'purchase', number, '--decision', decision, ...words, ...more]);
    const contradicted = await decide('record-cancelled');
    assert.equal(contradicted.code, 1);
    assert.match(contradicted.stderr, /record-cancelled is refused: DOKU's status is success/);
    assert.equal((await shop.journeys.purchase.status(number)).status, 'needs-attention');
    const forced = await decide('record-cancelled', '--force');
    assert.equal(forced.code, 0, forced.stderr);
    const { outcome, resolution } = await shop.journeys.purchase.result(number);
    assert.deepEqual(
      [outcome, resolution?.operator, resolution?.force],
      ['cancelled', 'ani', true],
    );
  });

  test('lists what waits by age and sum, also what nobody can read, and finds what is in doubt', async () => {
    const found = { kind: 'amount', facts: ['here: paid'], check: 'Look.' };
    const start = (kind: string, number: string, client = stack.client, amount = '2500.00') =>
      client.workflow.start('finding', {
        workflowId: `finding/${kind}/${number}`,
        taskQueue: 'doku-journeys',
        args: [{ ...found, kind, partnerReferenceNo: number, amount }],
        memo: { note: 'x' },
        typedSearchAttributes: searchAttributesOf({
          status: 'needs-attention',
          partnerReferenceNo: number,
        }),
      });
    const tag = randomUUID().slice(0, 8);
    await start('amount', `SUM-${tag}-1`);
    await start('amount', `SUM-${tag}-2`);
    // Somebody else's key, which no worker and no operator has.
    const strange = clientWith(stack.temporal.connection, newPayloadKey('strange'));
    await start('unproven', `ODD-${tag}`, strange);
    await untilListed(`PartnerReferenceNo = 'ODD-${tag}' AND JourneyStatus = 'needs-attention'`, 1);
    await untilListed(`PartnerReferenceNo = 'SUM-${tag}-2'`, 1);
    const { stdout, code } = await cli.run(['attention', '--json']);
    assert.equal(code, 0);
    const waiting = JSON.parse(stdout) as {
      id: string;
      since: string;
      amount?: string;
      reason: string;
    }[];
    const [sum, odd] = ['SUM', 'ODD'].map((name) =>
      waiting.find(({ id }) => id.includes(`/${name}-${tag}`)),
    );
    assert.equal(sum?.amount, '2500.00');
    assert.ok(Date.parse(sum.since) > Date.now() - 60_000);
    assert.match(odd?.reason ?? '', /cannot be read|no worker answers/);
    const sorted = waiting.map(({ since }) => since);
    assert.deepEqual(sorted, [...sorted].sort());
    const shown = await cli.run(['attention', '--limit', '1']);
    assert.match(shown.stdout, /^finding amount +2 +\S+Z +5000\.00$/m);
    assert.match(shown.stdout, /^finding unproven +1 +\S+Z$/m);
    assert.match(shown.stderr, /only the oldest 1 of \d+ are listed/);
    const listed = await cli.run(['find', '--order', `ODD-${tag}`]);
    assert.match(listed.stdout, /needs-attention/);
    const doubtful = await cli.run(['find', '--status', 'in-doubt']);
    assert.deepEqual([doubtful.code, doubtful.stdout], [0, 'none\n']);
    await strange.workflow.getHandle(`finding/unproven/ODD-${tag}`).terminate();
  });

  test('no odd workflow hides the others, or says anything: it is counted, and of another key named', async () => {
    const { partnerReferenceNo, customerId } = await purchase();
    const strange = clientWith(stack.temporal.connection, newPayloadKey('strange'));
    const plain = new Client({ connection: stack.temporal.connection });
    const odd = [
      // Somebody else's key; none; a queue without a worker; an ID of no form of ours, with a memo in the clear.
      { client: strange, workflowId: `purchase/STRANGE-${partnerReferenceNo.slice(4, 12)}` },
      { client: plain, workflowId: 'purchase/+62 812', taskQueue: 'of-nobody', memo: { a: 1 } },
      { client: plain, workflowId: 'odd', taskQueue: 'of-nobody', memo: { inputDigest: [] } },
      // To begin later: no worker is handed it.
      { client: plain, workflowId: 'purchase/LATER', startDelay: '1 day' },
    ];
    for (const { client, ...more } of odd)
      await client.workflow.start('purchase', {
        taskQueue: 'doku-journeys',
        args: [{ partnerReferenceNo: 'X', customerId }],
        typedSearchAttributes: searchAttributesOf({ status: 'needs-attention', customerId }),
        ...more,
      });
    await untilListed(`CustomerId = '${customerId}' AND WorkflowType = 'purchase'`, 5);
    const found = await cli.run(['find', '--customer', customerId]);
    assert.equal(found.code, 0, found.stderr);
    const attention = await cli.run(['attention']);
    assert.equal(attention.code, 0, attention.stderr);
    const unreadable = odd[0]?.workflowId.slice('purchase/'.length) ?? '';
    for (const { stdout, stderr } of [found, attention]) {
      // Of the workers' own queue, and a key that is not there, as where it was taken away too soon.
      assert.ok(stdout.includes(` ${unreadable} `), stdout);
      assert.doesNotMatch(stdout, /\+62|of-nobody|\bodd\b/);
      assert.match(stderr, /^\d+ more are not listed: nobody with these payload keys/m);
      assert.match(stderr, /^\d+ on other task queues than doku-journeys are not listed/m);
    }
    assert.ok(found.stdout.includes(partnerReferenceNo));
    const dry = await cli.run(['bulk', 'cancel', '--customer', customerId, '--reason', 'x']);
    assert.match(dry.stdout, /^3 match on doku-journeys; nothing was done/, dry.stderr);
    assert.match(dry.stderr, /^2 more on the task queue of-nobody are left alone/m);
    const shown = await cli.run(['show', 'purchase', partnerReferenceNo]);
    assert.equal(shown.code, 0, shown.stderr);
    const locked = await cli.run(['show', 'purchase', unreadable]);
    assert.equal(locked.code, 1);
    assert.match(
      locked.stderr,
      /"strange" that neither the workers nor this backend have.*temporal workflow terminate/,
    );
    for (const { workflowId } of odd) await stack.client.workflow.getHandle(workflowId).terminate();
  });

  test('only counts what a bulk action would do, until it is told yes', async () => {
    const { partnerReferenceNo, customerId } = await purchase();
    await untilListed(`PartnerReferenceNo = '${partnerReferenceNo}'`, 1);
    const bulk = ['bulk', 'cancel', '--customer', customerId, '--reason', 'release 42'];
    const dry = await cli.run(bulk);
    assert.equal(dry.code, 0, dry.stderr);
    assert.match(dry.stdout, /^1 match on doku-journeys; nothing was done/);
    assert.match(dry.stdout, new RegExp(`^ {2}purchase ${partnerReferenceNo}$`, 'm'));
    assert.equal(
      (await shop.journeys.purchase.status(partnerReferenceNo)).status,
      'awaiting-payment',
    );
    const done = await cli.run([...bulk, '--yes']);
    assert.match(done.stdout, /^1 of 1 were told/);
    assert.equal((await shop.journeys.purchase.result(partnerReferenceNo)).outcome, 'cancelled');
    const all = await cli.run(['bulk', 'cancel', '--reason', 'everything', '--yes']);
    assert.deepEqual([all.code, all.stdout], [2, '']);
  });

  test('has another OTP sent, and shows none', async () => {
    const phoneNo = `62813${randomInt(10_000_000, 99_999_999)}`;
    const key = { customerId: `customer-${randomUUID()}`, reference: 'OPEN-1' };
    const newcomer = { name: 'Budi Santoso', phoneNo, email: 'budi@example.com' };
    await shop.journeys.openAccount.start({
      ...key,
      redirectUrl: 'https://merchant.example/back',
      customer: newcomer,
    });
    const first = await shop.doku.otp(phoneNo);
    const id = `${key.customerId}/${key.reference}`;
    const sent = await cli.run(['resend-otp', `account/${key.customerId}/open/${key.reference}`]);
    assert.equal(sent.code, 0, sent.stderr);
    const second = await shop.doku.otp(phoneNo);
    assert.notEqual(first, second);
    const shown = await cli.run(['show', 'open-account', id, '--json']);
    assert.equal(JSON.parse(shown.stdout).facts.show, 'enter-otp');
    const ofAnOrder = await cli.run(['resend-otp', 'purchase/INV-1']);
    assert.equal(ofAnOrder.code, 2);
    assert.match(
      ofAnOrder.stderr,
      /no customer has an OTP for purchase INV-1: must be an open-acc/,
    );
    secrets.push(first, second, phoneNo, newcomer.email);
  });

  test('reconciles a period, and sets the daily one', async () => {
    const [from, to] = ['2026-01-01', '2026-01-02T00:00:00+07:00'];
    const csv = await cli.run(['reconcile', '--from', from, '--to', to, '--report', 'csv']);
    assert.equal(csv.code, 0, csv.stderr);
    assert.equal(csv.stdout, 'kind,partnerReferenceNo,customerId,amount,subject,here,doku\n');
    const daily = await cli.run(['reconcile', 'daily', '--hour', '3']);
    assert.equal(daily.code, 0, daily.stderr);
    assert.match(daily.stdout, /of the task queue doku-journeys, by the schedule reconciliation$/m);
    const { spec } = await stack.client.schedule.getHandle('reconciliation').describe();
    assert.equal(spec.timezone, 'Asia/Jakarta');
    // A rehearsal has its own, and takes nobody's away.
    const rehearsed = await cli.run(['reconcile', 'daily', '--hour', '4'], {
      DOKU_TASK_QUEUE: 'rehearsal',
    });
    assert.equal(rehearsed.code, 0, rehearsed.stderr);
    assert.match(rehearsed.stdout, /by the schedule reconciliation\/rehearsal$/m);
    const held = await stack.client.schedule.getHandle('reconciliation').describe();
    assert.equal(held.action.taskQueue, 'doku-journeys');
    const own = await stack.client.schedule.getHandle('reconciliation/rehearsal').describe();
    assert.equal(own.action.taskQueue, 'rehearsal');
    await stack.client.schedule.getHandle('reconciliation').pause('by hand');
    const paused = await cli.run(['reconcile', 'daily', '--hour', '3']);
    assert.equal(paused.code, 1);
    assert.match(paused.stderr, /is paused \("by hand"\), and has begun no run since .*--resume/);
    const resumed = await cli.run(['reconcile', 'daily', '--hour', '3', '--resume']);
    assert.equal(resumed.code, 0, resumed.stderr);
  });

  test('names every mistake by its option, and never by its value', async () => {
    const refund = await cli.run(['refund', 'INV 1', '--amount', '081234567890']);
    assert.deepEqual([refund.code, refund.stdout], [2, '']);
    assert.match(
      refund.stderr,
      /NUMBER: must be 1 to 64 .*; --refund-no: is missing; --amount: must be .*; --reason: is missing; see doku-journeys refund --help\n$/,
    );
    assert.doesNotMatch(refund.stderr, /081234567890|INV 1/);
    const nothing = await cli.run(['cancel', 'everything']);
    assert.equal(nothing.code, 2);
    assert.match(nothing.stderr, /"cancel" is not all of a command: give cancel purchase\n$/);
  });

  test('refuses keys that are not those of the workers, before a journey is told what they cannot read', async () => {
    const { partnerReferenceNo } = await purchase();
    await untilListed(`PartnerReferenceNo = '${partnerReferenceNo}'`, 1);
    const cancel = ['cancel', 'purchase', partnerReferenceNo, '--reason', 'x'];
    const PAYLOAD_KEYS = newPayloadKey('local');
    const refused = await cli.run(cancel, { PAYLOAD_KEYS });
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /payload key "local" does not fit/);
    assert.equal(
      (await shop.journeys.purchase.status(partnerReferenceNo)).status,
      'awaiting-payment',
    );
    const none = await cli.run(cancel, { PAYLOAD_KEYS: '' });
    assert.equal(none.code, 2);
    assert.match(none.stderr, /^doku-journeys: PAYLOAD_KEYS: is missing: set it, .*\n$/);
    const unreadable = await cli.run(cancel, { TEMPORAL_API_KEY_FILE: '/nowhere' });
    const complaint = 'doku-journeys: TEMPORAL_API_KEY_FILE: cannot be read\n';
    assert.deepEqual([unreadable.code, unreadable.stderr], [2, complaint]);
  });

  test('says where it looked for Temporal when nobody answers, and what nobody knows', async () => {
    const lost = await cli.run(['find'], { TEMPORAL_ADDRESS: '127.0.0.1:1' });
    assert.equal(lost.code, 1);
    assert.match(lost.stderr, /^doku-journeys: Temporal does not answer at 127\.0\.0\.1:1: .*\n$/);
    const unknown = await cli.run(['show', 'purchase', 'never-1']);
    assert.deepEqual([unknown.code, unknown.stderr], [1, notKnown('no purchase never-1 is known')]);
  });

  test('tells its commands at once: no command loads Temporal before it has something to ask', async () => {
    const help = await cli.run(['--help']);
    assert.equal(help.code, 0);
    assert.match(help.stdout, /^ {2}reconcile daily {2}/m);
    const loaded = execFileSync(process.execPath, [
      ...['--import', 'tsx', '--input-type=module', '--eval'],
      `import { createRequire } from 'node:module';
       const { COMMANDS } = await import(${JSON.stringify(COMMANDS)});
       for (const { load } of COMMANDS) await load();
       const files = Object.keys(createRequire(import.meta.url).cache);
       console.log(files.some((file) => /temporalio.common/.test(file)));
       console.log(files.some((file) => /temporalio.client|grpc/.test(file)));`,
    ]);
    // The contract needs nothing of Temporal's, and its client, most of what there is to load, waits.
    assert.equal(String(loaded), 'false\nfalse\n');
  });
});
