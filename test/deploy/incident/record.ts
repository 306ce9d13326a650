/**
 * Records what a real worker exposes while DOKU is down, Temporal is killed, and a journey waits for an operator; the
 * alerts are tested on it. Run it again when metrics change: `node --import tsx test/deploy/incident/record.ts`. It takes
 * 19 minutes.
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../../worker/local/free-port.js';
import { ProcessSite } from '../../setting/process-site.js';
import { Recording, SCRAPED_EVERY_S } from './recording.js';

/** Seconds from the beginning. */
const TIMES = {
  parked: 60,
  dokuDown: 120,
  dokuUp: 330,
  temporalDown: 480,
  temporalUp: 630,
  blip: 840,
  resolved: 1_080,
  end: 1_140,
} as const;
const BLIP_MS = 15_000;

const address = `127.0.0.1:${await freePort()}`;
const site = await ProcessSite.start({
  environment: { METRICS_ADDRESS: address, ABSENT_AFTER: '1 second' },
});
const { shop, client } = site;
const { customerId } = await shop.boundCustomer();
const recording = new Recording(address);
const parked = shop.order(customerId);

const park = async () => {
  const { partnerReferenceNo } = parked;
  await shop.paid(parked);
  await shop.journeys.purchase.result(partnerReferenceNo);
  // As when retention forgot it: it finds the payment, and asks an operator.
  await client.workflow.start('purchase', {
    workflowId: `purchase/${partnerReferenceNo}`,
    taskQueue: 'doku-journeys',
    args: [{ ...parked, acknowledgeWithin: '1 second' }],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  });
};
const resolve = async () => {
  const { partnerReferenceNo } = parked;
  const { attention } = await shop.journeys.purchase.status(partnerReferenceNo);
  const decision = attention?.decisions.at(-1) ?? 'ask-again';
  await client.workflow.getHandle(`purchase/${partnerReferenceNo}`).executeUpdate('resolve', {
    args: [{ decision, operator: 'ani', note: 'recorded', force: true }],
  });
};
const acts: [number, () => Promise<unknown>][] = [
  [TIMES.parked, park],
  [TIMES.dokuDown, () => shop.doku.call('POST', 'maintenance', { isOn: true })],
  [TIMES.dokuUp, () => shop.doku.call('POST', 'maintenance', { isOn: false })],
  [TIMES.temporalDown, () => site.stopServer()],
  [TIMES.temporalUp, () => site.restartServer()],
  [
    TIMES.blip,
    () =>
      site
        .stopServer()
        .then(() => pause(BLIP_MS))
        .then(() => site.restartServer()),
  ],
  [TIMES.resolved, resolve],
];

// A little trade throughout; what an outage costs a backend is not what is looked at.
const isOut = (at: number) => at >= TIMES.temporalDown && at < TIMES.temporalUp;
for (let at = 0; at <= TIMES.end; at += SCRAPED_EVERY_S) {
  const next = pause(SCRAPED_EVERY_S * 1_000);
  if (!isOut(at)) shop.paid(shop.order(customerId)).catch(() => undefined);
  for (const [when, act] of acts)
    if (when === at)
      act().catch((error: Error) => process.stderr.write(`${when} s: ${error.message}\n`));
  await recording.scrape(at);
  await next;
}
writeFileSync(
  new URL('recorded.json', import.meta.url),
  `${JSON.stringify({ times: TIMES, series: recording.series }, undefined, 1)}\n`,
);
await site.stop().catch(() => undefined);
process.exit(0);
