import type { Mutation } from './planted.js';

/** What goes wrong when a single call breaks: cells of the proof must show it. */
export const oneCall: readonly Mutation[] = [
  {
    name: 'takes a lost answer for a yes, without asking',
    file: 'workflows/mechanisms/send-until-proven.ts',
    find: '      const lastSentAt = new Date().toISOString();',
    replace:
      "      if (answer.kind === 'doubtful') return { kind: 'known', fact: { status: 'success' } as never };\n      const lastSentAt = new Date().toISOString();",
    foundBy: { cells: ['topUp/topUp/drop/before'] },
  },
  {
    name: 'sends again under a new reference',
    file: 'workflows/bank-transfer/journey.ts',
    find: "    if (first.kind === 'accepted') return endOf(await acceptedTransfer(this.#truth));",
    replace:
      "    if (first.kind === 'doubtful') {\n      Object.assign(this.#input, { partnerReferenceNo: this.#input.partnerReferenceNo.concat('-2') });\n      await this.#sendOnce();\n      return { outcome: 'completed' };\n    }",
    foundBy: { cells: ['bankTransfer/transferBank/drop/after'] },
  },
  {
    name: 'ignores a 409 around an answer that looks right',
    file: 'activities/snap/answer.ts',
    find: "  if (answer.status === 409 && code.status !== 409) return doubtful('conflict');\n  if (code.status !== answer.status) return doubtful('codes-disagree');\n",
    replace: '',
    foundBy: { cells: ['bankTransfer/transferBank/replay/before'] },
  },
  {
    name: 'believes a cancel without proof',
    file: 'workflows/purchase/reversal.ts',
    find: '      let fact = await this.#ask();',
    replace:
      "      let fact: Known<PurchaseFact> = cancel.kind === 'refused' ? await this.#ask() : { status: 'cancelled', refunds: {} };",
    foundBy: { cells: ['purchase/purchaseCancel/drop/before'] },
  },
  {
    name: 'swallows a late success after a cancel',
    file: 'workflows/purchase/reversal.ts',
    find: "      status === 'cancelled' ||",
    replace: "      status === 'success' || status === 'cancelled' ||",
    foundBy: { cells: ['purchase/purchaseCancel.2/drop/before'] },
  },
  {
    name: 'lets two refunds race',
    file: 'workflows/refund/journey.ts',
    find: '    this.#hasTurn = await takeRefundTurn({',
    replace: '    void takeRefundTurn;\n    this.#hasTurn = !Object.is(0, {',
    foundBy: { cells: ['refund/purchaseCancel.2/drop/after'] },
  },
  {
    name: 'reverses what the merchant acknowledged',
    file: 'workflows/purchase/journey.ts',
    find: "        return paidBy(fact, 'merchant-acknowledged');",
    replace: "        return this.#reverse({ reason: 'acknowledge-within-elapsed' });",
    foundBy: { cells: ['purchase/purchase/slow/after'] },
  },
  {
    name: 'gives up where DOKU proves that nothing happened',
    file: 'workflows/top-up/journey.ts',
    find: "        isUndone: (fact) => fact.status === 'not-found',",
    replace: '        isUndone: () => false,',
    foundBy: { cells: ['topUp/topUp/http500/before'] },
  },
  {
    name: "takes another request's answer for its own",
    file: 'activities/snap/answer.ts',
    find: "  if (isAnothers) return { ...exchange, kind: 'doubtful', reason: 'wrong-reference' };",
    replace: '  void isAnothers;',
    foundBy: { cells: ['bankTransfer/transferBank/wrongReference/before'] },
  },
  {
    name: 'takes a gateway error for a refusal',
    file: 'activities/snap/answer.ts',
    find: "  if (code.status >= 500) return doubtful('server-error');",
    replace: "  if (code.status >= 500) return { ...exchange, kind: 'refused', refusal: 'other' };",
    isAlwaysPlanted: true,
    foundBy: { cells: ['topUp/topUp/http504/before'] },
  },
  {
    name: 'takes "in progress" for done',
    file: 'activities/calling/move.ts',
    find: "      return { kind: 'doubtful', doubt: 'in-progress', ...code };",
    replace: "      return { kind: 'accepted', response: picked({} as Response) };",
    foundBy: { cells: ['bankTransfer/transferBank/inProgress/before'] },
  },
  {
    name: 'asks about the authorisation instead of the capture',
    file: 'workflows/authorized-purchase/stepping.ts',
    find: '      partnerReferenceNo: partnerNo,',
    replace: '      partnerReferenceNo: key.partnerReferenceNo,',
    foundBy: { cells: ['authorizedPurchase/authCapture/drop/after'] },
  },
  {
    name: 'takes a refused token for a refusal',
    file: 'activities/calling/move.ts',
    find: "      return { kind: 'doubtful', doubt: 'unauthorized', ...code };",
    replace: "      return { kind: 'refused', refusal: 'other', ...code };",
    foundBy: { cells: ['authorizedPurchase/tokenB2B.refused/drop/before'] },
  },
  {
    name: 'takes a refused refresh token for the end of the binding',
    file: 'activities/token.ts',
    find: '      const authCode = await recoveredAuthCode(snap, key.accountId, key.linkId);',
    replace:
      '      void recoveredAuthCode;\n      const authCode = undefined as string | undefined;',
    foundBy: { cells: ['purchase/tokenB2B2C.revoked/drop/before'] },
  },
];
