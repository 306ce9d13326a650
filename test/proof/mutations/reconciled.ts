import type { Mutation } from './planted.js';

const PAST_NOBODY = 'test/stack/reconciled-past-nobody.test.ts';
const REPORTS = 'test/stack/reports-of-nobody.test.ts';
const LAST = 'test/worker/telemetry/last-reconciliation.test.ts';
const REFUNDS = 'test/stack/reconciled-refunds.test.ts';
const HIDDEN = 'whatever anybody has begun once more, and calls a journey of the customer';

/** Of kinds O and S: what a reconciliation takes for explained, and by whose word. */
export const reconciled: readonly Mutation[] = [
  {
    kind: 'S',
    name: 'lets whatever was begun last supersede what has ended',
    file: 'activities/reconciliation/own-runs.ts',
    find: "if (!end && !this.#isOurs(run)) return { kind: 'nobodys' };\n    const given = await this.#givenTo(run);",
    replace:
      "const told = await this.#givenTo(run);\n    const given = told === 'nobodys' ? { partnerReferenceNo: '', customerId: '' } : told;",
    foundBy: { test: { file: PAST_NOBODY, name: HIDDEN } },
  },
  {
    kind: 'S',
    name: 'finds a name among what every object answers to',
    file: 'contract/own-member.ts',
    find: 'Object.hasOwn(table, name) ? table[name] : undefined',
    replace: 'table[name]',
    foundBy: {
      test: {
        file: 'test/stack/names-of-objects.test.ts',
        name: 'numbers an order like another: valueOf is reversed where nobody acknowledges it',
      },
    },
  },
  {
    kind: 'S',
    name: 'knows another merchant only once it has needed a token',
    file: 'worker/temporal/one-merchant.ts',
    find: 'const own = await begunNow(client, clientId, taskQueue);',
    replace:
      'const own = taskQueue === "" ? await begunNow(client, clientId, taskQueue) : undefined;',
    foundBy: {
      test: {
        file: 'test/worker/temporal/one-merchant.test.ts',
        name: 'one that has needed no token yet is known all the same',
      },
    },
  },
  {
    kind: 'S',
    name: 'takes what a made-up key has begun for the merchant’s',
    file: 'activities/reconciliation/own-runs.ts',
    find: "isLocked ||= given === 'locked' && this.#isOurs(run) && isMeant(run);",
    replace: "if (given === 'locked' && isMeant(run)) return true;",
    foundBy: {
      test: {
        file: 'test/stack/names-of-objects.test.ts',
        name: 'nor does a key that nobody has make anybody’s run the merchant’s',
      },
    },
  },
  {
    kind: 'S',
    name: 'lets a run that no worker has taken supersede what has ended',
    file: 'activities/reconciliation/own-runs.ts',
    find: "given !== 'locked' && (await this.#wasTaken(run))",
    replace: "given !== 'locked' && this.#wasTaken !== undefined",
    foundBy: { test: { file: PAST_NOBODY, name: HIDDEN } },
  },
  {
    kind: 'S',
    name: 'knows a number by what a list says of it',
    file: 'activities/reconciliation/own-runs.ts',
    find: '[] = [];\n    for await (const { given, isCurrent } of this.#begunAs(workflowId)) {\n',
    replace:
      '[] = [];\n    for await (const { run, given, isCurrent } of this.#begunAs(workflowId)) {\n      if (isCurrent) return [run];\n',
    foundBy: { test: { file: PAST_NOBODY, name: HIDDEN } },
  },
  {
    kind: 'S',
    name: 'lets another look that nobody takes stand for its own',
    file: 'activities/reconciliation/start-recheck.ts',
    find: 'if (!(await isEndedAsStrayed(ground.client, id, ground.taskQueue, isOwn))) return false;',
    replace: 'if (isOwn && isEndedAsStrayed && id) return false;',
    foundBy: { test: { file: PAST_NOBODY, name: HIDDEN } },
  },
  {
    kind: 'N',
    name: 'lets a run of nobody’s swallow the news of an order',
    file: 'worker/doors/notifications/work.ts',
    find: '  if (isNudged && (journey.taskQueue ?? taskQueue) === taskQueue)',
    replace: '  if (isNudged)',
    foundBy: {
      test: {
        file: PAST_NOBODY,
        name: 'by news, too, of an order that anybody has begun once more',
      },
    },
  },
  {
    kind: 'O',
    name: 'compares the journeys of other task queues',
    file: 'activities/reconciliation/listed-journeys.ts',
    find: '` AND TaskQueue',
    replace: '` OR TaskQueue',
    foundBy: {
      test: {
        file: 'test/activities/reconciliation/list-journeys.test.ts',
        name: 'a reconciliation lists the journeys of its own task queue',
      },
    },
  },
  {
    kind: 'S',
    name: 'lists as found whatever anybody has begun as that',
    file: 'gateway/resources/findings.ts',
    find: "  if (begun.kind !== 'own') return undefined;",
    replace: '',
    foundBy: { test: { file: PAST_NOBODY, name: 'and only that is listed as found' } },
  },
  {
    kind: 'O',
    name: 'takes the daily reconciliation of another task queue away',
    file: 'client/temporal/daily-schedule.ts',
    find: 'const isOwn = holder === taskQueue ||',
    replace: 'const isOwn = holder !== undefined ||',
    foundBy: {
      test: {
        file: 'test/stack/reconciliation.test.ts',
        name: 'runs daily for each task queue, by a schedule of its own',
      },
    },
  },
  {
    kind: 'O',
    name: 'does not ask what went back under the number of the order itself',
    file: 'activities/reconciliation/reversal-in-history.ts',
    find: "if (fact.status !== 'success' || ownMember(fact.refunds, number) !== undefined) return fact;",
    replace: 'if (ownMember(fact.refunds, number) !== undefined || fact.status) return fact;',
    foundBy: {
      test: {
        file: REFUNDS,
        name: 'an order that is told paid, and went back under its own number',
      },
    },
  },
  {
    kind: 'O',
    name: 'asks nothing of a refund without its number that was broken off',
    file: 'activities/reconciliation/verdict.ts',
    find: 'if (named || !fact.mayBeUnnamed) return named;',
    replace: 'if (named || amount !== undefined) return named;',
    foundBy: {
      test: {
        file: 'test/activities/reconciliation/verdict.test.ts',
        name: 'a refund without its number is found where it was broken off, and nobody else accounts for it',
      },
    },
  },
  {
    kind: 'O',
    name: 'takes a refund of ours without its number for a stranger’s',
    file: 'activities/reconciliation/verdict.ts',
    find: 'if (at >= 0) left.splice(at, 1);',
    replace: 'if (at >= left.length) left.splice(at, 1);',
    foundBy: {
      test: {
        file: 'test/activities/reconciliation/verdict.test.ts',
        name: 'refunds that are listed without their numbers are those that were made here, as far as these go',
      },
    },
  },
  {
    kind: 'S',
    name: 'reconciles a period that was begun without its input',
    file: 'workflows/reconciliation/journey.ts',
    find: "if (misfit && patched('reconciliation-as-named')) throw misfit;",
    replace: "if (misfit && !patched('reconciliation-as-named')) throw misfit;",
    foundBy: {
      test: {
        file: REPORTS,
        name: 'what a schedule alone may begin has the day that its ID names',
      },
    },
  },
  {
    kind: 'S',
    name: 'tells of whichever run of a period was begun last',
    file: 'client/temporal/counting-run.ts',
    find: "  if (kind === 'period') return newestOwnRun(client, workflowId);\n",
    replace: '',
    foundBy: {
      test: {
        file: REPORTS,
        name: 'whoever begins its period again without input supersedes it nowhere',
      },
    },
  },
  {
    kind: 'S',
    name: 'tells of whichever run of a day was begun last',
    file: 'client/temporal/counting-run.ts',
    find: "return kind === 'daily' ? firstEndedRun(client, workflowId) : undefined;",
    replace: 'return undefined;',
    foundBy: {
      test: {
        file: REPORTS,
        name: 'a day’s report is that of the first run, which its schedule begins',
      },
    },
  },
  {
    kind: 'S',
    name: 'takes what was begun before its time for what a schedule begins',
    file: 'workflows/reconciliation/journey.ts',
    find: 'at <= workflowInfo().startTime.getTime() + CLOCKS_APART_MS;',
    replace: 'CLOCKS_APART_MS > 0;',
    foundBy: {
      test: { file: REPORTS, name: 'no schedule begins one before its time' },
    },
  },
  {
    kind: 'S',
    name: 'takes the report of another period for that of the one asked for',
    file: 'client/reconciliation.ts',
    find: '      isOf,\n',
    replace: '',
    foundBy: {
      test: {
        file: 'test/client/reconciliation-period.test.ts',
        name: 'a report of another period than the one asked for is refused, whoever tells it',
      },
    },
  },
  {
    kind: 'S',
    name: 'takes for told what a report says that anybody may have begun',
    file: 'activities/reconciliation/changes.ts',
    find: 'for (const run of [...own, ...daily]) {',
    replace: 'for (const run of own.length + daily.length > 0 ? runs : []) {',
    foundBy: {
      test: {
        file: 'test/activities/reconciliation/changes.test.ts',
        name: 'a report that nobody with a key has begun is none, and of the daily ones the first stands for all',
      },
    },
  },
  {
    kind: 'O',
    name: 'says of a schedule that is paused that it is set',
    file: 'client/temporal/daily-schedule.ts',
    find: 'if (held.state.paused && !resume) throw paused(held);',
    replace: 'if (held.state.paused && resume) throw paused(held);',
    foundBy: {
      test: {
        file: 'test/stack/paused-schedule.test.ts',
        name: 'says from when on it began none, where it has begun some',
      },
    },
  },
  {
    kind: 'O',
    name: 'takes a reconciliation of long ago for one of now',
    file: 'worker/telemetry/last-reconciliation.ts',
    find: 'return Math.min(run.endedAt.getTime(), Date.parse(data.to) + RECENT_MS);',
    replace: 'return Math.max(run.endedAt.getTime(), RECENT_MS);',
    foundBy: {
      test: {
        file: LAST,
        name: 'the gauge of the last reconciliation goes by what workers have ended, and by no old period',
      },
    },
  },
];
