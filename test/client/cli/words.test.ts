import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as z from 'zod';
import { assertNamesOne, givenNameShape } from '../../../client/cli/journeys/given-name.js';
import { moneyPlace } from '../../../client/cli/journeys/money-place.js';
import {
  JOURNEY_KINDS,
  journeyNameOf,
  nameOfWorkflowId,
  workflowIdOf,
  workflowTypeOf,
} from '../../../client/cli/journeys/name.js';
import { factsOf } from '../../../client/cli/mechanisms/facts.js';
import { instantSchema } from '../../../client/cli/mechanisms/instant.js';

describe("an operator's words", () => {
  test('a bare date is its midnight in Jakarta, and a time without offset is none', () => {
    assert.equal(instantSchema.parse('2026-11-24').toISOString(), '2026-11-23T17:00:00.000Z');
    assert.equal(
      instantSchema.parse('2026-11-24T12:00+07:00').toISOString(),
      '2026-11-24T05:00:00.000Z',
    );
    for (const text of ['2026-11-24T12:00', '2026-02-30', 'yesterday', ''])
      assert.equal(instantSchema.safeParse(text).success, false, text);
  });

  test("a journey's name leads to its workflow ID, and back", () => {
    for (const journey of JOURNEY_KINDS) {
      const isPair = journey.endsWith('-account');
      const id =
        { finding: 'amount/INV-1', recheck: 'purchase/INV-1', events: 'purchase/INV-1' }[
          journey as string
        ] ?? (isPair ? 'customer-1/OPEN-1' : 'INV-1');
      const workflowId = workflowIdOf({ journey, id });
      assert.deepEqual(journeyNameOf(workflowTypeOf(journey), workflowId), { journey, id });
    }
    assert.throws(() => workflowIdOf({ journey: 'purchase', id: 'a/b' }), RangeError);
    assert.throws(() => workflowIdOf({ journey: 'finding', id: 'other/INV-1' }), RangeError);
    assert.throws(() => workflowIdOf({ journey: 'wallet', id: '081234567890' }), RangeError);
  });

  test('a journey is named as commands, the UI and events name it', () => {
    const schema = z.strictObject(givenNameShape).superRefine(assertNamesOne);
    const mistakes = (journey: string, id?: string) =>
      schema
        .safeParse({ journey, id })
        .error?.issues.map(({ path, message }) => `${path}: ${message}`) ?? [];
    for (const journey of JOURNEY_KINDS) {
      const id = journey.endsWith('-account')
        ? 'customer-1/OPEN-1'
        : /^(?:recheck|events)$/.test(journey)
          ? 'purchase/INV-1'
          : journey === 'finding'
            ? 'amount/INV-1'
            : 'INV-1';
      const workflowId = workflowIdOf({ journey, id });
      assert.deepEqual(nameOfWorkflowId(workflowId), { journey, id });
      for (const given of [
        [journey, id],
        [workflowId],
        [`${journey}/${id}`],
        [journey, workflowId],
      ])
        assert.deepEqual(mistakes(...(given as [string])), [], given.join(' '));
      assert.match(mistakes(journey)[0] ?? '', /^id: is missing/);
    }
    assert.deepEqual(mistakes('INV-1'), []);
    assert.match(mistakes('a/b/c/d')[0] ?? '', /^journey: must name one, such as/);
    assert.match(mistakes('payment', 'INV-1')[0] ?? '', /^journey: must be one of purchase, /);
    assert.match(
      mistakes('purchase', 'refund/INV-1')[0] ?? '',
      /^id: must be that of one purchase/,
    );
  });

  test('nobody says where the money of a journey is that was broken off', () => {
    assert.equal(moneyPlace('purchase', 'paid', 'completed'), 'with the merchant');
    assert.match(moneyPlace('purchase', 'paid', 'terminated') ?? '', /^not known: .* terminated/);
    assert.equal(moneyPlace('open-account', 'bound', 'completed'), undefined);
    const unasked = moneyPlace('purchase', 'declined', 'completed', 'not-bound');
    assert.match(unasked ?? '', /nothing was sent, and DOKU was not asked/);
  });

  test('what is shown of a view is named, so that addresses, names and new secrets are not', () => {
    const view = {
      status: 'awaiting-payment',
      partnerReferenceNo: 'INV-1',
      amount: { value: '100.00', currency: 'IDR' },
      redirect: { webRedirectUrl: 'https://doku.example/pay?token=x', expiresAt: '2026' },
      beneficiary: { beneficiaryAccountName: 'BUDI', confirmBy: '2027' },
      counts: { completed: 2, failed: 1 },
    };
    assert.deepEqual(factsOf(view), {
      partnerReferenceNo: 'INV-1',
      amount: 'IDR 100.00',
      expiresAt: '2026',
      confirmBy: '2027',
      counts: '2 completed, 1 failed',
    });
  });
});
