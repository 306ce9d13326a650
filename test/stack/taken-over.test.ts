import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { NextStep, OpenAccountInput } from '../../client/index.js';
import type { Stack } from '../../worker/local/stack.js';
import { type AlteredAnswer, type AlteredDoku, startAlteredDoku } from '../setting/altered-doku.js';
import { startQuickStack } from '../setting/quick-stack.js';
import { eventually, type Shop } from '../setting/shop.js';

/** What Account Binding's answer says of the binding before the customer agrees: nothing, or what it is told to. */
let linkIdSaid: string | undefined;

const forgetful = (operation: string, answer: AlteredAnswer): AlteredAnswer => {
  if (operation !== 'registration-account-binding') return answer;
  const { linkId: _linkId, ...body } = answer.body;
  return { ...answer, body: { ...body, ...(linkIdSaid && { linkId: linkIdSaid }) } };
};

for (const isByInquiry of [false, true]) {
  describe(`a binding is not taken over, Account Inquiry ${isByInquiry ? 'alone may tell' : 'does not bind'}`, () => {
    let stack: Stack;
    let shop: Shop;
    let doku: AlteredDoku;
    before(async () => {
      doku = await startAlteredDoku(forgetful);
      const started = await startQuickStack({
        DOKU_BASE_URL: doku.url,
        BINDING_BY_INQUIRY: String(isByInquiry),
      });
      stack = started;
      shop = started.shop;
      doku.of(stack.sandbox.url);
    });
    after(async () => {
      await stack?.stop();
      doku?.close();
    });

    const openingOf = (accountId: string, pageWithin: string): OpenAccountInput => ({
      customerId: `thief-${randomUUID()}`,
      reference: 'open-1',
      redirectUrl: 'https://merchant.example/account',
      accountId,
      pageWithin,
    });

    async function agreed(step: NextStep, pin: string): Promise<string> {
      assert.ok(step.show === 'open-url');
      const body = new URLSearchParams({ pin });
      const answer = await fetch(step.url, { method: 'POST', redirect: 'manual', body });
      return new URL(answer.headers.get('location') ?? '').search;
    }

    for (const says of ['no linkId', 'the linkId of the older binding'] as const) {
      test(`where DOKU's answer says ${says}`, async () => {
        const victim = await shop.doku.account({ bound: true });
        linkIdSaid = says === 'no linkId' ? undefined : victim.linkId;
        const input = openingOf(victim.accountId, '4 seconds');
        const { openAccount } = shop.journeys;
        await openAccount.start(input);
        assert.equal((await openAccount.result(input)).outcome, 'abandoned');
        const forging = openingOf(victim.accountId, '30 seconds');
        await openAccount.start(forging);
        const returned = openAccount.returned(forging, '?authCode=made-up');
        const { status, attention } = await eventually(
          () => openAccount.status(forging),
          (view) => view.status === 'needs-attention',
        );
        assert.equal(status, 'needs-attention');
        assert.match(attention?.reason ?? '', /older than this opening/);
        const decision = { decision: 'record-rejected', operator: 'ani', note: 'a forged code' };
        await openAccount.resolve(forging, decision);
        await returned;
        assert.equal((await openAccount.result(forging)).outcome, 'rejected');
        await assert.rejects(shop.journeys.reads.balance(forging.customerId));
      });

      test(`who agrees with the PIN is bound all the same where it says ${says}`, async () => {
        const account = await shop.doku.account({ bound: true });
        linkIdSaid = says === 'no linkId' ? undefined : account.linkId;
        const input = openingOf(account.accountId, '30 seconds');
        const { openAccount } = shop.journeys;
        const query = await agreed(await openAccount.start(input), account.pin);
        if (!isByInquiry) await openAccount.returned(input, query);
        const result = await openAccount.result(input);
        assert.equal(result.outcome, 'bound');
        assert.notEqual(result.linkId, account.linkId);
        await shop.journeys.reads.balance(input.customerId);
      });
    }

    if (!isByInquiry) {
      /** An opening of whoever named the victim's account, which the victim agrees to elsewhere. */
      const phished = async (fault: string, when: 'before' | 'after', rawQuery?: string) => {
        const victim = await shop.doku.account({ bound: true });
        const input = openingOf(victim.accountId, '30 seconds');
        const { openAccount } = shop.journeys;
        const query = await agreed(await openAccount.start(input), victim.pin);
        // What is made up is of no account.
        await shop.doku.fault({ operation: 'tokenB2B2C', fault, when });
        const returned = Promise.allSettled([openAccount.returned(input, rawQuery ?? query)]);
        const { attention } = await eventually(
          () => openAccount.status(input),
          ({ status, next }) => status === 'needs-attention' || next.show === 'done',
        );
        return { input, attention, returned };
      };
      const decided = async (input: OpenAccountInput, decision: string) => {
        const { openAccount } = shop.journeys;
        await openAccount.resolve(input, { decision, operator: 'ani', note: 'looked up' });
        return openAccount.result(input);
      };

      for (const fault of ['http500', 'drop'] as const)
        test(`a made-up code does not bind where its exchange ends in ${fault} first`, async () => {
          linkIdSaid = undefined;
          const { input, attention, returned } = await phished(
            fault,
            'before',
            '?authCode=made-up',
          );
          assert.match(attention?.reason ?? '', /nothing tells whose account/);
          assert.equal((await decided(input, 'record-rejected')).outcome, 'rejected');
          await returned;
          await assert.rejects(shop.journeys.reads.balance(input.customerId));
        });

      test('who agreed, and whose exchange lost its answer, is bound by an operator who knows so', async () => {
        linkIdSaid = undefined;
        const { input, attention, returned } = await phished('drop', 'after');
        assert.deepEqual(attention?.decisions, ['try-again', 'accept-binding', 'record-rejected']);
        assert.equal((await decided(input, 'accept-binding')).outcome, 'bound');
        await returned;
        await shop.journeys.reads.balance(input.customerId);
      });
    }

    test('an account that another customer of the shop has parks, and is asked about again', async () => {
      const owner = await shop.boundCustomer();
      const input = openingOf(owner.accountId, '30 seconds');
      const { openAccount } = shop.journeys;
      void openAccount.start(input).catch(() => undefined);
      const { attention } = await eventually(
        () => openAccount.status(input).catch(() => ({ attention: undefined })),
        (view) => view.attention !== undefined,
      );
      assert.match(attention?.reason ?? '', /another customer/);
      assert.deepEqual(attention?.decisions, ['try-again', 'record-rejected']);
      await openAccount.resolve(input, {
        decision: 'record-rejected',
        operator: 'ani',
        note: 'no',
      });
      assert.equal((await openAccount.result(input)).outcome, 'rejected');
    });
  });
}
