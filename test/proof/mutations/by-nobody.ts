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
    find: 'if ((await this.#queueOf(run)) !== taskQueue)',
    replace: 'if ((await this.#queueOf(run)) === undefined)',
    foundBy: {
      test: {
        file: 'test/worker/temporal/asked.test.ts',
        name: 'is done for a migration, where the run is one of the workers',
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
    find: 'if (!end || (await wasBrokenOffBesides(client, holder)))',
    replace: 'if (await wasBrokenOffBesides(client, holder))',
    foundBy: {
      test: {
        file: 'test/activities/top-up.test.ts',
        name: 'is asked about first where nobody with a key has ended it, or another run of it was broken off',
      },
    },
  },
  {
    kind: 'S',
    name: 'does what a run asks for that says nothing of itself',
    file: 'worker/temporal/asked-by-journeys.ts',
    find: 'if (unnamedUntil === undefined || Date.now() >= unnamedUntil.getTime()) throw unnamed();',
    replace: 'if (unnamedUntil === null) throw unnamed();',
    foundBy: {
      test: {
        file: 'test/worker/temporal/asked.test.ts',
        name: 'waits, as it may be of a worker of before',
      },
    },
  },
  {
    kind: 'S',
    name: 'does what any other run has asked for',
    file: 'worker/temporal/asked-by-journeys.ts',
    find: 'if (![...earlier].some((runId) => asked === askedOf(activityType, runId)))',
    replace: 'if (earlier === undefined)',
    foundBy: {
      test: {
        file: 'test/worker/temporal/asked.test.ts',
        name: 'is done for no other, on whatever queue',
      },
    },
  },
  {
    kind: 'S',
    name: 'believes a refusal in the clear',
    file: 'client/temporal/heard.ts',
    find: "if (!isFailure(cause) || TEMPORALS_OWN.includes(cause.type ?? '') || isOfKeys(cause)) return;",
    replace: 'if (heard.length === 0) return;',
    foundBy: {
      test: {
        file: 'test/client/written-as.test.ts',
        name: 'is nobody’s in the clear, of whatever type',
      },
    },
  },
  {
    kind: 'S',
    name: 'stops at a name as long as Temporal takes',
    file: 'workflows/interceptors.ts',
    find: '          cutNames(jobs);\n',
    replace: '',
    foundBy: {
      test: {
        file: 'test/stack/refused-payloads.test.ts',
        name: 'it stops no journey by an update, or a query, of a name as long as Temporal takes',
      },
    },
  },
];
