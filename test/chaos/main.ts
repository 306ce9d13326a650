/**
 * `npm run chaos`: journeys of all types at once, in a world that goes wrong in every way that we know, drawn from a seed;
 * judged at the end.
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
import type { Wrong } from './judge/case.js';
import { choiceOf } from './plan/choice.js';
import { drawPlan, RATE } from './plan/draw.js';
import type { Plan } from './plan/plan.js';
import { startPostgresqlGround } from './postgresql-ground.js';
import { shrunk } from './shrink.js';

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
  /** Looks for a smaller plan that is still wrong. */
  shrink: { type: 'boolean' },
  /** Tells the stories of what is right, too. */
  tell: { type: 'boolean' },
  /** The site of docker-compose.yml in place of the dev server. */
  postgresql: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

const USAGE = `npm run chaos -- [--seed N] [--journeys K | --minutes M] [--only KINDS] [--without KINDS] [--workers W]
  [--rate JOURNEYS_A_SECOND] [--pick NUMBERS] [--plan FILE] [--shrink] [--tell] [--postgresql]
KINDS are a comma's list of journeys, faults, temperaments and actors. Exit code 0: nothing was wrong; 1: something was.`;

const { values } = optionsGiven();

function optionsGiven() {
  try {
    const given = parseArgs({ options: OPTIONS });
    for (const name of ['seed', 'minutes', 'journeys', 'rate', 'workers'] as const)
      if (!(Number(given.values[name] ?? 1) > 0))
        throw new Error(`--${name} takes a number above 0`);
    if (!given.values.help) return given;
    say(USAGE);
    process.exit(0);
  } catch (error) {
    process.stderr.write(`chaos: ${(error as Error).message}\n${USAGE}\n`);
    process.exit(2);
  }
}

const listed = (text: string | undefined) => text?.split(',').filter(Boolean) ?? [];

function planned(): Plan {
  const seed = Number(values.seed ?? randomInt(1_000_000));
  const rate = Number(values.rate ?? RATE);
  const journeys = Number(values.journeys ?? Math.round(Number(values.minutes ?? 1) * 60 * rate));
  const choice = choiceOf(listed(values.only), listed(values.without));
  const plan =
    values.plan === undefined
      ? drawPlan({ seed, journeys, rate, choice })
      : (JSON.parse(readFileSync(values.plan, 'utf8')) as Plan);
  const picked = listed(values.pick);
  if (picked.length === 0) return plan;
  const isPicked = (name: string) => picked.includes(name.split('-').at(-1) ?? '');
  return { ...plan, journeys: plan.journeys.filter(({ name }) => isPicked(name)) };
}

const options = {
  workers: Number(values.workers ?? 2),
  ...(values.postgresql && { ground: startPostgresqlGround }),
};

async function main(): Promise<number> {
  const plan = planned();
  say(`seed ${plan.seed}: ${plan.journeys.length} journeys, ${plan.upheavals.length} upheavals`);
  const began = Date.now();
  const outcome = await chaos(plan, {
    ...options,
    tellsAll: values.tell,
    say: (text) => say(`  ${text}`),
  });
  tell(plan, outcome);
  say(`in ${Math.round((Date.now() - began) / 1_000)} s, seed ${plan.seed}`);
  if (outcome.wrong.length === 0) return 0;
  if (values.shrink) await shrink(plan, outcome);
  return 1;
}

function tell(plan: Plan, { wrong, stories, summary, said }: Outcome): void {
  for (const { name, rule, text } of wrong) if (name === undefined) say(`WRONG ${rule}: ${text}`);
  for (const { name, text } of stories) {
    say(`\n${text}`);
    say(`  repeat: ${repeat(plan, name)}`);
  }
  if (wrong.length > 0) {
    say(`\nthe whole plan again: npm run chaos -- --plan ${kept(plan, '')}`);
    say(`what its programs complained of last: ${written(plan, '.log', said.join('\n'))}`);
  }
  say(`\n${summary}`);
}

/** The journey alone; of a drawn plan by its number, of one from a file by that. */
function repeat(plan: Plan, name: string): string {
  const number = name.split('-').at(-1);
  const { seed, journeys, minutes, rate, only, without } = values;
  if (values.plan !== undefined) return `npm run chaos -- --plan ${values.plan} --pick ${number}`;
  const drawn = {
    journeys: journeys ?? (minutes ? undefined : plan.journeys.length),
    minutes,
    rate,
    only,
    without,
  };
  const words = Object.entries({ seed: seed ?? plan.seed, ...drawn, pick: number })
    .filter(([, value]) => value !== undefined)
    .map(([option, value]) => `--${option} ${value}`);
  return `npm run chaos -- ${words.join(' ')}`;
}

async function shrink(plan: Plan, { wrong }: Outcome): Promise<void> {
  const looked = new Set(wrong.map(kindOf));
  const suspects = [...new Set(wrong.flatMap(({ name }) => name ?? []))];
  const fails = async (candidate: Plan) =>
    (await chaos(candidate, options)).wrong.some((one) => looked.has(kindOf(one)));
  say('\nlooking for a smaller plan');
  const smallest = await shrunk(plan, suspects, fails, (text) => say(`  ${text}`));
  say(JSON.stringify(smallest, null, 1));
  say(`repeat: npm run chaos -- --plan ${kept(smallest, '-small')}`);
}

/** Which mistake it is, whoever made it. */
const kindOf = ({ rule, name }: Wrong) => `${rule} ${name?.split('-')[0]}`;

const kept = (plan: Plan, suffix: string): string =>
  written(plan, `${suffix}.json`, JSON.stringify(plan, null, 1));

function written({ seed }: Plan, ending: string, text: string): string {
  const file = path.join(tmpdir(), `chaos-${seed}${ending}`);
  writeFileSync(file, text);
  return file;
}

// The processes of the site end with this one.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`chaos: ${error instanceof RangeError ? error.message : error.stack}\n`);
    process.exit(2);
  },
);
