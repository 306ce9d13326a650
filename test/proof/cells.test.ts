import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { needsCustomerToken, snapSettings } from '../../activities/snap/settings.js';
import { OPERATION_NAMES, type OperationName } from '../../sandbox/doku/faults.js';
import * as workflows from '../../workflows/index.js';
import { callsInCode } from './calls-in-code.js';
import { allCells, scenarios } from './cells.js';

/** Workflows without cells of their own, and why. */
const WITHOUT_CELLS: Readonly<Record<string, string>> = {
  check: 'answers a backend that looks whether all is there; it calls nothing',
  merchantSession: 'an entity: its call breaks as tokenB2B of every journey',
  wallet: 'an entity: its calls break as tokenB2B2C of journeys, and accountInquiry of purchase',
  accountOwner: 'an entity that openings ask; it calls nothing',
  claimedNumbers: 'an entity that parts of batches ask; it calls nothing',
  recheck:
    'moves nothing, and looks at journeys that ended with the calls of reconciliation; see test/stack/reconciliation.test.ts',
  topUpBatchPart: 'a part of topUpBatch, whose cells run through it',
  refundTurn: 'a part of refund; it calls nothing',
  finding: 'waits for an operator; it calls nothing',
  eventDelivery: "calls the merchant's backend, and nothing of DOKU's",
  reconciliation:
    'moves nothing, and compares all journeys, so that no cell has it to itself; see test/stack/outage.test.ts',
  accountInquiry: 'a read: answers, or fails within a minute, and moves nothing',
  balanceInquiry: 'a read, as accountInquiry',
  bankAccountInquiry: 'a read, as accountInquiry',
  transactionHistoryDetail: 'a read, as accountInquiry',
  transactionHistoryPage: 'a read, as accountInquiry',
};

const operationsOf = (workflow: string): OperationName[] => {
  const { operations } = callsInCode(workflow);
  return OPERATION_NAMES.filter((name) => operations.has(name));
};

/** What a journey can come to, by itself and by the tokens that it needs. */
function callsOf(journey: string): Set<OperationName> {
  const { paths } = snapSettings();
  const own = operationsOf(journey);
  const needsWallet =
    own.some((call) => needsCustomerToken(paths[call])) ||
    callsInCode(journey).entities.has('wallet');
  return new Set([
    ...own,
    ...(own.length > 0 ? (['tokenB2B'] as const) : []),
    ...(needsWallet ? (['tokenB2B2C'] as const) : []),
  ]);
}

const broken = (journey: string) =>
  new Set(scenarios.filter((one) => one.journey === journey).map(({ call }) => call));

describe('each call of each journey is a cell of the proof', () => {
  const journeys = Object.keys(workflows).filter((type) => !(type in WITHOUT_CELLS));

  for (const journey of journeys) {
    test(`${journey}: every call that its code can come to breaks in a scenario`, () => {
      const calls = callsOf(journey);
      const missing = [...calls].filter((call) => !broken(journey).has(call));
      assert.ok(calls.size >= 3, `${journey} calls ${[...calls]}`);
      assert.deepEqual(missing, []);
    });
  }

  test('no scenario breaks a call that its journey cannot come to', () => {
    const ofWallet = operationsOf('wallet');
    for (const { journey, call } of scenarios) {
      const calls = callsOf(journey);
      const isWallets = calls.has('tokenB2B2C') && ofWallet.includes(call);
      assert.ok(calls.has(call) || isWallets, `${journey} never calls ${call}`);
    }
  });

  test('what the entities call breaks in a journey', () => {
    for (const entity of ['merchantSession', 'wallet']) {
      const calls = operationsOf(entity);
      assert.ok(calls.length > 0);
      for (const call of calls) {
        const variants = scenarios.filter(
          (one) => one.call === call && (one.variant !== undefined || call.startsWith('token')),
        );
        assert.ok(variants.length > 0, `${call} of ${entity} breaks nowhere`);
      }
    }
  });

  test('every DOKU call is broken somewhere, and every cell has a name of its own', () => {
    const calls = new Set(scenarios.map(({ call }) => call));
    assert.deepEqual([...calls].sort(), [...OPERATION_NAMES].sort());
    const names = allCells().map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
  });

  test('the README says how many cells there are', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const [, count] = /\(([\d,]+) cells/.exec(readme) ?? [];
    assert.equal(count, allCells().length.toLocaleString('en'));
  });
});
