import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Contender } from '../../bench/contender.js';
import { purchasesAtOnce } from '../../bench/load.js';
import type { Site } from '../../bench/site.js';

test('a rate over some seconds leaves the opening out, and one over so many purchases has it in', async ({
  mock,
}) => {
  let now = 5_000;
  let purchases = 0;
  mock.method(performance, 'now', () => now);
  const contender: Contender = {
    name: 'bare',
    redirect: async () => {
      purchases += 1;
      now += purchases === 1 ? 3_000 : 500;
      return 'https://doku.example/page';
    },
    notified: async () => {},
    outcome: async () => 'paid',
    pids: [],
    stop: async () => {},
  };
  const site = {
    customers: [{ customerId: 'customer-1' }],
    pay: async () => {},
  } as unknown as Site;

  const open = await purchasesAtOnce(contender, site, { atOnce: 1, seconds: 4 });
  assert.equal(open.aSecond, 2);
  assert.equal(purchases, 1 + 8);

  purchases = 0;
  const all = await purchasesAtOnce(contender, site, { atOnce: 1, count: 3 });
  assert.equal(all.aSecond, 3 / 4);
});
