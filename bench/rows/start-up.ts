import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { WithStartWorkflowOperation } from '@temporalio/client';
import { topUpBatchWorkflowId } from '../../contract/identity.js';
import { builtProduct } from '../build.js';
import { type Fleet, onFleet, QUICK_CUSTOMERS } from '../fleet.js';
import { type Bench, type BenchOptions, goal, type Row } from '../row.js';
import { spreadOf } from '../spread.js';

const run = promisify(execFile);

/** How soon a new worker takes work, and what a backend waits for its import. */
export const startUp: Bench = {
  name: 'start-up',
  method:
    'The built package: from starting `node dist/worker/main.js` to the end of a task that waited for it; one `import` in a fresh Node.',
  run: async (options) => {
    const folder = await builtProduct(options.say);
    return [await workerRow(options, folder), await importRow(options, folder)];
  },
};

async function workerRow({ isQuick, ground }: BenchOptions, folder: string): Promise<Row> {
  const samples = await onFleet(
    { ground, folder, customers: isQuick ? QUICK_CUSTOMERS : 1 },
    (fleet) => firstTaskMs(fleet, isQuick ? 1 : 7),
  );
  const ours = spreadOf(samples);
  return {
    what: 'worker start to first task',
    unit: 'ms',
    ours,
    goal: goal('most', 1_500, ours.median, 'ms'),
    note: 'the task is the first of a workflow that was there before the worker; the build bundled the workflows.',
  };
}

async function firstTaskMs(fleet: Fleet, turns: number): Promise<number[]> {
  const seen: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    await fleet.staff(0);
    const began = performance.now();
    const task = waitingTask(fleet).then(() => performance.now() - began);
    await fleet.staff(1);
    seen.push(await task);
  }
  return seen;
}

/** A batch that waits for its rows needs nothing of DOKU: whichever worker comes takes the update in its first task. */
async function waitingTask({ client }: Fleet): Promise<void> {
  const batchReference = randomUUID();
  const total = { value: '1.00', currency: 'IDR' };
  await client.workflow.executeUpdateWithStart('goOn', {
    args: ['goOn'],
    startWorkflowOperation: new WithStartWorkflowOperation('topUpBatch', {
      workflowId: topUpBatchWorkflowId(batchReference),
      taskQueue: 'doku-journeys',
      args: [{ batchReference, rows: 1, total, rowsDigest: 'none' }],
      workflowIdConflictPolicy: 'FAIL',
    }),
  });
}

async function importRow({ isQuick }: BenchOptions, folder: string): Promise<Row> {
  const ours = pathToFileURL(path.join(folder, 'client', 'index.js')).href;
  const samples: number[] = [];
  for (let turn = 0; turn < (isQuick ? 2 : 11); turn++) samples.push(await importMs(ours));
  const seen = spreadOf(samples);
  return {
    what: "import of the backend's client",
    unit: 'ms',
    ours: seen,
    goal: goal('most', 300, seen.median, 'ms'),
  };
}

/** Inside a fresh process, without the start of Node itself. */
async function importMs(module: string): Promise<number> {
  const program = `const began = performance.now(); await import('${module}'); console.log(performance.now() - began);`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program]);
  return Number(stdout);
}
