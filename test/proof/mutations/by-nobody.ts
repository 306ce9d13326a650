import type { Mutation } from './planted.js';

/** Of kind S: what was written for one thing passes for another. */
export const byNobody: readonly Mutation[] = [
  {
    kind: 'S',
    name: 'takes what an update was answered with for a result',
    file: 'client/temporal/ended-with.ts',
    find: "if (proof !== 'unnamed') return proof === 'own';",
    replace: "if (proof !== 'unnamed') return true;",
    foundBy: {
      test: {
        file: 'test/client/written-as.test.ts',
        name: 'is none where it was written as anything else',
      },
    },
  },
  {
    kind: 'S',
    name: 'takes any answer of before for a result',
    file: 'client/temporal/ended-with.ts',
    find: 'schema.safeParse(result).success) && isOfItsEnd(client, run, payload)',
    replace: 'schema.safeParse(result).success) && Boolean(payload)',
    foundBy: {
      test: {
        file: 'test/client/written-as.test.ts',
        name: 'of a worker of before, which named no run, is its result if it fits, and is of its time',
      },
    },
  },
  {
    kind: 'S',
    name: 'takes the answer to one question for that to another',
    file: 'client/temporal/heard.ts',
    find: "if (proof !== 'unnamed') return proof === 'own';",
    replace: "if (proof !== 'unnamed') return true;",
    foundBy: {
      test: {
        file: 'test/client/written-as.test.ts',
        name: 'is believed as what it was written as alone',
      },
    },
  },
  {
    kind: 'S',
    name: 'lets a row end with what its number was never paid by',
    file: 'activities/journeys/proven-result.ts',
    find: "if (proof !== 'unnamed') return proof === 'own' ? { result } : undefined;",
    replace: "if (proof !== 'unnamed') return { result };",
    foundBy: {
      test: {
        file: 'test/activities/top-up.test.ts',
        name: 'is asked about first where nobody with a key has ended it, or another run of it was broken off',
      },
    },
  },
  {
    kind: 'S',
    name: 'begins a number again on the word of a failure in the clear',
    file: 'client/temporal/ended-with.ts',
    find: '  if (!payload) return isInTheClear(message);',
    replace: '  if (!payload) return message !== undefined;',
    foundBy: {
      test: {
        file: 'test/client/refusals.test.ts',
        name: 'in the clear is one in the words of workers alone, of a number with no other run',
      },
    },
  },
  {
    kind: 'S',
    name: 'begins a number again whatever became of its other runs',
    file: 'client/temporal/ended-with.ts',
    find: 'if (isBefore && !(await wasRefused(client, other))) return false;',
    replace: 'if (isBefore && other.run === run.runId) return false;',
    foundBy: {
      test: {
        file: 'test/client/refusals.test.ts',
        name: 'in the clear is one in the words of workers alone, of a number with no other run',
      },
    },
  },
  {
    kind: 'S',
    name: 'does for a workflow of anybody what a journey has asked for',
    file: 'worker/temporal/asked-by-journeys.ts',
    find: 'if ((await this.#queueOf({ workflowId, runId })) !== taskQueue)',
    replace: 'if ((await this.#queueOf({ workflowId, runId })) === undefined)',
    foundBy: {
      test: {
        file: 'test/stack/ends-of-nobody.test.ts',
        name: 'an activity without an argument does nothing for it',
      },
    },
  },
  {
    kind: 'S',
    name: 'does one thing with what another was asked with',
    file: 'worker/temporal/asked-by-journeys.ts',
    find: 'if (type !== undefined && type !== activityType)',
    replace: 'if (type === activityType.length.toString())',
    foundBy: {
      test: {
        file: 'test/worker/temporal/asked.test.ts',
        name: 'does nothing with what was written for another, though a journey of ours has it scheduled',
      },
    },
  },
  {
    kind: 'S',
    name: 'takes what a backend has written for the answer of a worker of before',
    file: 'contract/written-as.ts',
    find: "return named === '' && stampOf(payload)?.endsWith(BY_WORKER) ? 'unnamed' : 'none';",
    replace: "return named === '' ? 'unnamed' : 'none';",
    foundBy: {
      test: {
        file: 'test/client/written-as.test.ts',
        name: 'is none where no worker wrote it as one, as a backend writes its arguments',
      },
    },
  },
  {
    kind: 'S',
    name: 'sends a row whose number anybody has ended without a credit',
    file: 'activities/journeys/top-up-holder.ts',
    find: 'return end && !(await',
    replace: 'return !(await',
    foundBy: {
      test: {
        file: 'test/activities/top-up.test.ts',
        name: 'is asked about first where nobody with a key has ended it, or another run of it was broken off',
      },
    },
  },
];
