/**
 * `node --import tsx docs/generate/images.ts`: the pictures of docs/integrate.md, taken of a running `npm start` and the
 * shop by this machine's Chromium. Load `.local/dev.env` before.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';

const FOLDER = fileURLToPath(new URL('../images', import.meta.url));
const SHOP_PORT = 3000;
const SHOP = `http://127.0.0.1:${SHOP_PORT}`;
/** Of the customer whom the story of `npm start` leaves. */
const PIN = '123456';
const PHONE = { width: 360, height: 560 };
const DESK = { width: 1000, height: 560 };
/** As far as what happened in it. */
const JOURNEY = { width: 1000, height: 900 };

const needed = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is missing: load .local/dev.env`);
  return value;
};

async function startShop(): Promise<ChildProcess> {
  const shop = spawn(process.execPath, ['--import', 'tsx', 'examples/shop/shop.ts'], {
    env: { ...process.env, SHOP_PORT: String(SHOP_PORT) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    shop.stdout?.once('data', () => resolve());
    shop.once('exit', () => reject(new Error('the shop ended')));
  });
  return shop;
}

const shot = (page: Page, name: string) =>
  page.screenshot({ path: path.join(FOLDER, `${name}.png`) });

/** @returns the order's number. */
async function buy(page: Page): Promise<string> {
  await page.setViewportSize(PHONE);
  await page.goto(SHOP);
  const number = await page.locator('input[name=order]').inputValue();
  await shot(page, 'cart');
  await page.getByRole('button', { name: 'Pay with DOKU' }).click();
  await page.getByLabel('PIN').fill(PIN);
  await shot(page, 'doku');
  await page.getByRole('button', { name: /^Pay Rp/ }).click();
  await page.getByText('Paid.').waitFor();
  await shot(page, 'paid');
  return number;
}

async function look(page: Page, number: string): Promise<void> {
  await page.setViewportSize(JOURNEY);
  const journey = encodeURIComponent(`purchase/${number}`);
  await page.goto(`${needed('DOKU_JOURNEYS_UI_URL')}/namespaces/default/workflows/${journey}`);
  await page.getByText('Completed').first().waitFor();
  await page.waitForLoadState('networkidle');
  await shot(page, 'temporal');
  await page.setViewportSize(DESK);
  await page.goto(`${needed('DOKU_JOURNEYS_GATEWAY_URL')}/docs`);
  await page.getByText('/v1/purchases/{partnerReferenceNo}').first().waitFor();
  await shot(page, 'gateway');
}

mkdirSync(FOLDER, { recursive: true });
const shop = await startShop();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
});
try {
  const page = await browser.newPage({ locale: 'en-GB' });
  await look(page, await buy(page));
} finally {
  await browser.close();
  shop.kill();
}
