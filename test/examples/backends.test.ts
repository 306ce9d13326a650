import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { freePort } from '../../worker/local/free-port.js';
import { chromiumPath, phone } from '../setting/chromium.js';
import { ExampleProgram } from '../setting/example-program.js';
import { type GatewayDoor, startGatewayDoor } from '../setting/gateway-door.js';
import { startQuickStack } from '../setting/quick-stack.js';
import type { Shop } from '../setting/shop.js';

type Site = Awaited<ReturnType<typeof startQuickStack>>;

const PIN = '123456';
/** For what takes seconds: a mistake is told, not waited for. */
const inTime = () => ({ deadline: Date.now() + 120_000 });

describe('examples, each as a reader runs it, beside one local stack', () => {
  let site: Site;
  let shop: Shop;
  let gateway: GatewayDoor;
  const programs: ExampleProgram[] = [];
  before(async () => {
    site = await startQuickStack();
    shop = site.shop;
    gateway = await startGatewayDoor(site.client);
  });
  after(async () => {
    await Promise.all(programs.map((program) => program.kill()));
    await gateway?.close();
    await site?.stop();
  });

  /** What `.local/dev.env` has of `npm start`. */
  const devEnv = () => ({
    TEMPORAL_ADDRESS: site.temporal.address,
    PAYLOAD_KEYS: site.configuration.PAYLOAD_KEYS.text ?? '',
    DOKU_JOURNEYS_SANDBOX_URL: site.sandbox.url,
    DOKU_JOURNEYS_RETURN_URL: `${site.sandbox.url}/shop/return`,
    DOKU_JOURNEYS_GATEWAY_URL: gateway.url,
    DOKU_JOURNEYS_GATEWAY_KEY: gateway.key,
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
  const pay = async (page: string, pin: string) => {
    const body = new URLSearchParams({ pin });
    const answer = await fetch(page, { method: 'POST', redirect: 'manual', body });
    assert.equal(answer.status, 302);
  };
  const PAGE = /with PIN 123456: (\S+)/;

  test('curl: an order, paid', async () => {
    const { order, pin, ...customer } = await buyer();
    const program = run(['sh', 'examples/curl/order.sh', order], customer);
    await pay(await program.says(PAGE), pin);
    assert.match(await program.ended(), new RegExp(`${order}: paid`));
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
      const command = [process.execPath, '--import', 'tsx', 'examples/shop/shop.ts'];
      const program = run(command, { SHOP_PORT: String(port), ...environment });
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
      await program.kill();
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
