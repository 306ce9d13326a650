import { fileURLToPath } from 'node:url';
import { builtProduct } from '../build.js';
import { Program } from '../program.js';
import type { CallCost, CallCosts } from '../programs/call-cost.js';
import { type Bench, type BenchOptions, goal, type Row } from '../row.js';
import { ratioOf, spreadOf } from '../spread.js';

const program = (name: string) => fileURLToPath(new URL(`../programs/${name}`, import.meta.url));

/** Times what the bare call takes. */
const MOST = 1.25;
/** Room for all that one turn allocates, so that nothing is collected while it is counted. */
const ROOM_MB = 512;

/** What signing, checking and understanding add to a request. */
export const calls: Bench = {
  name: 'calls',
  method:
    'One Query Purchase after another through the built SNAP client, beside bare `node-fetch` with the same bytes on the same keep-alive connections, against a process that answers at once with fixed bytes.',
  run: measured,
};

async function measured({ isQuick, say }: BenchOptions): Promise<Row[]> {
  const folder = await builtProduct(say);
  const server = await Program.start({
    args: ['--import', 'tsx', program('loopback-server.ts')],
    environment: {},
    isReady: (line) => line.startsWith('{'),
  });
  const { url } = JSON.parse(server.readyLine) as { url: string };
  try {
    const size = isQuick ? ['50', '6', '700'] : ['300', '60', '5000'];
    const timed = await costs([], [folder, url, ...size]);
    const room = [`--min-semi-space-size=${ROOM_MB}`, `--max-semi-space-size=${ROOM_MB}`];
    const counted = await costs(['--expose-gc', ...room], [folder, url, '200', '9', '200']);
    return [
      row('a signed call', 'ms', timed, ({ ms }) => ms, MOST),
      limitedRow(timed),
      row('CPU a signed call', 'ms', timed, ({ cpuMs }) => cpuMs),
      row(
        'allocated a signed call',
        'KiB',
        counted,
        ({ bytes }) => bytes.map((b) => b / 1024),
        MOST,
      ),
    ];
  } finally {
    await server.stop();
  }
}

/** Why a signed call costs what it does. */
function limitedRow({ ours, limited }: CallCosts): Row {
  const name = 'node-fetch with the same time limit';
  return {
    what: 'a signed call',
    unit: 'ms',
    ours: spreadOf(ours.ms),
    peer: { name, spread: spreadOf(limited.ms) },
    ratio: ratioOf(ours.ms, limited.ms),
    note: `beside ${name}: what signing, checking and understanding cost; a call without any limit may hang for ever.`,
  };
}

/** Runs the measuring program once. */
async function costs(flags: readonly string[], args: readonly string[]): Promise<CallCosts> {
  const child = await Program.start({
    args: [...flags, '--import', 'tsx', program('call-cost.ts'), ...args],
    environment: {},
    isReady: (line) => line.startsWith('{'),
  });
  await child.stop();
  return JSON.parse(child.readyLine) as CallCosts;
}

function row(
  what: string,
  unit: string,
  { ours, bare }: CallCosts,
  figures: (cost: CallCost) => readonly number[],
  bound?: number,
): Row {
  const ratio = ratioOf(figures(ours), figures(bare));
  return {
    what,
    unit,
    ours: spreadOf(figures(ours)),
    peer: { name: 'bare node-fetch', spread: spreadOf(figures(bare)) },
    ratio,
    ...(bound !== undefined && { goal: goal('most', bound, ratio.median) }),
  };
}
