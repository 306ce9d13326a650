/**
 * `npm run chaos`: journeys of all types at once, in a world that goes wrong in every way that `world.md` knows, drawn
 * from a seed; judged at the end.
 *
 * @module
 */
import { randomInt } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import '../setting/quiet.js';
import { chaos, type Outcome } from './chaos.js';
import { choiceOf } from './plan/choice.js';
import { drawPlan, RATE } from './plan/draw.js';
import type { Plan } from './plan/plan.js';

const say = (text = '') => process.stdout.write(`${text}\n`);

const OPTIONS = {
  seed: { type: 'string' },
  minutes: { type: 'string' },
  journeys: { type: 'string' },
  /** Journeys that begin in a second. */
  rate: { type: 'string' },
  workers: { type: 'string' },
  only: { type: 'string' },
  without: { type: 'string' },
  /** Of the journeys drawn, those with these numbers. */
  pick: { type: 'string' },
  /** A plan from a file, in place of one from a seed. */
  plan: { type: 'string' },
} as const;

const { values } = parseArgs({ options: OPTIONS });
const listed = (text: string | undefined) => text?.split(',').filter(Boolean) ?? [];

function planned(): Plan {
  if (values.plan !== undefined) return JSON.parse(readFileSync(values.plan, 'utf8')) as Plan;
  const seed = Number(values.seed ?? randomInt(1_000_000));
  const rate = Number(values.rate ?? RATE);
  const journeys = Number(values.journeys ?? Math.round(Number(values.minutes ?? 1) * 60 * rate));
  const choice = choiceOf(listed(values.only), listed(values.without));
  const plan = drawPlan({ seed, journeys, rate, choice });
  const picked = listed(values.pick);
  if (picked.length === 0) return plan;
  const isPicked = (name: string) => picked.includes(name.split('-').at(-1) ?? '');
  return { ...plan, journeys: plan.journeys.filter(({ name }) => isPicked(name)) };
}

async function main(): Promise<number> {
  const plan = planned();
  say(`seed ${plan.seed}: ${plan.journeys.length} journeys, ${plan.upheavals.length} upheavals`);
  const began = Date.now();
  const outcome = await chaos(plan, {
    workers: Number(values.workers ?? 2),
    say: (text) => say(`  ${text}`),
  });
  tell(plan, outcome);
  say(`in ${Math.round((Date.now() - began) / 1_000)} s, seed ${plan.seed}`);
  return outcome.wrong.length === 0 ? 0 : 1;
}

function tell(plan: Plan, { wrong, stories, summary }: Outcome): void {
  for (const { name, rule, text } of wrong) if (name === undefined) say(`WRONG ${rule}: ${text}`);
  for (const story of stories) say(`\n${story}`);
  if (wrong.length > 0) {
    const file = path.join(tmpdir(), `chaos-${plan.seed}.json`);
    writeFileSync(file, JSON.stringify(plan, null, 1));
    say(`\nthe whole plan again: npm run chaos -- --plan ${file}`);
  }
  say(`\n${summary}`);
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`chaos: ${error.stack}\n`);
    process.exit(2);
  },
);
