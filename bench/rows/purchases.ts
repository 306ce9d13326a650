import { startDokuJourneys } from '../contenders/doku-journeys.js';
import { purchasesAtOnce } from '../load.js';
import type { Bench, BenchOptions, Row } from '../row.js';
import { startSite, startTemporal } from '../site.js';
import { spreadOf } from '../spread.js';

/** Purchases a second, and how long a customer waits. */
export const purchases: Bench = {
  name: 'purchases',
  method: 'Start, page, payment, notification, proven paid; so many at once, over real HTTP.',
  run: async (options) => measured(options),
};

async function measured({ isQuick, profileFolder }: BenchOptions): Promise<Row[]> {
  const temporal = await startTemporal();
  const site = await startSite(temporal, 50);
  const ours = await startDokuJourneys(site, profileFolder ? { profileFolder } : {});
  await purchasesAtOnce(ours, site, { atOnce: 50, count: isQuick ? 100 : 300 });
  const seen = await purchasesAtOnce(ours, site, { atOnce: 50, count: isQuick ? 100 : 1000 });
  await ours.stop();
  await site.stop();
  await temporal.stop();
  return [
    { what: 'purchases a second, 50 at once', unit: '1/s', ours: spreadOf([seen.aSecond]) },
    { what: 'start to redirect', unit: 'ms', ours: spreadOf([seen.redirectMs.median]) },
    { what: 'payment to paid', unit: 'ms', ours: spreadOf([seen.paidMs.median]) },
  ];
}
