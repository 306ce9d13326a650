import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ShownOfPurchase, type ShownSoFar } from '../../workflows/mechanisms/purchase-truth.js';

const WORKFLOWS = fileURLToPath(new URL('../../workflows/', import.meta.url));
/** What a purchase keeps in mind besides its `PurchaseState`: where the next run has it from, or why it need not have it. */
const KEPT: Readonly<Record<string, string>> = {
  'purchase/earlier-runs.ts #resetsKnown': 'by PurchaseState.others: the next run counts anew',
  'purchase/earlier-runs.ts #resetsDecided': 'by PurchaseState.isDecidedBefore',
  'purchase/earlier-runs.ts #isAsking': 'by PurchaseState.others: it is asked again',
  'purchase/earlier-runs.ts #isAwaited': 'whoever waits asks again',
  'purchase/journey.ts #isHandingOver': 'of this run',
  'purchase/nudges.ts #isTold': 'DOKU is polled anyway',
  'purchase/nudges.ts #restsUntil': 'a nudge more costs a question',
  'purchase/nudges.ts #restMs': 'likewise',
  'purchase/reversal.ts #isOfEarlierRun':
    'by PurchaseState.isLater: its first request says so again',
  'purchase/reversal.ts #parkingsBefore':
    'of this run: a run that hands over parked asks again, and begins anew',
  'purchase/reversal.ts #whyUnproven': 'by HandedOver.parkedFor',
  'purchase/standstill.ts #isSliced': 'of one wait',
  'purchase/standstill.ts #dueAt': 'of one wait',
  'purchase/standstill.ts #wholeMs': 'of one wait',
  'mechanisms/journey.ts #status': 'by PurchaseState.step',
  'mechanisms/journey.ts #result': 'what has ended has no next run',
  'mechanisms/journey.ts #isParked': 'an operator is asked again',
  'mechanisms/journey.ts #parkings': 'of this run',
  'mechanisms/journey.ts #isMoot': 'likewise',
  'mechanisms/journey.ts #inDoubtSince': 'by KeptJourney.inDoubtSince',
  'mechanisms/journey.ts #inDoubtBefore': 'likewise',
  'mechanisms/journey.ts #resolution': 'by KeptJourney.resolution',
  'mechanisms/journey.ts #stopRequestedAt': 'by KeptJourney.stopRequestedAt',
  'mechanisms/journey.ts #stopMeans': 'set up anew',
  'mechanisms/journey.ts #onParked': 'set up anew',
  'mechanisms/journey.ts #interruption': 'set up anew',
  'mechanisms/truth.ts #referenceNo': 'by HandedOver.referenceNo',
  'mechanisms/truth.ts #recorded': 'by HandedOver.recorded',
  'mechanisms/truth.ts #parkedFor': 'by HandedOver.parkedFor',
  'mechanisms/truth.ts #isShown': 'by PurchaseState.shown',
  'mechanisms/truth.ts #asShown': 'a purchase records nothing as shown',
  'mechanisms/truth.ts #elsewhere': 'a purchase is asked about by its status alone',
  'mechanisms/truth.ts #unanswered': 'of one question',
  'mechanisms/refund-entry.ts #isShown': 'by PurchaseState.shown',
  'mechanisms/refund-entry.ts #unpaidSince': 'refunds alone ask for it',
  'mechanisms/needs-attention.ts #attention': 'an operator is asked again',
  'mechanisms/needs-attention.ts #question': 'likewise',
  'mechanisms/needs-attention.ts #resolution': 'what is decided is gone by before a run hands over',
  'mechanisms/run-of-move.ts #provenRunId': 'DOKU is asked again before anything is sent',
  'mechanisms/shown.ts #isShown': 'by PurchaseState.shown',
};

describe('what a purchase knows as its history grows long', () => {
  test('is handed on, or need not be', () => {
    const own = readdirSync(`${WORKFLOWS}purchase`).map((name) => `purchase/${name}`);
    const shared = 'journey truth purchase-truth refund-entry needs-attention run-of-move shown';
    const files = [...own, ...shared.split(' ').map((name) => `mechanisms/${name}.ts`)];
    const found = files.flatMap((file) =>
      [...readFileSync(WORKFLOWS + file, 'utf8').matchAll(/^ {2}(#\w+)(?:: | = (?!\(\{))/gm)].map(
        ([, name]) => `${file} ${name}`,
      ),
    );
    assert.deepEqual(found.sort(), Object.keys(KEPT).sort());
  });

  test('tells the next run what DOKU has shown: that it does not any more is a lag', () => {
    const sent = { lastSentAt: '2026-11-29T10:00:00.000Z' };
    const refund = { ...sent, partnerRefundNo: 'REF-1', isWhole: false };
    const soFar: ShownSoFar = {};
    const first = new ShownOfPurchase(soFar);
    assert.equal(first.with({ sent, refund }).sent?.isAtDoku, undefined);
    first.noted({ status: 'success', refunds: { 'REF-1': { status: 'pending' } } });
    const next = new ShownOfPurchase(JSON.parse(JSON.stringify(soFar)));
    next.noted({ status: 'not-found', refunds: {} });
    const asked = next.with({ sent, refund });
    assert.deepEqual([asked.sent?.isAtDoku, asked.refund?.isAtDoku], [true, true]);
  });
});
