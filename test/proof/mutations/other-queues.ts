import type { Mutation } from './planted.js';

const FILE = 'test/stack/other-queues.test.ts';
const CLAIMS = 'test/stack/claims-elsewhere.test.ts';

/** Of kind T: what stands on another task queue is taken for the workers' own. */
export const otherQueues: readonly Mutation[] = [
  {
    kind: 'T',
    name: 'cancels in bulk on every task queue',
    file: 'client/operators.ts',
    find: 'const query = visibilityQuery({ ...asked, taskQueue: this.#taskQueue });',
    replace: 'const query = visibilityQuery(asked);',
    foundBy: { test: { file: FILE, name: 'is not cancelled with all of another one' } },
  },
  {
    kind: 'T',
    name: 'waits for an answer where nobody works',
    file: 'client/cli/commands/attention.ts',
    find: 'if (!(await hasWorker(desk.client, taskQueue))) queues.left(taskQueue);',
    replace: 'await hasWorker(desk.client, taskQueue);',
    foundBy: {
      test: {
        file: FILE,
        name: 'is counted, listed by the name of its task queue, and waited for by nobody',
      },
    },
  },
  {
    kind: 'T',
    name: 'holds its keys against what no worker can read',
    file: 'client/cli/mechanisms/keys-fit.ts',
    find: 'if (!isMisfit(error) || !(await wasBegun(client, run))) continue;',
    replace: 'if (!isMisfit(error)) continue;',
    foundBy: {
      test: { file: FILE, name: 'keeps no operator out by keys that are none of the workers’' },
    },
  },
  {
    kind: 'T',
    name: 'delivers the events of a journey wherever its operator is',
    file: 'client/temporal/deliver-again.ts',
    find: 'const { taskQueue } = await describedRun(client, workflowId);',
    replace: "const taskQueue = process.env.DOKU_TASK_QUEUE || 'rehearsal';",
    foundBy: { test: { file: FILE, name: 'has no journey’s events sent from there' } },
  },
  {
    kind: 'T',
    name: 'leaves the delivery of events to whoever began it first',
    file: 'activities/events/earlier.ts',
    find: 'if (taskQueue === ours) return true;',
    replace: 'if (taskQueue) return true;',
    foundBy: { test: { file: FILE, name: 'silences no journey, whoever began its delivery' } },
  },
  {
    kind: 'T',
    name: 'forgets what a delivery was given elsewhere',
    file: 'contract/events-given.ts',
    find: 'if (each.data.workflowId === journey && !given.has(each.id)) given.set(each.id, each);',
    replace: 'if (given.has(each.id)) given.set(each.id, each);',
    foundBy: {
      test: {
        file: FILE,
        name: 'keeps no event from its receiver that a delivery was given there: by what its journey tells next',
      },
    },
  },
  {
    kind: 'T',
    name: 'asks who sends a number wherever anybody began to know it',
    file: 'activities/journeys/claimed-numbers.ts',
    find: 'if (!this.#isHere(run)) await this.#beginAnewIfLost(run);',
    replace: '',
    foundBy: {
      test: {
        file: CLAIMS,
        name: 'hold up no top-up and no batch, where nobody with a key has begun them',
      },
    },
  },
  {
    kind: 'T',
    name: 'forgets which numbers are claimed where it begins anew',
    file: 'activities/journeys/claimed-numbers.ts',
    find: 'await this.#begin(claims);',
    replace: 'await this.#begin([]);',
    foundBy: {
      test: {
        file: CLAIMS,
        name: 'are kept where they are begun anew, as their workers have gone',
      },
    },
  },
  {
    kind: 'T',
    name: 'says of what is on another task queue that its own workers will take it',
    file: 'client/temporal/unanswered.ts',
    find: 'const queue = stands?.taskQueue ?? taskQueue;',
    replace: 'const queue = taskQueue;',
    foundBy: { test: { file: FILE, name: 'is said to be there, by whoever is asked in vain' } },
  },
  {
    kind: 'T',
    name: 'waits for the token of an entity that nobody with a key has begun',
    file: 'activities/journeys/abandoned.ts',
    find: '|| isNobodys(client, run);',
    replace: '|| (await isNobodys(client, run)) === undefined;',
    foundBy: {
      test: {
        file: CLAIMS,
        name: 'hold up no top-up and no batch, where nobody with a key has begun them',
      },
    },
  },
];
