import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Books, Entry } from './books.js';
import type { Case, Row, Subject, Witness } from './case.js';
import type { Forged } from './events.js';
import { type Evidence, judged } from './judge.js';
import { Leaks } from './leaks.js';

const WALLET = 'customer:1';
const at = (seconds: number) => new Date(1_700_000_000_000 + seconds * 1_000).toISOString();

const entry = (type: string, number: string, gain: string, more: Partial<Entry> = {}): Entry => ({
  type,
  at: at(1),
  partnerReferenceNo: number,
  legs: [
    { account: WALLET, amount: gain },
    { account: 'other', amount: gain.startsWith('-') ? gain.slice(1) : `-${gain}` },
  ],
  ...more,
});

const subjectOf = (
  kind: Subject['kind'],
  number: string,
  more: Partial<Subject> = {},
): Subject => ({
  kind,
  number,
  workflowId: `${kind}/${number}`,
  shownAs: [kind, number],
  amount: '100.00',
  ...more,
});

const witnessOf = (more: Partial<Witness> = {}): Witness => ({
  name: 'one',
  accountId: '1',
  rows: [],
  moreNumbers: [],
  wasAcknowledged: false,
  wasCancelAsked: false,
  wasMeddledWith: false,
  wasRestarted: false,
  hasDecided: false,
  isDokuClear: true,
  isCustomerGone: false,
  parked: 0,
  stoppedAt: undefined,
  heard: undefined,
  problems: [],
  ...more,
});

function caseOf(
  subject: Subject,
  result: Record<string, unknown> & { outcome: string },
  witness: Partial<Witness> = {},
  run = 'completed',
): Case {
  const shown = {
    status: result.outcome,
    run,
    details: '',
    endedAt: at(5),
    ...(run === 'completed' && { result }),
  };
  return { subject, witness: witnessOf(witness), isMain: true, shown };
}

const toldOnce = ({ subject: { workflowId }, shown }: Case) =>
  shown?.result ? [{ id: workflowId, workflowId, sequence: 1, status: shown.result.outcome }] : [];

const evidenceOf = (
  cases: readonly Case[],
  entries: readonly Entry[],
  more: Partial<Evidence> = {},
): Evidence => ({
  leaks: new Leaks([]),
  told: {
    taken: [...new Map(cases.flatMap(toldOnce).map((one) => [one.id, one])).values()],
    refused: [],
    forged: { sent: 0, taken: [] },
    deliveries: 0,
  },
  cases,
  books: { entries, sum: '0.00', bound: new Map() } satisfies Books,
  waiting: [],
  report: { outcome: 'finished', counts: {}, mismatches: [] },
  replayed: { replayed: 1, found: 1, largest: 20, largestId: 'x', failed: [], seconds: 1 },
  stuck: [],
  requests: [],
  ...more,
});

const rules = (evidence: Evidence) => judged(evidence).map(({ rule }) => rule);
const order = subjectOf('purchase', 'INV');
const paid = entry('purchase', 'INV', '-100.00');
const cancelled = entry('purchaseCancel', 'INV', '100.00');

describe('the judge of chaos', () => {
  test('says nothing where results are what the books say', () => {
    const payout = subjectOf('topUp', 'TOP');
    const cases = [
      caseOf(order, { outcome: 'paid', reason: 'customer-paid' }),
      caseOf(payout, { outcome: 'completed' }, { name: 'two' }),
    ];
    assert.deepEqual(judged(evidenceOf(cases, [paid, entry('topUp', 'TOP', '100.00')])), []);
  });

  test('1: a second debit, a movement of nobody, a ledger that does not sum up', () => {
    const cases = [caseOf(order, { outcome: 'paid' })];
    assert.ok(rules(evidenceOf(cases, [paid, paid])).includes(1));
    assert.deepEqual(rules(evidenceOf(cases, [paid, entry('topUp', 'WHOSE', '1.00')])), [1]);
    const books = { entries: [paid], sum: '0.01', bound: new Map() };
    assert.deepEqual(rules(evidenceOf(cases, [], { books })), [1]);
  });

  test('2: a result that the books contradict, and one that differs from what the backend heard', () => {
    assert.deepEqual(rules(evidenceOf([caseOf(order, { outcome: 'declined' })], [paid])), [2]);
    const cases = [caseOf(order, { outcome: 'paid' }, { heard: 'cancelled' })];
    assert.deepEqual(rules(evidenceOf(cases, [paid])), [2]);
  });

  test('2: a row of a batch that ended otherwise', () => {
    const row: Row = { partnerReferenceNo: 'ROW', outcome: 'failed', amount: { value: '100.00' } };
    const batch = caseOf(
      subjectOf('topUpBatch', 'B'),
      { outcome: 'finished', counts: { completed: 0 } },
      { rows: [row], moreNumbers: ['ROW'] },
    );
    assert.deepEqual(rules(evidenceOf([batch], [entry('topUp', 'ROW', '100.00')])), [2]);
    assert.deepEqual(rules(evidenceOf([batch], [])), []);
  });

  test('2: an order is not answerable for the refunds of others', () => {
    const refund = caseOf(subjectOf('refund', 'REF', { ofOrder: 'INV' }), {
      outcome: 'refunded',
      by: 'refund',
    });
    const back = entry('purchaseRefund', 'INV', '100.00', { partnerRefundNo: 'REF' });
    const cases = [caseOf(order, { outcome: 'paid' }), refund];
    assert.deepEqual(rules(evidenceOf(cases, [paid, back])), []);
    assert.deepEqual(rules(evidenceOf(cases, [paid])), [2]);
  });

  test('2: a closing is not answerable for another one of the same account', () => {
    const closing = (number: string, outcome: string) =>
      caseOf(subjectOf('closeAccount', number), { outcome }, { name: number });
    const rejected = closing('close-1', 'rejected');
    assert.deepEqual(rules(evidenceOf([rejected], [])), [2]);
    const cases = [rejected, closing('close-2', 'unbound')];
    assert.deepEqual(rules(evidenceOf(cases, [])), []);
    const bound = { entries: [], sum: '0.00', bound: new Map([['1', true]]) };
    assert.deepEqual(rules(evidenceOf(cases, [], { books: bound })), [2]);
  });

  test('3: acknowledged and reversed; reversed without a reason', () => {
    const reversed = { outcome: 'cancelled', reason: 'acknowledge-within-elapsed' };
    const both = caseOf(order, reversed, { wasAcknowledged: true, acknowledgeSeconds: 5 });
    assert.deepEqual(rules(evidenceOf([both], [paid, cancelled])), [3]);
    const unasked = caseOf(order, { outcome: 'cancelled', reason: 'cancel-requested' });
    assert.deepEqual(rules(evidenceOf([unasked], [paid, cancelled])), [3]);
    const asked = caseOf(
      order,
      { outcome: 'cancelled', reason: 'cancel-requested' },
      {
        wasCancelAsked: true,
      },
    );
    assert.deepEqual(rules(evidenceOf([asked], [paid, cancelled])), []);
  });

  test('4: what came after the end, or by an operator, is raised; what fits is not', () => {
    const late = { ...paid, at: at(60) };
    const declined = [caseOf(order, { outcome: 'declined' })];
    const waiting = [{ journey: 'finding', id: 'status/INV' }];
    assert.deepEqual(rules(evidenceOf(declined, [late])), [4]);
    assert.deepEqual(rules(evidenceOf(declined, [late], { waiting })), []);
    const fits = [caseOf(order, { outcome: 'paid' })];
    assert.deepEqual(rules(evidenceOf(fits, [paid], { waiting })), [4]);
    const broken = [caseOf(order, { outcome: '' }, {}, 'terminated')];
    assert.deepEqual(rules(evidenceOf(broken, [paid])), [4]);
  });

  test('4: nobody can tell of a journey that was forgotten, and begun again by who had left', () => {
    const unbound = { outcome: 'declined', reason: 'not-bound' };
    const gone = { isCustomerGone: true, isDokuClear: false };
    const of = (witness: Partial<Witness>) =>
      rules(evidenceOf([caseOf(order, unbound, witness)], [paid]));
    assert.deepEqual(of({ ...gone, wasRestarted: true }), []);
    assert.deepEqual(of(gone), [4]);
    assert.deepEqual(of({ wasRestarted: true, isDokuClear: false }), [4]);
  });

  test('4: a reconciliation that does not end', () => {
    assert.deepEqual(rules(evidenceOf([], [], { report: undefined })), [4]);
  });

  test('5: what is stuck, what did not end, and what was sent long after a stop', () => {
    const cases = [caseOf(order, { outcome: 'paid' }, { problems: ['5: still open'] })];
    assert.deepEqual(rules(evidenceOf(cases, [paid], { stuck: ['x'] })), [5, 5]);
    const stopped = subjectOf('topUpBatch', 'B');
    const batch = caseOf(
      stopped,
      { outcome: 'cancelled' },
      {
        moreNumbers: ['ROW'],
        stoppedAt: Date.parse(at(0)),
      },
    );
    const requests = [{ at: at(60), operation: 'topUp', partnerReferenceNo: 'ROW' }];
    assert.deepEqual(rules(evidenceOf([batch], [], { requests })), [5]);
  });

  test('6: a history that does not replay, or is too long', () => {
    const failed = [{ workflowId: 'w', runId: 'r', error: 'nondeterminism' }];
    const replayed = { replayed: 1, found: 1, largest: 5_001, largestId: 'w', failed, seconds: 1 };
    assert.deepEqual(rules(evidenceOf([], [], { replayed })), [6, 6]);
  });

  test('7: operators who are asked where DOKU could tell, beyond chance', () => {
    const parked = ['a', 'b'].map((name) =>
      caseOf(order, { outcome: 'paid' }, { name, parked: 1 }),
    );
    assert.deepEqual(rules(evidenceOf(parked.slice(0, 1), [paid])), []);
    assert.deepEqual(rules(evidenceOf(parked, [paid])), [7, 7]);
  });

  test('8: an end that nobody was told of, one left out, out of order, or by who is nobody', () => {
    const [paidCase] = [caseOf(order, { outcome: 'paid' })];
    const heard = (sequence: number, status: string) => ({
      id: `${sequence}`,
      workflowId: paidCase.subject.workflowId,
      sequence,
      status,
    });
    const told = (
      taken: ReturnType<typeof heard>[],
      refused: string[] = [],
      forged: Forged = { sent: 7, taken: [] },
    ) => rules(evidenceOf([paidCase], [paid], { told: { taken, refused, forged, deliveries: 1 } }));
    assert.deepEqual(told([heard(1, 'awaiting-acknowledgement'), heard(2, 'paid')]), []);
    assert.deepEqual(told([heard(1, 'awaiting-acknowledgement')]), [8]);
    assert.deepEqual(told([heard(2, 'paid'), heard(1, 'awaiting-acknowledgement')]), [8]);
    assert.deepEqual(told([heard(1, 'paid')], ['no signature']), [8]);
    assert.deepEqual(told([heard(2, 'paid')]), [8], 'the first is missing');
    assert.deepEqual(told([heard(1, 'awaiting-acknowledgement'), heard(3, 'paid')]), [8]);
    assert.deepEqual(told([heard(1, 'paid')], [], { sent: 7, taken: ['unsigned'] }), [8]);
  });

  test('9: a secret that is seen', () => {
    const leaks = new Leaks([{ kind: 'OTP', text: '123456' }]);
    leaks.look('a log', 'the OTP 123456');
    assert.deepEqual(rules(evidenceOf([], [], { leaks })), [9]);
  });
});
