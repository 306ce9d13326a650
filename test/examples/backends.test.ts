import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import type { Payload } from '@temporalio/common';
import { freePort } from '../../worker/local/free-port.js';
import { newPayloadKey } from '../../worker/local/merchant.js';
import { chromiumPath, phone } from '../setting/chromium.js';
import { signedHeaders, startEventRelay } from '../setting/event-relay.js';
import { ExampleProgram } from '../setting/example-program.js';
import { goProgram, python, type Toolchain } from '../setting/example-toolchains.js';
import { type GatewayDoor, startGatewayDoor } from '../setting/gateway-door.js';
import { completing, failing, Nobody } from '../setting/nobody.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { RefusingTemporal } from '../setting/refusing-temporal.js';
import { forget } from '../setting/resets.js';
import { eventually, idr, type Shop } from '../setting/shop.js';

type Site = Awaited<ReturnType<typeof startQuickStack>>;

/** As many as there are pauses. */
const AGAIN = ['HandedOver', 'AcceptedUpdateCompletedWorkflow', 'UnprocessedUpdate', 'Stale'];
const PIN = '123456';
/** For what takes seconds: a mistake is told, not waited for. */
const inTime = () => ({ deadline: Date.now() + 180_000 });

// Bounded for what would hang; cold, Go alone compiles for minutes.
describe('examples, each as a reader runs it, beside one local stack', {
  timeout: 1_500_000,
}, () => {
  let site: Site;
  let shop: Shop;
  let gateway: GatewayDoor;
  let relay: Awaited<ReturnType<typeof startEventRelay>>;
  const programs: ExampleProgram[] = [];
  before(async () => {
    relay = await startEventRelay();
    site = await startQuickStack(relay.environment);
    shop = site.shop;
    gateway = await startGatewayDoor(site.client);
  });
  after(async () => {
    await Promise.all(programs.map((program) => program.kill()));
    await gateway?.close();
    await site?.stop();
    await relay?.close();
  });

  /** What `.local/dev.env` has of `npm start`. */
  const devEnv = () => ({
    TEMPORAL_ADDRESS: site.temporal.address,
    PAYLOAD_KEYS: site.configuration.PAYLOAD_KEYS.text ?? '',
    DOKU_JOURNEYS_SANDBOX_URL: site.sandbox.url,
    DOKU_JOURNEYS_RETURN_URL: `${site.sandbox.url}/shop/return`,
    DOKU_JOURNEYS_GATEWAY_URL: gateway.url,
    DOKU_JOURNEYS_API_KEY: gateway.key,
    EVENTS_SECRET: relay.secret,
  });
  const run = (command: readonly string[], environment: Record<string, string> = {}) => {
    const program = new ExampleProgram(command, { ...devEnv(), ...environment });
    programs.push(program);
    return program;
  };

  /** A number for an order, and whose it is: somebody with a bound account. */
  const buyer = async () => {
    const { customerId, pin } = await shop.boundCustomer();
    return { order: `INV-${randomUUID()}`, pin, DOKU_JOURNEYS_CUSTOMER_ID: customerId };
  };
  /** What a customer types on DOKU's page. @returns where the browser is sent. */
  const onPage = async (page: string, fields: Record<string, string>) => {
    const body = new URLSearchParams(fields);
    const answer = await fetch(page, { method: 'POST', redirect: 'manual', body });
    assert.equal(answer.status, 302);
    return new URL(answer.headers.get('location') ?? '');
  };
  const pay = (page: string, pin: string) => onPage(page, { pin });
  const PAGE = /with PIN 123456: (\S+)/;

  /** A program that prints the page to pay on, and the end. */
  const buysByItself = async (...command: string[]) => {
    const { order, pin, DOKU_JOURNEYS_CUSTOMER_ID } = await buyer();
    const program = run([...command, order], { DOKU_JOURNEYS_CUSTOMER_ID });
    await pay(await program.says(PAGE), pin);
    assert.match(await program.ended(), new RegExp(`^${order}: paid$`, 'm'));
    return { order, DOKU_JOURNEYS_CUSTOMER_ID };
  };

  const refuses = (said: RegExp, environment: Record<string, string>, ...command: string[]) =>
    assert.rejects(run(command, environment).ended(), said);

  /** An order that is over is told so, and a key that is not the workers' before any order. */
  const saysWhatIsWrong = async ({ order }: { order: string }, ...command: string[]) => {
    await refuses(/has ended before, as paid: take another number/, {}, ...command, order);
    const PAYLOAD_KEYS = newPayloadKey().replace(
      'local',
      devEnv().PAYLOAD_KEYS.split(':')[0] ?? '',
    );
    await refuses(
      /are PAYLOAD_KEYS those of the workers\?/,
      { PAYLOAD_KEYS },
      ...command,
      'INV-KEY',
    );
    for (const [said, environment] of [
      [/^(?!.*Traceback).*Namespace nix is not found/s, { TEMPORAL_NAMESPACE: 'nix' }],
      [/: is it up\?|is Temporal up there/, { TEMPORAL_ADDRESS: '127.0.0.1:9' }],
    ] as const)
      await refuses(said, environment, ...command, 'INV-KEY');
    await refuses(
      /^PAYLOAD_KEYS: is missing: [^\n]+$/m,
      { PAYLOAD_KEYS: '' },
      ...command,
      'INV-KEY',
    );
    const mistyped = { PAYLOAD_KEYS: 'local:abc' };
    await refuses(/^PAYLOAD_KEYS: must be id:base64 [^\n]+$/m, mistyped, ...command, 'INV-KEY');
  };

  /** The same number was used for another order, whose page asks for another amount. */
  const refusesAnothersPage = async (...command: string[]) => {
    const { order, DOKU_JOURNEYS_CUSTOMER_ID } = await buyer();
    await shop.journeys.purchase.redirect({
      ...shop.order(DOKU_JOURNEYS_CUSTOMER_ID, { amount: idr('26000.00') }),
      partnerReferenceNo: order,
    });
    const program = run([...command, order], { DOKU_JOURNEYS_CUSTOMER_ID });
    await assert.rejects(program.ended(), /was started with different input/);
  };

  /** A mistake in the input uses up no number. */
  const takesItPutRight = async (...command: string[]) => {
    const { order, pin, DOKU_JOURNEYS_CUSTOMER_ID } = await buyer();
    const wrong = { DOKU_JOURNEYS_CUSTOMER_ID, DOKU_JOURNEYS_RETURN_URL: 'not-a-url' };
    await refuses(/returnUrl/, wrong, ...command, order);
    await refuses(/returnUrl/, wrong, ...command, order);
    const program = run([...command, order], { DOKU_JOURNEYS_CUSTOMER_ID });
    await pay(await program.says(PAGE), pin);
    assert.match(await program.ended(), new RegExp(`^${order}: paid$`, 'm'));
  };

  /** Whoever reaches Temporal without a payload key ends the number once more: by a copy, or as if it had been refused. */
  const believesNobody = async ({ order }: { order: string }, ...command: string[]) => {
    const nobody = new Nobody(site);
    const id = `purchase/${order}`;
    const ended = (await nobody.eventsOf(id)).at(-1)?.workflowExecutionCompletedEventAttributes;
    const copy = completing(ended?.result?.payloads?.[0] as Payload);
    const copied = await nobody.run(id, 'purchase', copy);
    await refuses(/a copy of another answer came/, {}, ...command, order);
    const applicationFailureInfo = { type: 'InvalidInput', nonRetryable: true };
    const forgery = failing({ message: 'forged', applicationFailureInfo });
    const failed = await nobody.run(id, 'purchase', forgery);
    await refuses(/forged/, {}, ...command, order);
    for (const run of [copied, failed]) await forget(site.client, id, run);
  };

  /** What says nothing of the journey is sent again, with the one ID each time; what does not pass in time is told. */
  const sendsAgain = async (...command: string[]) => {
    const door = await RefusingTemporal.before(site.temporal.address);
    const behind = { TEMPORAL_ADDRESS: door.address };
    try {
      const { order, pin, DOKU_JOURNEYS_CUSTOMER_ID } = await buyer();
      const program = run([...command, order], { ...behind, DOKU_JOURNEYS_CUSTOMER_ID });
      door.refuses(...AGAIN);
      const page = await program.says(PAGE);
      door.refuses(...AGAIN.toReversed());
      await pay(page, pin);
      assert.match(await program.ended(), new RegExp(`^${order}: paid$`, 'm'));
      const types = door.refused.map(({ type }) => type);
      assert.deepEqual(types, [...AGAIN, ...AGAIN.toReversed()]);
      const ids = new Set(door.refused.map(({ updateId }) => updateId));
      assert.deepEqual([...ids], door.passed, 'one ID for the page, one for the acknowledgement');
      door.refuses(...Array.from({ length: 9 }, () => 'TooManyWaiting'));
      await refuses(/TooManyWaiting/, behind, ...command, `INV-${randomUUID()}`);
      assert.equal(door.refused.length, types.length + AGAIN.length + 1);
    } finally {
      door.close();
    }
  };

  const refusesForgeries = async (url: string) => {
    const headers = { 'content-type': 'application/json', ...relay.forgedHeaders() };
    const body = JSON.stringify({ type: 'purchase.awaiting-acknowledgement', data: {} });
    assert.equal((await fetch(`${url}/events`, { method: 'POST', headers, body })).status, 400);
  };

  const saysWhenSent = async (
    url: string,
    key: Uint8Array | string,
    partnerReferenceNo: string,
  ) => {
    const type = 'purchase.awaiting-acknowledgement';
    const body = JSON.stringify({
      ...{ id: `evt_${'0'.repeat(32)}`, type, timestamp: new Date().toISOString() },
      data: {
        ...{ journey: 'purchase', workflowId: `purchase/${partnerReferenceNo}`, sequence: 1 },
        ...{ status: 'awaiting-acknowledgement', partnerReferenceNo },
      },
    });
    const headers = signedHeaders(key, body);
    return (await fetch(`${url}/events`, { method: 'POST', headers, body })).status;
  };

  /** Of orders that other backends have, and of what would be another path. */
  const leavesOthersOrders = async (url: string) => {
    const key = Buffer.from(relay.secret.slice('whsec_'.length), 'base64');
    const before = gateway.audited.length;
    for (const number of ['INV-OTHERS-1', 'x/cancel#', 'x/../../top-ups/T/funded?q='])
      assert.equal(await saysWhenSent(url, key, number), 204, number);
    assert.equal(gateway.audited.length, before, 'the gateway was asked');
  };

  /** Of an empty secret anybody makes a signature. */
  const refusesAllWithoutSecret = async (command: readonly string[]) => {
    const port = await freePort();
    const program = run(command, { SHOP_PORT: String(port), EVENTS_SECRET: '' });
    const url = await program.says(/The shop: (\S+)/);
    await isListening(url);
    assert.equal(await saysWhenSent(url, '', `INV-${randomUUID()}`), 400);
    await program.kill();
  };

  const saysThatPortIsTaken = async (command: readonly string[]) => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const SHOP_PORT = String((taken.address() as AddressInfo).port);
    const said = /:\n\nSHOP_PORT: [^\n]+: choose a free port, such as SHOP_PORT=3001\n$/;
    await refuses(said, { SHOP_PORT }, ...command);
    await refuses(/:\n\nSHOP_PORT: [^\n]+\n$/, { SHOP_PORT: 'abc' }, ...command);
    taken.close();
  };

  type StartsOrder = (url: string, quantity: string) => Promise<Response>;

  const cartOf = async (url: string) =>
    (await (await fetch(`${url}/carts`, { method: 'POST' })).text()).trim();

  /** Whom no event has told hears of the payment from the customer who comes back, and takes note of it. */
  const sellsToWhoComesBack = async (url: string, start: StartsOrder, pin: string) => {
    const order = await cartOf(url);
    const orderUrl = `${url}/orders/${order}`;
    const answer = await (await start(orderUrl, '1')).text();
    const page = /https?:[^"]+/.exec(answer)?.[0] ?? assert.fail(answer);
    const unpaid = await fetch(`${orderUrl}/returned?status=SUCCESS`);
    assert.deepEqual(await unpaid.json(), { status: 'awaiting-payment' });
    assert.deepEqual(await (await fetch(orderUrl)).json(), { status: 'awaiting-payment' });
    const returned = await pay(page, pin);
    const began = performance.now();
    const back = await fetch(`${orderUrl}/returned${returned.search}`);
    assert.deepEqual(await back.json(), { status: 'paid' });
    assert.ok(performance.now() - began < 4_500, 'waits only until it is paid');
    assert.deepEqual(await (await fetch(orderUrl)).json(), { status: 'paid' });
    const { reason } = await shop.journeys.purchase.result(order, inTime());
    assert.equal(reason, 'merchant-acknowledged');
  };

  /** What was refused stands in sentences of its own, for whoever reads it. */
  const tellsRefusal = async (command: readonly string[], start: StartsOrder) => {
    const port = await freePort();
    const program = run(command, {
      SHOP_PORT: String(port),
      DOKU_JOURNEYS_CUSTOMER_ID: `nobody-${randomUUID()}`,
    });
    const url = await program.says(/The shop: (\S+)/);
    await isListening(url);
    const refused = await start(`${url}/orders/${await cartOf(url)}`, '1');
    assert.equal(refused.status, 409);
    assert.match(await refused.text(), /^CustomerNotBound: .* is used up\. Open the account first/);
    await program.kill();
  };

  const ODD_QUANTITIES = ['0.00004', '0', '-1', '10', '1.5', '1e3', 'x', ''];

  /** The price is the shop's, and so is the number; a second click pays once. */
  const choosesItsPrice = async (url: string, start: StartsOrder) => {
    const order = await cartOf(url);
    for (const quantity of ODD_QUANTITIES) {
      const { status } = await start(`${url}/orders/${order}`, quantity);
      assert.equal(status, 422, quantity);
    }
    for (const number of [`INV-${randomUUID()}`, 'INV-2026-0001']) {
      assert.equal((await start(`${url}/orders/${number}`, '1')).status, 404, number);
    }
    const guessed = await fetch(`${url}/orders/INV-2026-0001/returned`);
    assert.ok([404, 422].includes(guessed.status), String(guessed.status));
    assert.equal((await fetch(`${url}/orders/${order}`)).status, 404, 'of a cart');
    assert.equal(await isUnknown(order), true, 'nothing has begun');
    const page = await (await start(`${url}/orders/${order}`, '2')).text();
    assert.equal(await (await start(`${url}/orders/${order}`, '2')).text(), page);
    assert.equal((await start(`${url}/orders/${order}`, '1')).status, 409);
    await asksForTwo(/https?:[^"]+/.exec(page)?.[0] ?? assert.fail(page));
  };
  const isUnknown = (order: string) =>
    shop.journeys.purchase.status(order).then(
      () => false,
      (error: Error) => error.name === 'UnknownJourneyError',
    );
  const asksForTwo = async (page: string) =>
    assert.match(await (await fetch(page)).text(), /Bayar Rp\s50\.000/);

  const isListening = (url: string) =>
    eventually(
      () =>
        fetch(url).then(
          () => true,
          () => false,
        ),
      (isThere) => isThere,
    );

  /** A backend that starts an order by HTTP, and hears of it by events alone: nobody comes back from DOKU's page. */
  const sellsByEvents = async (command: readonly string[], start: StartsOrder) => {
    const { pin, DOKU_JOURNEYS_CUSTOMER_ID } = await buyer();
    const port = await freePort();
    const program = run(command, { SHOP_PORT: String(port), DOKU_JOURNEYS_CUSTOMER_ID });
    const url = await program.says(/The shop: (\S+)/);
    await isListening(url);
    const order = await cartOf(url);
    relay.tells(order, `${url}/events`);
    const started = await start(`${url}/orders/${order}`, '1');
    const answer = await started.text();
    await pay(/https?:[^"]+/.exec(answer)?.[0] ?? assert.fail(answer), pin);
    await program.says(new RegExp(`purchase.paid ${order}`));
    await refusesForgeries(url);
    const back = await fetch(`${url}/orders/${order}/returned?status=SUCCESS`);
    assert.deepEqual(await back.json(), { status: 'paid' });
    await sellsToWhoComesBack(url, start, pin);
    await choosesItsPrice(url, start);
    await leavesOthersOrders(url);
    await program.kill();
    await tellsRefusal(command, start);
    await refusesAllWithoutSecret(command);
    await saysThatPortIsTaken(command);
  };

  /** Skips, with why, where it cannot be run here. */
  const isHere = (t: TestContext, toolchain: Toolchain): toolchain is { program: string } => {
    if (toolchain.missing) t.skip(toolchain.missing);
    return toolchain.missing === undefined;
  };

  test('curl: an order, paid, and a part of it refunded', async () => {
    const customer = await buysByItself('sh', 'examples/curl/order.sh');
    await shop.doku.settle(customer.order);
    const command = ['sh', 'examples/curl/refund.sh', customer.order, `REF-${randomUUID()}`];
    assert.match(await run(command, customer).ended(), /^REF-\S+: refunded$/m);
  });

  const typescript = (name: string, ...typed: string[]) => [
    ...[process.execPath, '--import', 'tsx', `examples/typescript/${name}.ts`],
    ...typed,
  ];

  test('TypeScript, by HTTP: an order, paid; what is wrong is told in a line', async () => {
    const { order, ...customer } = await buysByItself(...typescript('http/order'));
    await refuses(/^JourneyEnded: [^\n]+$/m, customer, ...typescript('http/order', order));
    const wrong = { DOKU_JOURNEYS_API_KEY: 'dkj_wrong' };
    await refuses(/:\n\nUnauthenticated: [^\n]+\n$/, wrong, ...typescript('http/order', 'INV-KEY'));
    const before = gateway.audited.length;
    await refuses(/usage: /, {}, ...typescript('http/order', 'x/cancel#'));
    assert.equal(gateway.audited.length, before, 'the gateway was asked');
  });

  test('TypeScript: a part of an order refunded', async () => {
    const customer = await buysByItself('sh', 'examples/curl/order.sh');
    await shop.doku.settle(customer.order);
    const refund = typescript('refund', customer.order, `REF-${randomUUID()}`);
    assert.match(await run(refund, customer).ended(), /^REF-\S+: refunded$/m);
  });

  test('TypeScript: a payout from a CSV file, and one with a mistake', async (t) => {
    const { DOKU_JOURNEYS_CUSTOMER_ID } = await buyer();
    const folder = mkdtempSync(path.join(tmpdir(), 'payout-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = path.join(folder, 'payout.csv');
    const header = 'partnerReferenceNo,customerId,amount';
    writeFileSync(file, `${header}\nPAYOUT-9,${DOKU_JOURNEYS_CUSTOMER_ID},100.00\n`);
    const said = await run(typescript('payout', 'payout-2', file)).ended();
    assert.match(said, /^PAYOUT-9: completed\npayout-2: finished$/m);
    writeFileSync(file, `${header}\nPAYOUT-10,${DOKU_JOURNEYS_CUSTOMER_ID},much\n`);
    await refuses(/row 2, amount: must be/, {}, ...typescript('payout', 'payout-3', file));
  });

  test('TypeScript: a transfer to the bank account whose owner was confirmed', async () => {
    const { DOKU_JOURNEYS_CUSTOMER_ID } = await buyer();
    const number = `TRF-${randomUUID()}`;
    const program = run(typescript('transfer', number), { DOKU_JOURNEYS_CUSTOMER_ID });
    await program.says(/\(yes\)/);
    program.isTold('yes');
    assert.match(await program.ended(), new RegExp(`${number}: completed$`, 'm'));
  });

  test('each says how it is called, to whoever types too little', async () => {
    for (const name of ['order', 'refund', 'payout', 'account'])
      await refuses(/^usage: examples\/curl\/\w+\.sh [A-Z]/m, {}, 'sh', `examples/curl/${name}.sh`);
    for (const name of ['refund', 'payout', 'transfer', 'http/order'])
      await refuses(/^usage: npx tsx \S+\.ts [A-Z]/m, {}, ...typescript(name));
  });

  test('curl: what is no number gets into no path', async () => {
    const before = gateway.audited.length;
    for (const number of ['x/cancel#', '../refunds/x', ''])
      await assert.rejects(
        run(['sh', 'examples/curl/order.sh', number]).ended(),
        /must be letters/,
      );
    assert.equal(gateway.audited.length, before, 'the gateway was asked');
  });

  test('curl: a wrong key ends the script, and is told', async () => {
    const program = run(['sh', 'examples/curl/order.sh', 'INV-WRONG-KEY'], {
      DOKU_JOURNEYS_API_KEY: 'dkj_wrong',
    });
    await assert.rejects(program.ended(), /Unauthenticated/);
  });

  test('curl: a payout from a CSV file, looked at before', async (t) => {
    const { DOKU_JOURNEYS_CUSTOMER_ID } = await buyer();
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'payout-')), 'payout.csv');
    t.after(() => rmSync(path.dirname(file), { recursive: true }));
    const rows = [1, 2, 3].map((row) => `PAYOUT-${row},${DOKU_JOURNEYS_CUSTOMER_ID},100.00`);
    writeFileSync(file, ['partnerReferenceNo,customerId,amount', ...rows, ''].join('\n'));
    const said = await run(['sh', 'examples/curl/payout.sh', 'payout-1', file]).ended();
    assert.match(said, /"rows":3,.*^payout-1: finished$.*PAYOUT-3/ms);
  });

  test('curl: an account opened, by OTP and PIN', async () => {
    const phoneNo = '081234567892';
    const customer = ['customer-2001', 'Siti Rahayu', phoneNo, 'siti@example.com'];
    const program = run(['sh', 'examples/curl/account.sh', ...customer]);
    await program.says(/The OTP/);
    program.isTold('000000');
    await program.says(/It is wrong\./);
    program.isTold(await shop.doku.otp(phoneNo));
    const pinPage = await program.says(/after it: (\S+\/pin\S*)/);
    program.isTold((await onPage(pinPage, { pin: PIN, repeat: PIN })).search.slice(1));
    const bindingPage = await program.says(/after it: (\S+\/binding\S*)/);
    program.isTold((await onPage(bindingPage, { pin: PIN })).search.slice(1));
    assert.match(await program.ended(), /^customer-2001: bound$/m);
  });

  test('curl: an account is not opened by a script that nobody types for', async () => {
    const customer = ['customer-2002', 'Siti Rahayu', '081234567893', 'siti@example.com'];
    const program = run(['sh', 'examples/curl/account.sh', ...customer]);
    await program.says(/The OTP/);
    program.isToldNoMore();
    await assert.rejects(program.ended(), /openings\/first waits: nothing was typed/);
  });

  test("Python, by Temporal's SDK: an order, paid", async (t) => {
    const toolchain = await python();
    if (!isHere(t, toolchain)) return;
    const bought = await buysByItself(toolchain.program, 'examples/python/temporal/order.py');
    await saysWhatIsWrong(bought, toolchain.program, 'examples/python/temporal/order.py');
    await refusesAnothersPage(toolchain.program, 'examples/python/temporal/order.py');
    await takesItPutRight(toolchain.program, 'examples/python/temporal/order.py');
    await believesNobody(bought, toolchain.program, 'examples/python/temporal/order.py');
    await sendsAgain(toolchain.program, 'examples/python/temporal/order.py');
  });

  test('Python, by HTTP: an order, paid and acknowledged by event', async (t) => {
    const toolchain = await python();
    if (!isHere(t, toolchain)) return;
    const shop = [toolchain.program, 'examples/python/http/shop.py'];
    await refuses(/^DOKU_JOURNEYS_API_KEY: is missing: /m, { DOKU_JOURNEYS_API_KEY: '' }, ...shop);
    await sellsByEvents(shop, (url, quantity) =>
      fetch(url, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: `{"quantity":${quantity}}`,
      }),
    );
  });

  test("Go, by Temporal's SDK: an order, paid", async (t) => {
    const toolchain = await goProgram('temporal');
    if (!isHere(t, toolchain)) return;
    const bought = await buysByItself(toolchain.program);
    await saysWhatIsWrong(bought, toolchain.program);
    await refusesAnothersPage(toolchain.program);
    await takesItPutRight(toolchain.program);
    await believesNobody(bought, toolchain.program);
    await sendsAgain(toolchain.program);
  });

  test('Go, by HTTP: an order, paid and acknowledged by event', async (t) => {
    const toolchain = await goProgram('http');
    if (!isHere(t, toolchain)) return;
    await sellsByEvents([toolchain.program], (url, quantity) =>
      fetch(url, { method: 'PUT', body: new URLSearchParams({ quantity }) }),
    );
  });

  const shopCommand = [process.execPath, '--import', 'tsx', 'examples/shop/shop.ts'];
  /** The shop in TypeScript, without a browser. */
  const openShop = async (DOKU_JOURNEYS_CUSTOMER_ID: string) => {
    const port = await freePort();
    const program = run(shopCommand, { SHOP_PORT: String(port), DOKU_JOURNEYS_CUSTOMER_ID });
    const url = await program.says(/The shop: (\S+)/);
    return {
      program,
      url,
      /** @returns the number of a new one. */
      cart: async () => {
        const page = await (await fetch(url)).text();
        return /name="order" value="([^"]+)"/.exec(page)?.[1] ?? assert.fail(page);
      },
      order: (order: string, quantity: string) =>
        fetch(`${url}/orders`, {
          method: 'POST',
          body: new URLSearchParams({ order, quantity }),
          redirect: 'manual',
        }),
    };
  };

  test('the shop: the price and the number are its own, and a second click pays once', async () => {
    const { DOKU_JOURNEYS_CUSTOMER_ID } = await buyer();
    const { program, url, cart, order: ask } = await openShop(DOKU_JOURNEYS_CUSTOMER_ID);
    const order = await cart();
    for (const quantity of ODD_QUANTITIES) {
      const refused = await ask(order, quantity);
      assert.equal(refused.status, 400, `${quantity}: ${refused.headers.get('location')}`);
      assert.match(await refused.text(), /Choose a quantity from 1 to 9\./);
    }
    for (const number of [`INV-${randomUUID()}`, 'INV-2026-0001', ''])
      assert.match(await (await ask(number, '1')).text(), /This cart is not known any more/);
    assert.equal((await fetch(`${url}/orders/INV-2026-0001`)).status, 404);
    assert.equal(await isUnknown(order), true, 'nothing has begun');
    const page = (await ask(order, '2')).headers.get('location');
    assert.ok(page, 'there is a page');
    assert.equal((await ask(order, '2')).headers.get('location'), page);
    assert.equal((await ask(order, '1')).status, 400, 'another amount');
    await asksForTwo(page);
    await program.kill();
    await saysThatPortIsTaken(shopCommand);
  });

  test('the shop: who comes back unpaid is told so, and may pay or give it up', async () => {
    const { pin, DOKU_JOURNEYS_CUSTOMER_ID } = await buyer();
    const { program, url, cart, order: ask } = await openShop(DOKU_JOURNEYS_CUSTOMER_ID);
    /** @returns DOKU's page. */
    const ordered = async (number: string) =>
      (await ask(number, '1')).headers.get('location') ?? assert.fail('there is no page');
    const shown = async (address: string, method = 'GET') =>
      (await fetch(`${url}/orders/${address}`, { method })).text();
    const order = await cart();
    const page = await ordered(order);
    const unpaid = await shown(`${order}/returned?status=FAILED`);
    assert.match(unpaid, /Not paid yet.*Give it up/s);
    assert.ok(unpaid.includes(`href="${page}"`), 'with the page once more');
    await pay(page, pin);
    await eventually(
      () => shown(`${order}/returned?status=SUCCESS`),
      (text) => /Paid\. Your coffee is on its way/.test(text),
    );
    const other = await cart();
    await ordered(other);
    assert.match(await shown(`${other}/cancel`, 'POST'), /Cancelled\./);
    assert.match(await shown(`${order}/cancel`, 'POST'), /Paid\./, 'too late');
    await program.kill();
  });

  const chromium = chromiumPath();
  const needsChromium = chromium === undefined && 'no Chromium here (apt-get install chromium)';
  test('the shop, on a phone', { skip: needsChromium }, async (t) => {
    const browser = await phone(chromium ?? '');
    t.after(() => browser.close());
    const page = await browser.newPage();
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const startShop = async (environment: Record<string, string> = {}) => {
      const program = run(shopCommand, { SHOP_PORT: String(port), ...environment });
      await program.says(/The shop: /);
      return program;
    };
    const program = await startShop();

    await t.test('opens an account, by OTP and PIN', async () => {
      await page.goto(url);
      await page.getByRole('link', { name: 'Open a DOKU account' }).click();
      await page.getByLabel('Name').fill('Siti Rahayu');
      await page.getByLabel('Mobile number').fill('081234567890');
      await page.getByLabel('E-mail').fill('siti@example.com');
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByLabel('Code').fill(await shop.doku.otp('6281234567890'));
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByLabel('New PIN').fill(PIN);
      await page.getByLabel('Repeat the PIN').fill(PIN);
      const opened = page.waitForRequest(/accountId=/);
      await page.getByRole('button', { name: 'Save PIN' }).click();
      await page.getByLabel('PIN').fill(PIN);
      await page.getByRole('button', { name: 'Agree and link' }).click();
      await page.getByText('Ready.').waitFor();
      const accountId = new URL((await opened).url()).searchParams.get('accountId');
      await shop.doku.call('POST', `accounts/${accountId}/balance`, { add: '200000.00' });
    });

    /** Leaves it at DOKU's page. @returns its number. */
    const order = async (pin = PIN) => {
      await page.goto(url);
      const number = await page.locator('input[name=order]').inputValue();
      await page.getByLabel('Kopi Gayo').fill('2');
      await page.getByRole('button', { name: 'Pay with DOKU' }).click();
      await page.getByLabel('PIN').fill(pin);
      return number;
    };
    const payNow = () => page.getByRole('button', { name: 'Pay Rp 50.000' }).click();

    await t.test('from cart to paid', async () => {
      const number = await order();
      await payNow();
      await page.getByText('Paid. Your coffee is on its way.').waitFor();
      assert.equal((await shop.journeys.purchase.result(number, inTime())).outcome, 'paid');
    });

    await t.test('a customer who pays and never comes back: the shop is told', async () => {
      const number = await order();
      relay.tells(number, `${url}/events`);
      await pay(page.url(), PIN);
      assert.equal((await shop.journeys.purchase.result(number, inTime())).outcome, 'paid');
      await refusesForgeries(url);
      await leavesOthersOrders(url);
      await program.kill();
      await refusesAllWithoutSecret(shopCommand);
    });

    await t.test('a shop that dies before it hears of a payment: the money is back', async () => {
      const { pin, DOKU_JOURNEYS_CUSTOMER_ID } = await buyer();
      const silent = await startShop({
        DOKU_JOURNEYS_CUSTOMER_ID,
        SHOP_ACKNOWLEDGE_WITHIN: '3 seconds',
      });
      await page.context().clearCookies();
      const number = await order(pin);
      await silent.kill();
      await payNow();
      const { outcome, reason } = await shop.journeys.purchase.result(number, inTime());
      assert.deepEqual([outcome, reason], ['cancelled', 'acknowledge-within-elapsed']);
      await startShop();
      await page.goto(`${url}/orders/${number}`);
      await page.getByText('Your money is back').waitFor();
    });
  });
});
