import { existsSync } from 'node:fs';
import path from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The browser of this machine; `CHROMIUM_PATH` names another. */
export function chromiumPath(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  if (environment.CHROMIUM_PATH) return environment.CHROMIUM_PATH;
  const folders = (environment.PATH ?? '').split(path.delimiter).filter(Boolean);
  return folders
    .flatMap((folder) => NAMES.map((name) => path.join(folder, name)))
    .find((file) => existsSync(file));
}

/** Of a phone that many carry: narrow, and touched. */
const PHONE = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
  locale: 'en-GB',
};

/** A phone's browser with nothing in it. Closing its context ends it. */
export async function phone(executablePath: string): Promise<BrowserContext> {
  const browser = await chromium.launch({
    executablePath,
    // Chromium's own sandbox takes rights that containers and root do not have; only our own pages are opened.
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
  const context = await browser.newContext(PHONE);
  context.setDefaultTimeout(180_000);
  context.on('close', () => void browser.close());
  return context;
}
