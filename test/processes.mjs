/**
 * Which test files run in one process, and which processes begin first. A process of its own costs a file a second or two of CPU before
 * its first test: to load Temporal's SDK, and to run it cold.
 */

/** In full (`EXTENT=all`) several together would take longer than a process may. */
const isWhole = process.env.EXTENT === 'all';

/** Minutes, much of which they wait: they begin first, the longest of all at the top. */
const LONG = [
  'stack/event-flood',
  'package/tarball',
  'stack/top-up-batch-ends',
  'examples/backends',
  'chaos/sample',
  'stack/reconciliation',
  'worker/local/start',
  'proof/sample',
  'workflows/purchase',
  'workflows/top-up-waits',
  'stack/metrics',
];

/** They change what their process has, such as its environment or its signals, or look at what else it does. */
const APART = [
  'activities/events/receiver',
  'activities/snap/credential-text',
  'activities/snap/proxies',
  'bench/load',
  'client/cli/settings',
  'client/deadlines',
  'client/events',
  'client/import',
  'deploy/image/bill-of-materials',
  'worker/configuration/environment',
  'worker/local/lifeline',
  'worker/local/site',
  'worker/stop-signals',
  'worker/temporal/activation-limit',
];

/**
 * One after the other in a process, by how their names begin. Those on a stack have one each all the same; as many as end within
 * minutes.
 */
const TOGETHER = [
  ['stack/money-rules', 'stack/taken-over', 'stack/tokens', 'stack/nudges'],
  ['stack/killed-worker', 'stack/outage', 'stack/polling', 'stack/stopped-worker'],
  ['stack/authorized-purchase', 'stack/bank-transfer', 'stack/findings', 'stack/later-runs'],
  ['stack/close-account-and-reads', 'stack/closed-account', 'stack/costs', 'stack/notifications'],
  ['stack/events', 'stack/first-task', 'stack/operators', 'stack/request-otp'],
  [
    'stack/limits',
    'stack/open-account',
    'stack/second-account',
    'stack/temporal-cli',
    'stack/turned-back',
  ],
  [
    'stack/purchase-faults',
    'stack/refund-and',
    'stack/refunded-before',
    'stack/refused-payloads',
    'stack/key-rotation',
  ],
  ['stack/reset-in', 'stack/top-up-and', 'stack/top-up-batch-stopped', 'stack/top-up-doubts'],
  ['stack/reversals', 'stack/top-up-batch', 'stack/what-is-told'],
  ['client/cli/cli', 'client/cli/ticket', 'client/journeys'],
  ['workflows/purchase-', 'workflows/refund'],
  ['workflows/event', 'workflows/lost', 'workflows/proven', 'workflows/recheck', 'workflows/reco'],
  ['workflows/preload', 'workflows/request', 'workflows/to', 'workflows/work', 'replay/'],
  ['gateway/'],
  ['activities/'],
  ['sandbox/'],
  ['worker/'],
  ['client/', 'chaos/', 'fuzz/', 'bench/'],
  ['contract/', 'docs/', 'deploy/', 'proof/cells', 'proof/invariants', 'rooms'],
];

/**
 * @param {readonly string[]} tests - files, such as `test/sandbox/server.test.ts`.
 * @returns {string[][]} of each process its files, in the order in which processes are to begin.
 */
export function processesOf(tests) {
  const left = new Map(tests.map((file) => [nameOf(file), file]));
  const take = (isOf) => {
    const names = [...left.keys()].filter(isOf);
    const files = names.map((name) => left.get(name));
    for (const name of names) left.delete(name);
    return files;
  };
  const long = LONG.map((name) => take((its) => its === name));
  const apart = APART.map((name) => take((its) => its === name));
  const together = (isWhole ? [] : TOGETHER).map((beginnings) =>
    take((its) => beginnings.some((beginning) => its.startsWith(beginning))),
  );
  const alone = [...left.values()].map((file) => [file]);
  return [...long, ...together, ...alone, ...apart].filter((files) => files.length > 0);
}

/** @param {string} file */
const nameOf = (file) => file.replace(/^test\//, '').replace(/\.test\.ts$/, '');
