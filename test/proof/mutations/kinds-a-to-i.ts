import type { Mutation } from './planted.js';

const AS_SHOWN = 'test/stack/recorded-as-shown.test.ts';
const CREDITED_OTHERWISE = 'test/stack/credited-otherwise.test.ts';

/** Kinds A to I of `docs/correctness.md`: what a journey concludes, and whose money it moves. */
export const kindsAToI: readonly Mutation[] = [
  {
    kind: 'A',
    name: 'takes silence for a time-out, whichever run was paid',
    file: 'workflows/purchase/acknowledgement.ts',
    find: "  return why === undefined ? { kind: 'silent' } : { kind: 'unclear', why };",
    replace: "  return { kind: 'silent' };",
    foundBy: {
      test: {
        file: 'test/workflows/purchase-silence.test.ts',
        name: 'proves nothing where DOKU says that it was paid before this run began',
      },
    },
  },
  {
    kind: 'A',
    name: 'takes a run that was reset for the first',
    file: 'workflows/mechanisms/earlier-run.ts',
    find: '  return runId !== workflowInfo().originalExecutionRunId;',
    replace: '  return runId === undefined;',
    foundBy: {
      test: {
        file: 'test/stack/later-runs.test.ts',
        name: 'reset to its last task but one, it asks an operator and reverses nothing',
      },
    },
  },
  {
    kind: 'A',
    name: 'sends again in a later run, without proof that none before it did',
    file: 'activities/journeys/run.ts',
    find: '  return firstRunId && runId !== firstRunId && runId !== provenIn ? runId : undefined;',
    replace: '  return firstRunId === provenIn ? runId : undefined;',
    foundBy: {
      test: {
        file: 'test/activities/top-up.test.ts',
        name: 'nothing is sent until the run that asks has proven that none before it did',
      },
    },
  },
  {
    kind: 'A',
    name: 'gives back again in a run that was reset',
    file: 'activities/calling/runs.ts',
    find: '  return runId === undefined ? move() :',
    replace: '  return runId !== of.provenRunId || runId === undefined ? move() :',
    foundBy: {
      test: {
        file: 'test/stack/reversals-of-earlier-runs.test.ts',
        name: 'as a refund of a part is not sent again by a run that was reset to task -1',
      },
    },
  },
  {
    kind: 'A',
    name: 'carries out what an older run had decided',
    file: 'workflows/purchase/journey.ts',
    find: '      isDecidedBefore: () => this.#earlier.isDecidedBefore,',
    replace: '      isDecidedBefore: () => false,',
    foundBy: {
      test: {
        file: 'test/stack/reversals-of-earlier-runs.test.ts',
        name: 'is not sent by an older run that is reset, once a newer one was acknowledged',
      },
    },
  },
  {
    kind: 'A',
    name: 'takes silence for a time-out, whenever it was paid',
    file: 'workflows/purchase/acknowledgement.ts',
    find: '  if (asks && paidTime === undefined) return',
    replace: '  if (asks && paidTime === null) return',
    foundBy: {
      test: {
        file: 'test/workflows/purchase-silence.test.ts',
        name: 'proves nothing where DOKU does not tell when it was paid',
      },
    },
  },
  {
    kind: 'A',
    name: 'takes silence for a time-out, though its time stood still',
    file: 'workflows/purchase/acknowledgement.ts',
    find: '  if (stood) return',
    replace: '  if (stood && stood.from > stood.until) return',
    foundBy: {
      test: {
        file: 'test/stack/restored-database.test.ts',
        name: 'an order that was acknowledged meanwhile is not reversed, nor a hold that was captured told as given back',
      },
    },
  },
  {
    kind: 'A',
    name: 'hears a merchant before DOKU, though its time stood still',
    file: 'workflows/purchase/earlier-runs.ts',
    find: '(isUnasked || this.isOverdue)',
    replace: '(this.#resets.count > this.#resetsKnown)',
    foundBy: {
      test: {
        file: 'test/stack/restored-database.test.ts',
        name: 'an order that was acknowledged meanwhile is not reversed, nor a hold that was captured told as given back',
      },
    },
  },
  {
    kind: 'A',
    name: 'cancels what may be delivered, though its time stood still',
    file: 'workflows/purchase/journey.ts',
    find: 'if (isAlone && !this.#earlier.isOfLostLife)',
    replace: 'if (isAlone || this.#earlier.isOfLostLife)',
    foundBy: {
      test: {
        file: 'test/workflows/purchase-cancels.test.ts',
        name: 'asks an operator where the wait for the merchant began long after it was paid',
      },
    },
  },
  {
    kind: 'A',
    name: 'cancels what was paid long before it was learned of',
    file: 'workflows/purchase/journey.ts',
    find: "if (fact.status === 'success') this.#earlier.learned",
    replace: "if (fact.status === 'open') this.#earlier.learned",
    foundBy: {
      test: {
        file: 'test/workflows/purchase-cancels.test.ts',
        name: 'asks an operator where it was paid long before this run learned of it',
      },
    },
  },
  {
    kind: 'A',
    name: "takes a worker's death for a database that was restored",
    file: 'workflows/purchase/standstill.ts',
    find: 'const LEAST_LATE_MS = 30_000',
    replace: 'const LEAST_LATE_MS = 10_000',
    foundBy: {
      test: {
        file: 'test/stack/stood-still.test.ts',
        name: 'while a killed worker is replaced, which is no restored database: the merchant is heard, and silence a time-out',
      },
    },
  },
  {
    kind: 'A',
    name: 'hears a merchant while it asks whether an earlier run has given it back',
    file: 'workflows/purchase/acknowledging.ts',
    find: 'return earlier.isOverdue || earlier.isUnknown;',
    replace: 'return earlier.isOverdue;',
    foundBy: {
      test: {
        file: 'test/stack/acknowledged-in-doubt.test.ts',
        name: 'waits and is refused where DOKU shows that it has gone back',
      },
    },
  },
  {
    kind: 'A',
    name: 'forgets with its run what it asks of an earlier one',
    file: 'workflows/purchase/earlier-runs.ts',
    find: '    if (known) this.#learn(known);',
    replace: "    if (known) this.#learn('paid');",
    foundBy: {
      test: {
        file: 'test/stack/handed-over.test.ts',
        name: 'says nothing to an acknowledgement before it is answered, and then what is so',
      },
    },
  },
  {
    kind: 'A',
    name: 'tells an order as reversed that its refunds gave back',
    file: 'activities/journeys/undone.ts',
    find: "result?.outcome === 'paid' && (await isGivenBack(result, status)) ? result : undefined",
    replace:
      "result?.outcome === 'paid' && !(await isGivenBack(result, status)) ? result : undefined",
    foundBy: {
      test: {
        file: 'test/stack/refunded-before-reset.test.ts',
        name: 'by a cancel, acknowledged, reset to task 0',
      },
    },
  },
  {
    kind: 'A',
    name: 'asks for the whole of an order of which refunds gave some back',
    file: 'workflows/purchase/reversal.ts',
    find: "      if (others && patched('refunds-of-others-are-left')) {",
    replace: "      if (others && this.#whyUnproven === '') {",
    foundBy: {
      test: {
        file: 'test/stack/refunded-before-reset.test.ts',
        name: 'in part, just as an operator decides to reverse it: it asks DOKU for no more',
      },
    },
  },
  {
    kind: 'A',
    name: 'offers to reverse an order of which refunds gave some back',
    file: 'workflows/purchase/delivery-unclear.ts',
    find: '  if (others)\n',
    replace: "  if (others === '')\n",
    foundBy: {
      test: {
        file: 'test/stack/refunded-before-reset.test.ts',
        name: 'in part, and is reset: it asks DOKU for no more',
      },
    },
  },
  {
    kind: 'A',
    name: 'asks whether a refund took an order back that another one says it did',
    file: 'workflows/refund/journey.ts',
    find: "    if (isLater && isUndoneWhole(before) && !patched('others-tell-who-undid'))",
    replace: '    if (isLater && isUndoneWhole(before))',
    foundBy: {
      test: {
        file: 'test/stack/refunded-before-reset.test.ts',
        name: 'to another refund, that was rejected: it is rejected again, without a question',
      },
    },
  },
  {
    kind: 'A',
    name: 'takes a refund that waits for the one that gave an order back',
    file: 'activities/journeys/undone.ts',
    find: '    if (!isAwaited) return false;',
    replace: '    if (!isAwaited) return true;',
    foundBy: {
      test: {
        file: 'test/stack/refunded-before-reset.test.ts',
        name: 'whole by somebody else while a refund of a part waits, is not told as paid any more',
      },
    },
  },
  {
    kind: 'A',
    name: 'tells a decision as not needed that the next run asks for',
    file: 'workflows/mechanisms/needs-attention.ts',
    find: 'throw this.#parking.interruption() instanceof HandOver ? handedOver() : notNeeded();',
    replace: 'throw this.#parking.interruption() instanceof HandOver ? notNeeded() : notNeeded();',
    foundBy: {
      test: {
        file: 'test/stack/handed-over.test.ts',
        name: 'hears a decision that was held against DOKU as it handed over',
      },
    },
  },
  {
    kind: 'A',
    name: 'forgets with its run that a reversal was decided before a reset',
    file: 'workflows/purchase/earlier-runs.ts',
    find: '    if (this.isDecidedBefore) this.#state',
    replace: '    if (this.#resets.count < 0) this.#state',
    foundBy: {
      test: {
        file: 'test/stack/handed-over.test.ts',
        name: 'does not carry out what an older run had decided, once a newer one was acknowledged',
      },
    },
  },
  {
    kind: 'E',
    name: 'declines an order by one answer that there is none',
    file: 'workflows/purchase/page.ts',
    find: 'truth.ask({ sent: LONG_AGO })',
    replace: 'truth.ask()',
    foundBy: {
      test: {
        file: 'test/workflows/nothing-moved.test.ts',
        name: 'declines no order: that DOKU does not have what it refused is to be said again',
      },
    },
  },
  {
    kind: 'E',
    name: 'declines an order whose run before was broken off by what does not show yet',
    file: 'workflows/purchase/page.ts',
    find: 'if (await comesAfterBrokenOff()) return true;',
    replace: 'await comesAfterBrokenOff();',
    foundBy: {
      test: {
        file: 'test/workflows/nothing-moved.test.ts',
        name: 'declines no order whose run before was broken off: its page may be paid',
      },
    },
  },
  {
    kind: 'E',
    name: 'ends a hold by one answer that there is none',
    file: 'workflows/authorized-purchase/authorization.ts',
    find: '      const { status } = (await this.truth.look(LONG_AGO))',
    replace: '      const { status } = (await this.truth.look())',
    foundBy: {
      test: {
        file: 'test/workflows/nothing-moved.test.ts',
        name: 'ends no top-up as cancelled, and no hold as declined, which another life may have made',
      },
    },
  },
  {
    kind: 'E',
    name: 'forgets with its run what DOKU has shown',
    file: 'workflows/mechanisms/purchase-truth.ts',
    find: 'new Shown(soFar.isShown)',
    replace: 'new Shown()',
    foundBy: {
      test: {
        file: 'test/workflows/handed-on.test.ts',
        name: 'tells the next run what DOKU has shown: that it does not any more is a lag',
      },
    },
  },
  {
    kind: 'E',
    name: 'ends a row by what a wait for it has heard',
    file: 'workflows/top-up-batch/hand-over.ts',
    find: 'GIVEN_UP.has(end.status) && patched(',
    replace: "GIVEN_UP.has('') && patched(",
    foundBy: {
      test: {
        file: 'test/stack/oddly-told-by-history.test.ts',
        name: '06 twice, of a row that DOKU works on, whose number had a top-up that failed',
      },
    },
  },
  {
    kind: 'H',
    name: 'takes an operator at his word for what went back',
    file: 'workflows/authorized-purchase/steps.ts',
    find: 'if (this.#book.hasRecorded || (',
    replace: 'if ((',
    foundBy: {
      test: {
        file: 'test/stack/authorized-purchase.test.ts',
        name: 'what an operator recorded as undone, and DOKU may have captured, is not told as given back',
      },
    },
  },
  {
    kind: 'H',
    name: 'forgets at a reset of which step an operator said that nothing moved',
    file: 'workflows/authorized-purchase/steps.ts',
    find: '    if (isRecorded) this.#book.record(asked);',
    replace: '',
    foundBy: {
      test: {
        file: 'test/stack/authorized-purchase-recorded.test.ts',
        name: 'as undone, and DOKU may have captured, is not told as given back after a reset either',
      },
    },
  },
  {
    kind: 'H',
    name: 'counts in the amount that was asked for what an operator recorded in the one that DOKU shows',
    file: 'workflows/authorized-purchase/steps.ts',
    find: 'if (moved && isAsShown)',
    replace: 'if (!moved && isAsShown)',
    foundBy: {
      test: {
        file: 'test/stack/authorized-purchase-recorded.test.ts',
        name: 'as DOKU shows it is captured in the amount that DOKU shows, and the rest goes back',
      },
    },
  },
  {
    kind: 'G',
    name: 'takes what its customer was credited in another amount for another’s',
    file: 'workflows/top-up/own.ts',
    find: "return (await isPaidByAnother(payout, other)) ? { whose: 'other' } : asked(other);",
    replace: "return { whose: 'other' };",
    foundBy: {
      test: {
        file: AS_SHOWN,
        name: "a top-up is recorded so, where DOKU's history shows it after a drop",
      },
    },
  },
  {
    kind: 'G',
    name: 'takes for another’s what its customer was credited in another amount, as DOKU calls the number inconsistent',
    file: 'workflows/top-up/own.ts',
    find: 'return (await isPaidByAnother(payout, other))',
    replace: 'return !mayBeOwn || (await isPaidByAnother(payout, other))',
    foundBy: {
      test: {
        file: CREDITED_OTHERWISE,
        name: "asks an operator about a top-up that was forgotten, where DOKU's status tells the amount",
      },
    },
  },
  {
    kind: 'G',
    name: 'takes for another’s what a row was credited, as a top-up of another amount has had its number since',
    file: 'activities/top-up.ts',
    find: '(await boundTo(client, row.customerId)) && (await mayHaveMoved(row))',
    replace: '(await boundTo(client, row.customerId)) === undefined',
    foundBy: {
      test: {
        file: CREDITED_OTHERWISE,
        name: 'asks about a row whose number a top-up of another amount has had meanwhile',
      },
    },
  },
  {
    kind: 'G',
    name: 'asks about a number of which a row of a batch says that it is its own',
    file: 'activities/reconciliation/payers.ts',
    find: 'return (await this.#rows.ofRunning(number, look)).some(accounts);',
    replace: 'return false;',
    foundBy: {
      test: {
        file: CREDITED_OTHERWISE,
        name: "is another's, where a row of a batch that runs says so to a top-up",
      },
    },
  },
  {
    kind: 'H',
    name: 'holds no decision against the history that the journey waits for',
    file: 'workflows/mechanisms/truth.ts',
    find: '    this.#elsewhere = shown;\n',
    replace: '',
    foundBy: {
      test: { file: AS_SHOWN, name: "a top-up is recorded so, where DOKU's history shows it" },
    },
  },
  {
    kind: 'H',
    name: 'completes in the amount that was asked for a top-up that an operator recorded in another',
    file: 'workflows/top-up/journey.ts',
    find: '...(fact.amount && { creditedAmount: fact.amount })',
    replace: '',
    foundBy: {
      test: {
        file: AS_SHOWN,
        name: 'a row of a batch is told as its journey recorded it, also once its part is reset',
      },
    },
  },
  {
    kind: 'H',
    name: 'records a refund in the amount that was asked for, whatever DOKU shows',
    file: 'workflows/refund/fact.ts',
    find: 'refundMisfit(own, said ?? amount.value)',
    replace: 'refundMisfit(own, amount.value) || said',
    foundBy: { test: { file: AS_SHOWN, name: 'a refund is recorded so' } },
  },
  {
    kind: 'H',
    name: 'completes in the amount that was asked for a transfer that an operator recorded in another',
    file: 'workflows/bank-transfer/ends.ts',
    find: '      ...(isOperatorsWord && sentAmount && { sentAmount }),',
    replace: '',
    foundBy: {
      test: {
        file: 'test/stack/bank-transfer.test.ts',
        name: 'one that DOKU accepts and carries out in another amount is for an operator, who can say so',
      },
    },
  },
  {
    kind: 'H',
    name: 'takes for done in another amount what DOKU still works on by the time an operator decides',
    file: 'workflows/mechanisms/truth.ts',
    find: '    const recorded = this.#recordBy(decision);\n    if (!recorded) return undefined;',
    replace:
      '    const recorded = this.#options.records[decision];\n    if (!recorded) return undefined;',
    foundBy: {
      test: {
        file: 'test/stack/authorized-purchase-recorded.test.ts',
        name: 'as DOKU shows it is captured in the amount that DOKU shows, and the rest goes back',
      },
    },
  },
  {
    kind: 'H',
    name: 'takes what is closed for given back',
    file: 'workflows/authorized-purchase/journey.ts',
    find: "decision === 'record-voided' && status === 'closed'",
    replace: "decision === 'record-voided' && status === 'other'",
    foundBy: {
      test: {
        file: 'test/stack/restored-database.test.ts',
        name: 'an order that was acknowledged meanwhile is not reversed, nor a hold that was captured told as given back',
      },
    },
  },
  {
    kind: 'B',
    name: "takes a refreshed token of another account for the binding's own",
    file: 'activities/token.ts',
    find: "    if (named === 'another') return undefined;",
    replace: '',
    foundBy: {
      test: {
        file: 'test/activities/token.test.ts',
        name: "a refreshed one of another account is replaced by the binding's own",
      },
    },
  },
  {
    kind: 'B',
    name: 'keeps what a renewal for another binding brings',
    file: 'workflows/tokens/keeper.ts',
    find: '      if (epoch === this.#epoch) this.#hold(grant);',
    replace: '      this.#hold(grant);',
    foundBy: {
      test: {
        file: 'test/workflows/token-keeper.test.ts',
        name: 'is not kept: it is of the binding before',
      },
    },
  },
  {
    kind: 'B',
    name: 'goes on with the account that a worker remembers',
    file: 'activities/calling/fleet-tokens.ts',
    find: '    const current = await boundAccount(options, customerId);',
    replace: '    const current: string | undefined = known;',
    foundBy: {
      test: {
        file: 'test/stack/second-account.test.ts',
        name: "moves that account's money from then on, whatever a worker remembers of the first",
      },
    },
  },
  {
    kind: 'B',
    name: 'goes on with what a wallet held before it was reset',
    file: 'workflows/tokens/wallet.ts',
    find: '    return this.#resets.count > this.#recalled;',
    replace: '    return this.#resets.count < this.#recalled;',
    foundBy: {
      test: {
        file: 'test/stack/second-account.test.ts',
        name: 'a wallet that is reset to task 1 holds what it held before, and pays into no other account',
      },
    },
  },
  {
    kind: 'C',
    name: 'takes an older binding for the one that was asked for',
    file: 'activities/binding.ts',
    find: "        if (!isOwn && !isNew(shown, before)) return { kind: 'older' };\n",
    replace: '',
    foundBy: {
      test: {
        file: 'test/stack/taken-over.test.ts',
        name: "where DOKU's answer says no linkId",
      },
    },
  },
  {
    kind: 'C',
    name: 'takes the code of another account',
    file: 'activities/token.ts',
    find: "      case 'another':\n        throw foreign();",
    replace: "      case 'another':\n        return grant;",
    foundBy: {
      test: { file: 'test/activities/token.test.ts', name: "another account's is not taken" },
    },
  },
  {
    kind: 'D',
    name: 'goes on with the rows of a part that is stopped',
    file: 'workflows/top-up-batch/part.ts',
    find: '      this.#isStopped = true;\n      // Parts of before took it',
    replace: '      // Parts of before took it',
    foundBy: {
      test: {
        file: 'test/stack/top-up-batch-stopped.test.ts',
        name: 'while its rows are sent: those that were not sent never are',
      },
    },
  },
  {
    kind: 'D',
    name: 'goes on with a refund that is stopped',
    file: 'workflows/refund/journey.ts',
    find: "    return this.#isGivenUp && patched('refund-stops');",
    replace: '    return false;',
    foundBy: {
      test: {
        file: 'test/workflows/refund.test.ts',
        name: 'cancelled in Temporal while it waits for settlement, it tries no more',
      },
    },
  },
  {
    kind: 'D',
    name: 'goes on with an authorisation that is stopped',
    file: 'workflows/authorized-purchase/authorization.ts',
    find: "          isStopped: () => this.#isStopped() && patched('stopped-is-not-held'),",
    replace: '          isStopped: () => false,',
    foundBy: {
      test: {
        file: 'test/stack/authorized-purchase.test.ts',
        name: 'cancelled in Temporal, what was lost of an authorisation is not sent again',
      },
    },
  },
  {
    kind: 'D',
    name: 'breaks off a capture that is under way',
    file: 'workflows/mechanisms/outlives-cancel.ts',
    find: '    if (!isOver && !isOutlived()) own.cancel();',
    replace: '    if (!isOver) own.cancel();',
    foundBy: {
      test: {
        file: 'test/stack/authorized-purchase.test.ts',
        name: 'cancelled in Temporal, what was lost of a capture is not sent again',
      },
    },
  },
  {
    kind: 'E',
    name: 'believes an absence that has had no time',
    file: 'activities/calling/absence.ts',
    find: 'othersMs + this.#quietMs - serverNow();',
    replace: 'othersMs - serverNow();',
    isAlwaysPlanted: true,
    foundBy: {
      test: {
        file: 'test/activities/calling/absence.test.ts',
        name: 'proves nothing within the quiet time',
      },
    },
  },
  {
    kind: 'E',
    name: 'believes a refusal after a send that may have reached DOKU',
    file: 'workflows/mechanisms/send-until-proven.ts',
    find: "        if (sent === undefined || !patched('doubt-outlives-refusal')) return answer;",
    replace: '        return answer;',
    foundBy: {
      test: {
        file: 'test/workflows/refund.test.ts',
        name: 'refused after an answer that was lost ends refunded where DOKU did it',
      },
    },
  },
  {
    kind: 'E',
    name: 'believes a refusal of a purchase that was asked for before',
    file: 'workflows/purchase/page.ts',
    find: "  if (sent) return patched('doubt-outlives-refusal');",
    replace: '  if (sent) return false;',
    foundBy: {
      test: {
        file: 'test/workflows/purchase-doubts.test.ts',
        name: 'is declined by a refusal after a lost answer only if DOKU proves that it has nothing',
      },
    },
  },
  {
    kind: 'E',
    name: 'forgets what DOKU has shown',
    file: 'workflows/mechanisms/shown.ts',
    find: '    if (!NOTHING.has(fact.status)) this.#isShown = true;\n',
    replace: '',
    foundBy: {
      test: { file: 'test/stack/pending-then-absent.test.ts', name: 'a top-up' },
    },
  },
  {
    kind: 'E',
    name: 'takes what DOKU has shown for absent',
    file: 'activities/calling/absence.ts',
    find: 'sent?.isAccepted || sent?.isAtDoku',
    replace: 'sent?.isAccepted',
    foundBy: {
      test: {
        file: 'test/activities/calling/absence.test.ts',
        name: 'of what DOKU has shown it is a lag, however long it lasts',
      },
    },
  },
  {
    kind: 'E',
    name: 'takes a refund without its number for none',
    file: 'activities/purchase-shown.ts',
    find: '  unnamedRefunds.some((one) =>',
    replace: '  unnamedRefunds.length > 9 && unnamedRefunds.some((one) =>',
    foundBy: {
      test: {
        file: 'test/stack/refunds-by-all-books.test.ts',
        name: 'may be one without a number: then an operator may record that, and not that there is none',
      },
    },
  },
  {
    kind: 'E',
    name: 'believes a status of refunds without their history',
    file: 'activities/purchase.ts',
    find: 'refund && isDue(shown) ? await askOfRefund',
    replace: 'refund && isDue(shown) && !refund ? await askOfRefund',
    foundBy: {
      test: {
        file: 'test/stack/refunds-by-all-books.test.ts',
        name: 'is asked of its history, too, where a status lists none and a repeat is refused by limits',
      },
    },
  },
  {
    kind: 'E',
    name: 'takes a void of the same number for the refund',
    file: 'activities/refund-in-history.ts',
    find: " || type.trim().toUpperCase() === 'VOID'",
    replace: '',
    foundBy: {
      test: { file: 'test/activities/refund-in-history.test.ts', name: 'that is a void' },
    },
  },
  {
    kind: 'E',
    name: 'takes what may be a void of the same number for no refund',
    file: 'activities/refund-in-history.ts',
    find: '  const [holder] = may;\n',
    replace: '  const [holder] = may;\n  if (holder) return {};\n',
    foundBy: {
      test: {
        file: 'test/activities/refund-in-history.test.ts',
        name: "that may be another journey's is a doubt, and no absence",
      },
    },
  },
  {
    kind: 'E',
    name: "takes another customer's number for a doubt of this one's refund",
    file: 'activities/journeys/give-back-holders.ts',
    find: "  if (customerId !== '' && customerId !== asked.customerId) return false;\n",
    replace: '',
    foundBy: {
      test: {
        file: 'test/stack/refunds-by-history.test.ts',
        name: 'an order of another customer that went back has nothing of its number',
      },
    },
  },
  {
    kind: 'E',
    name: 'takes a status of refunded for the whole, whatever part went back',
    file: 'activities/sum-of-refunds.ts',
    find: '!key.isSumAsked ||',
    replace: 'key.isSumAsked ||',
    foundBy: {
      test: {
        file: 'test/stack/refunds-by-history.test.ts',
        name: 'of an order that is shown as refunded, and of which a part went back, an operator is asked',
      },
    },
  },
  {
    kind: 'E',
    name: 'ends a refund of the whole by a status of refunded alone',
    file: 'activities/purchase.ts',
    find: "!isAsItWas(shown) && shown.status !== 'unknown' && !isUntold;",
    replace: "!isAsItWas(shown) && shown.status !== 'unknown';",
    foundBy: {
      test: {
        file: 'test/stack/refunds-by-history.test.ts',
        name: 'a whole refund of another amount is for an operator where the status says no more than that',
      },
    },
  },
  {
    kind: 'E',
    name: 'takes a payment under the number of its reversal for an answer about that',
    file: 'activities/untold.ts',
    find: "(detail.type ?? '', kind)) return undefined;",
    replace: "(detail.type ?? '', kind)) return {};",
    foundBy: {
      test: {
        file: 'test/stack/told-late.test.ts',
        name: 'a reversal of another amount asks an operator, though its payment stands under the same number',
      },
    },
  },
  {
    kind: 'E',
    name: 'sends a refund again that was shown, after an answer that nobody understands',
    file: 'workflows/mechanisms/refund-entry.ts',
    find: "    if (shown.status === 'success') return",
    replace: "    if (shown.status === 'success') return !isShown &&",
    foundBy: {
      test: {
        file: 'test/workflows/refund.test.ts',
        name: 'that DOKU has shown as pending is not sent again, whatever it answers in between',
      },
    },
  },
  {
    kind: 'E',
    name: 'takes a purchase for paid of which all went back',
    file: 'activities/purchase-shown.ts',
    find: "  if (isAll) return { ...fact, status: 'refunded' };",
    replace: '',
    foundBy: {
      test: {
        file: 'test/stack/refunds-by-all-books.test.ts',
        name: 'is counted: an order of which all went back is not paid, whatever its status',
      },
    },
  },
  {
    kind: 'E',
    name: 'takes a payment that won against a cancel for a lag',
    file: 'activities/purchase.ts',
    find: 'isAsItWas(fact) && !(cancel && isPaidAfter(fact, cancel)',
    replace: 'isAsItWas(fact) && !(cancel && false',
    foundBy: {
      test: {
        file: 'test/stack/doku-leaves-out.test.ts',
        name: 'a payment that won against a cancel goes back all the same',
      },
    },
  },
  {
    kind: 'E',
    name: 'forgets what a try before has sent of a refund',
    file: 'workflows/refund/journey.ts',
    find: '          this.#tried = last;\n',
    replace: '          void last;\n',
    foundBy: {
      test: {
        file: 'test/stack/late-refunds.test.ts',
        name: 'is told as made: a part',
      },
    },
  },
  {
    kind: 'E',
    name: 'gives what DOKU says that it works on no time to be shown',
    file: 'workflows/mechanisms/run-of-move.ts',
    find: "['earlier-run', 'worker-lost', 'in-progress']",
    replace: "['earlier-run', 'worker-lost']",
    foundBy: {
      test: {
        file: 'test/stack/pending-then-absent.test.ts',
        name: 'nor is a top-up that DOKU says it works on, and does not show yet',
      },
    },
  },
  {
    kind: 'E',
    name: 'leaves a page open that DOKU says is over',
    file: 'workflows/purchase/journey.ts',
    find: "if (!mayBeOpen || !patched('ended-pages-are-closed'))",
    replace: "if (mayBeOpen || !patched('ended-pages-are-closed'))",
    foundBy: {
      test: {
        file: 'test/stack/one-odd-answer.test.ts',
        name: '05 twice ends a purchase whose page is open, and closes the page',
      },
    },
  },
  {
    kind: 'E',
    name: 'ends what was carried out by one entry of a history',
    file: 'activities/history.ts',
    find: 'await absence.provenEnd(() => proven(key, sent), isOver, sent)',
    replace: 'await proven(key, sent)',
    foundBy: {
      test: {
        file: 'test/stack/oddly-told-by-history.test.ts',
        name: 'CLOSED, of a transfer whose answer was lost',
      },
    },
  },
  {
    kind: 'E',
    name: 'ends a top-up by one answer that it went back',
    file: 'activities/top-up-fact.ts',
    find: " || fact.status === 'refunded'",
    replace: '',
    foundBy: {
      test: {
        file: 'test/stack/oddly-told-by-history.test.ts',
        name: '04, of a top-up whose answer was lost, alone and in a batch',
      },
    },
  },
  {
    kind: 'F',
    name: 'goes by what an error is called',
    file: 'activities/snap/transport-error.ts',
    find: "    return isUnwritten(this.phase) ? 'no' : 'maybe';",
    replace: "    return isUnwritten(this.phase) || this.code === 'EHOSTUNREACH' ? 'no' : 'maybe';",
    foundBy: {
      test: {
        file: 'test/activities/snap/broken-connections.test.ts',
        name: 'EHOSTUNREACH that did not come from connecting',
      },
    },
  },
  {
    kind: 'F',
    name: 'takes a connection that is up for one that is being made',
    file: 'activities/snap/connections.ts',
    find: '      openings.delete(socket);\n',
    replace: '',
    isAlwaysPlanted: true,
    foundBy: {
      test: {
        file: 'test/activities/snap/broken-connections.test.ts',
        name: 'a record that does not verify',
      },
    },
  },
  {
    kind: 'G',
    name: "completes a row by another wallet's top-up",
    file: 'activities/top-up-fact.ts',
    find: '  !isOthers && (amount === undefined || amount === expected.value);',
    replace: '  isOthers || amount === undefined || amount === expected.value;',
    foundBy: {
      test: {
        file: 'test/activities/top-up.test.ts',
        name: 'completes a row only where all of it fits',
      },
    },
  },
  {
    kind: 'A',
    name: 'ends a top-up as stopped that a run before it may have sent',
    file: 'workflows/top-up/journey.ts',
    find: "    if (end.outcome === 'completed' || !isUnasked ||",
    replace: "    if (end.outcome === 'completed' || isUnasked ||",
    foundBy: {
      test: {
        file: 'test/stack/top-up-doubts.test.ts',
        name: 'stopped in a run that was reset to before its inquiry, it says what the run before has paid',
      },
    },
  },
  {
    kind: 'A',
    name: 'sends a row that a part of another batch has claimed',
    file: 'workflows/top-up-batch/part.ts',
    find: '    if (this.#claims.isTaken(row)) return this.#takenByOther(row);',
    replace: '',
    foundBy: {
      test: { file: 'test/stack/top-up-two-doors.test.ts', name: 'as a row of two batches' },
    },
  },
  {
    kind: 'A',
    name: 'sends a top-up while a row of its number may be on its way',
    file: 'activities/top-up.ts',
    find: '(await claimed(order.partnerReferenceNo, provenIn)) ??',
    replace: '((await claimed(order.partnerReferenceNo)) && undefined) ??',
    foundBy: {
      test: {
        file: 'test/activities/top-up.test.ts',
        name: 'is not sent as a top-up while a part of a batch has claimed it',
      },
    },
  },
  {
    kind: 'A',
    name: 'sends a row whose number has a journey under way',
    file: 'activities/top-up.ts',
    find: "      if (holder === 'journey') return { kind: 'taken' };",
    replace: '',
    foundBy: {
      test: {
        file: 'test/activities/top-up.test.ts',
        name: 'is not sent as a row where a journey has it that runs, or has completed it',
      },
    },
  },
  {
    kind: 'G',
    name: "takes what a number's journey came to for the end of a row that was sent before it",
    file: 'workflows/top-up-batch/hand-over.ts',
    find: '    const isSent = known.mayBeSent && known.isKnown === undefined;',
    replace: '    const isSent = known.lastSentAt === null;',
    foundBy: {
      test: {
        file: 'test/stack/top-up-two-doors.test.ts',
        name: 'as a row, then as a top-up of another customer',
      },
    },
  },
  {
    kind: 'G',
    name: 'takes for its own what was there when its answer was lost',
    file: 'workflows/top-up/own.ts',
    find: "    return !sent?.isAccepted && patched('only-accepted-is-own');",
    replace: '    return false;',
    foundBy: {
      test: {
        file: 'test/stack/top-up-doubts.test.ts',
        name: 'nor where the answer that says so is lost',
      },
    },
  },
  {
    kind: 'G',
    name: 'takes a refund of another amount for the one asked for',
    file: 'workflows/mechanisms/refund-entry.ts',
    find: '  return entry.amount === undefined || entry.amount === amount',
    replace: '  return entry.amount !== amount || entry.amount === amount',
    foundBy: {
      test: {
        file: 'test/workflows/refund.test.ts',
        name: 'of another amount under its number is for an operator, whose word DOKU contradicts',
      },
    },
  },
  {
    kind: 'G',
    name: 'takes a refund of before the payment for one of this purchase',
    file: 'activities/refund-in-history.ts',
    find: 'paidAt === undefined || !isInstant',
    replace: 'paidAt !== 0 || !isInstant',
    foundBy: {
      test: {
        file: 'test/activities/refund-in-history.test.ts',
        name: 'that was made before its purchase was paid is of another one',
      },
    },
  },
  {
    kind: 'G',
    name: 'takes a refund that the status does not list beside others for its own',
    file: 'activities/refund-in-history.ts',
    find: '  return isListing && !mayBeListed;',
    replace: '  return isListing && !isListing && !mayBeListed;',
    foundBy: {
      test: {
        file: 'test/activities/refund-in-history.test.ts',
        name: 'that the status does not list beside others is a doubt',
      },
    },
  },
  {
    kind: 'G',
    name: 'captures under a number that another journey has',
    file: 'activities/authorization.ts',
    find: '      if (holder === undefined) return move();\n',
    replace: '      if (holder !== number) return move();\n',
    foundBy: {
      test: {
        file: 'test/stack/numbers-of-others.test.ts',
        name: 'another authorisation’s capture',
      },
    },
  },
  {
    kind: 'G',
    name: 'believes the amount that DOKU leaves out',
    file: 'activities/untold.ts',
    find: 'const isToldWhole = amount !== undefined && isTimeTold;',
    replace: 'const isToldWhole = isTimeTold;',
    foundBy: {
      test: {
        file: 'test/stack/doku-leaves-out.test.ts',
        name: 'a purchase of another amount asks an operator',
      },
    },
  },
  {
    kind: 'H',
    name: 'records as declined what DOKU has authorised',
    file: 'workflows/authorized-purchase/journey.ts',
    find: "    if (decision === 'record-declined' && isShown)",
    replace: '    if (status === undefined)',
    foundBy: {
      test: {
        file: 'test/stack/authorized-purchase.test.ts',
        name: 'is not recorded as declined, where DOKU shows that it was authorised',
      },
    },
  },
  {
    kind: 'H',
    name: "lets an operator's word outlive what is sent after it",
    file: 'workflows/mechanisms/truth.ts',
    find: '  forgetRecorded(): void {\n    this.#recorded = undefined;',
    replace: '  forgetRecorded(): void {',
    foundBy: {
      test: {
        file: 'test/workflows/purchase-silence.test.ts',
        name: 'proves nothing of a payment that an operator recorded, and nothing is cancelled',
      },
    },
  },
  {
    kind: 'H',
    name: 'offers a decision that cannot act now',
    file: 'workflows/mechanisms/truth.ts',
    find: 'Object.keys(actions).filter(canAct)',
    replace: 'Object.keys(actions).filter(() => canAct)',
    foundBy: {
      test: {
        file: 'test/workflows/purchase-doubts.test.ts',
        name: 'tells DOKU as much of a long reason as it takes, and its result all of it',
      },
    },
  },
  {
    kind: 'I',
    name: "lets a row's end from outside end its part",
    file: 'workflows/top-up-batch/hand-over.ts',
    find: '    if (isEndedFromOutside(error)) return this.#again(row);\n    throw error;',
    replace: '    throw error;',
    foundBy: {
      test: {
        file: 'test/stack/top-up-batch-ends.test.ts',
        name: 'is asked about, and the others are paid',
      },
    },
  },
  {
    kind: 'A',
    name: 'forgets at a reset which numbers are claimed',
    file: 'workflows/claimed-numbers/entity.ts',
    find: 'new ClaimBook(kept ?? book.kept)',
    replace: 'new ClaimBook(kept === undefined ? [] : book.kept)',
    foundBy: {
      test: {
        file: 'test/stack/top-up-two-doors.test.ts',
        name: 'as a row, then as a top-up, and the claims are reset',
      },
    },
  },
  {
    kind: 'B',
    name: 'goes back by a reset to the account that a customer has left',
    file: 'activities/binding.ts',
    find: '(await endedRunOf(client, { firstRunId })) !== undefined',
    replace: '(await endedRunOf(client, { firstRunId })) === customerId',
    foundBy: {
      test: {
        file: 'test/stack/reset-after-the-end.test.ts',
        name: 'binds no account again that the customer has left, to task -2',
      },
    },
  },
  {
    kind: 'G',
    name: 'takes for a capture what a purchase paid under its number meanwhile',
    file: 'activities/history.ts',
    find: 'if (!key.mayBeAnothers || ',
    replace: 'if (key.mayBeAnothers || ',
    foundBy: {
      test: {
        file: 'test/stack/numbers-of-others.test.ts',
        name: 'one that a purchase takes while it is in doubt is nobody’s proof',
      },
    },
  },
  {
    kind: 'E',
    name: "believes an absence while another run's call may be under way",
    file: 'activities/calling/absence.ts',
    find: 'mayBeUnderWay ? this.#callMs + this.#quietMs : 0',
    replace: 'mayBeUnderWay ? 0 : 0',
    foundBy: {
      test: {
        file: 'test/activities/calling/absence.test.ts',
        name: 'of what another run sent waits for its call, and for books that lag without our knowledge',
      },
    },
  },
  {
    kind: 'E',
    name: 'takes for absent what DOKU has accepted of an earlier run',
    file: 'workflows/authorized-purchase/stepping.ts',
    find: 'onSent: ({ isAccepted }) => isAccepted && onAccepted(),',
    replace: '',
    foundBy: {
      test: {
        file: 'test/stack/resets-during-a-call.test.ts',
        name: 'a capture that DOKU has accepted, and does not show yet, is not taken for absent',
      },
    },
  },
  {
    kind: 'A',
    name: 'takes the attempt of an activity that was reset for its first',
    file: 'activities/calling/attempt.ts',
    find: 'attempt > 1 || currentAttemptScheduledTimestampMs > scheduledTimestampMs',
    replace: 'attempt > 1 || currentAttemptScheduledTimestampMs < scheduledTimestampMs',
    foundBy: {
      test: {
        file: 'test/stack/resets-during-a-call.test.ts',
        name: 'an activity whose attempt was lost, and that somebody resets, sends nothing again',
      },
    },
  },
  {
    kind: 'A',
    name: 'takes a row that was sent, and is reset, for one that was not',
    file: 'activities/top-up.ts',
    find: 'if (mayBeDoneBefore()) return { kind:',
    replace: 'if (Context.current().info.attempt > 1) return { kind:',
    foundBy: {
      test: {
        file: 'test/stack/resets-during-a-call.test.ts',
        name: 'a row whose attempt was lost, and that somebody resets, is no row that was refused',
      },
    },
  },
  {
    kind: 'E',
    name: 'believes an absence while a call whose activity was ended by hand may be under way',
    file: 'workflows/mechanisms/run-of-move.ts',
    find: "'worker-lost', 'in-progress'",
    replace: "'in-progress'",
    foundBy: {
      test: {
        file: 'test/stack/resets-during-a-call.test.ts',
        name: 'a top-up whose activity is failed by hand while its call is under way is paid once',
      },
    },
  },
  {
    kind: 'A',
    name: 'sends a top-up beside a run that was broken off',
    file: 'activities/top-up.ts',
    find: 'if (provenIn !== runId && (await wasBrokenOff(client)))',
    replace: 'if (provenIn !== runId && !runId && (await wasBrokenOff(client)))',
    foundBy: {
      test: {
        file: 'test/stack/resets-during-a-call.test.ts',
        name: 'a top-up that a copy of its own input terminates while its call is under way is paid once',
      },
    },
  },
  {
    kind: 'A',
    name: 'sends a row beside a part that was broken off',
    file: 'activities/top-up.ts',
    find: 'if (!isProven && (await brokenOff.wasBrokenOff())) return unproven;',
    replace: 'if (!isProven && !runId && (await brokenOff.wasBrokenOff())) return unproven;',
    foundBy: {
      test: {
        file: 'test/stack/broken-off-runs.test.ts',
        name: 'a row is paid once where its part and batch are terminated, and the batch reset',
      },
    },
  },
  {
    kind: 'D',
    name: 'says of a row that is stopped that nothing was sent, beside a part that was broken off',
    file: 'workflows/top-up-batch/part.ts',
    find: 'if (this.#isLater || !(await comesAfterBrokenOff())) return;',
    replace: 'if (this.#isLater || (await comesAfterBrokenOff())) return;',
    foundBy: {
      test: {
        file: 'test/stack/broken-off-runs.test.ts',
        name: 'a row is paid once where its part and batch are terminated, and the batch reset and cancelled',
      },
    },
  },
  {
    kind: 'D',
    name: 'says of what is stopped that nothing was sent, beside a run that was broken off',
    file: 'workflows/mechanisms/after-broken-off.ts',
    find: "if (!patched('broken-off-runs-are-asked-about')) return false;",
    replace: "if (patched('broken-off-runs-are-asked-about')) return false;",
    foundBy: {
      test: {
        file: 'test/stack/broken-off-runs.test.ts',
        name: 'a top-up that is begun again and cancelled is told as paid',
      },
    },
  },
  {
    kind: 'D',
    name: 'gives a transfer up without asking what a run that was broken off has sent',
    file: 'activities/history.ts',
    find: 'return earlierRunThan(key) !== undefined || wasBrokenOff();',
    replace: 'return earlierRunThan(key) !== undefined;',
    foundBy: {
      test: {
        file: 'test/stack/broken-off-runs.test.ts',
        name: 'a transfer that is begun again and cancelled is told as executed',
      },
    },
  },
  {
    kind: 'E',
    name: "takes an amount that DOKU's history does not show yet for the one asked for",
    file: 'workflows/mechanisms/own-history.ts',
    find: '{ isAmountAsked: true as const, sent: sentByAnother() }',
    replace: '{ isAmountAsked: true as const }',
    foundBy: {
      test: {
        file: 'test/stack/doku-leaves-out.test.ts',
        name: "a top-up of another amount asks an operator, also where DOKU's history lags",
      },
    },
  },
  {
    kind: 'E',
    name: 'looks for a void under its own number alone',
    file: 'workflows/authorized-purchase/stepping.ts',
    find: 'original: key.partnerReferenceNo,',
    replace: 'original: partnerNo,',
    foundBy: {
      test: {
        file: 'test/stack/voids-under-original.test.ts',
        name: 'a void whose answer is lost is no void that was refused, where DOKU checks its limits first',
      },
    },
  },
  {
    kind: 'E',
    name: 'takes an earlier void under the number of its authorisation for the one that was lost',
    file: 'activities/history.ts',
    find: 'unnamed.length - (key.unnamed?.others ?? 0)',
    replace: 'unnamed.length',
    foundBy: {
      test: {
        file: 'test/stack/voids-under-original.test.ts',
        name: 'voids that DOKU has accepted count, and one that never reached it is sent again',
      },
    },
  },
  {
    kind: 'E',
    name: 'takes what a purchase was paid with for what was asked, while its history lags',
    file: 'activities/untold.ts',
    find: 'if (told.isLate && (isAmountDue',
    replace: 'if (!told.isLate && (isAmountDue',
    foundBy: {
      test: {
        file: 'test/stack/told-late.test.ts',
        name: 'a purchase of another amount asks an operator, notified',
      },
    },
  },
  {
    kind: 'E',
    name: 'takes what a refund gave back for what was asked, while its history lags',
    file: 'activities/untold.ts',
    find: 'if (isLate && lag',
    replace: 'if (!isLate && lag',
    foundBy: {
      test: {
        file: 'test/stack/told-late.test.ts',
        name: 'a refund of another amount asks an operator',
      },
    },
  },
  {
    kind: 'E',
    name: "wakes an operator for a time of payment that DOKU's history does not show yet",
    file: 'activities/untold.ts',
    find: 'key.isTimeAsked && !isTimeTold',
    replace: 'key.isTimeAsked && isTimeTold',
    foundBy: {
      test: {
        file: 'test/stack/told-late.test.ts',
        name: "a silent merchant's order goes back once its time of payment is told",
      },
    },
  },
  {
    kind: 'E',
    name: 'ends the wait for a refund by what a status says of others',
    file: 'activities/purchase.ts',
    find: "  return fact.status === 'unknown' || (isWhole && isUndone);",
    replace: "  return fact.status === 'unknown' || isUndone;",
    foundBy: {
      test: {
        file: 'test/activities/purchase.test.ts',
        name: 'is not ended by 04, of a part that is not listed',
      },
    },
  },
  {
    kind: 'E',
    name: 'sends a refund again that was shown, once a status says that all went back',
    file: 'workflows/mechanisms/refund-entry.ts',
    find: "    return !isGone(shown) && patched('what-was-shown-is-awaited');",
    replace: '    return false;',
    foundBy: {
      test: {
        file: 'test/workflows/refund.test.ts',
        name: 'that DOKU has shown as pending is not sent again, whatever it answers in between',
      },
    },
  },
  {
    kind: 'E',
    name: 'believes at once what contradicts what DOKU has shown',
    file: 'activities/purchase.ts',
    find: '        { isAbsent: isContradicting, sent: contradicted },\n',
    replace: '',
    foundBy: {
      test: {
        file: 'test/activities/purchase.test.ts',
        name: 'cancelled, and paid a moment ago',
      },
    },
  },
  {
    kind: 'E',
    name: 'takes a refund of the whole for made that a wrong replica hides',
    file: 'workflows/mechanisms/refund-entry.ts',
    find: '      if (last.isOperatorsWord || !isGone(last) ||',
    replace: '      if (last.isOperatorsWord || isGone(last) ||',
    foundBy: {
      test: {
        file: 'test/stack/refunds-in-doubt.test.ts',
        name: 'of the whole is not told as made by a replica that was wrong for some seconds',
      },
    },
  },
  {
    kind: 'E',
    name: 'rejects a refund for what DOKU has taken back',
    file: 'workflows/refund/rejection.ts',
    find: '  return isTakenBack && patched(',
    replace: '  return !input && isTakenBack && patched(',
    foundBy: {
      test: {
        file: 'test/workflows/refund.test.ts',
        name: 'goes on where DOKU takes back, at the last question, what it would be rejected for',
      },
    },
  },
  {
    kind: 'E',
    name: 'declines what DOKU holds, as somebody else has its number',
    file: 'workflows/authorized-purchase/authorization.ts',
    find: '    if (isAnothers && !(await this.#isShownAsOwn())) return declined;',
    replace: '    if (isAnothers) return declined;',
    foundBy: {
      test: {
        file: 'test/stack/numbers-of-others.test.ts',
        name: 'a top-up of the same customer is not what DOKU holds under its number',
      },
    },
  },
  {
    kind: 'E',
    name: 'asks who else has a number before what a run that was broken off has sent',
    file: 'activities/authorization.ts',
    find: '        unlessBrokenOff(client, order, () =>\n          unlessHeld(partnerReferenceNo, order, () => unlessEnded(client, order, send)),\n        ),\n',
    replace:
      '        unlessHeld(partnerReferenceNo, order, () =>\n          unlessBrokenOff(client, order, () => unlessEnded(client, order, send)),\n        ),\n',
    foundBy: {
      test: {
        file: 'test/stack/broken-off-runs.test.ts',
        name: 'a hold that is begun again is asked about, whoever has its number meanwhile',
      },
    },
  },
  {
    kind: 'E',
    name: 'parks for a status that nobody knows, whatever else is told',
    file: 'workflows/mechanisms/truth.ts',
    find: '    return this.#options.isTold?.(fact) === true &&',
    replace: '    return this.#options.isTold?.(fact) === undefined &&',
    foundBy: {
      test: {
        file: 'test/stack/refunds-in-doubt.test.ts',
        name: 'goes by its history where nobody knows the purchase’s status',
      },
    },
  },
  {
    kind: 'A',
    name: 'sends a refund again that a forgotten life of it has made',
    file: 'workflows/refund/questions.ts',
    find: '    return this.truth.ask({ lookedFor: { partnerRefundNo, isWhole: false } });',
    replace: '    return this.truth.ask(partnerRefundNo ? undefined : {});',
    foundBy: {
      test: {
        file: 'test/stack/refunds-in-doubt.test.ts',
        name: 'forgotten, begun again, is found without refundHistory',
      },
    },
  },
  {
    kind: 'A',
    name: 'sends a refund that DOKU shows as pending',
    file: 'workflows/refund/journey.ts',
    find: '    const before = await this.#untilEnded(first);',
    replace: '    const before = first;',
    foundBy: {
      test: {
        file: 'test/workflows/refund.test.ts',
        name: 'that DOKU shows as pending when it is asked for the first time is not sent',
      },
    },
  },
  {
    kind: 'D',
    name: "says of a refund that is stopped what the purchase's status alone says",
    file: 'workflows/refund/questions.ts',
    find: '    return soon(this.#key, { refund: this.#doubt(LONG_AGO, false) });',
    replace: '    return soon(this.#key, {});',
    foundBy: {
      test: {
        file: 'test/stack/refunds-in-doubt.test.ts',
        name: 'forgotten, begun again and cancelled at once, is found without refundHistory',
      },
    },
  },
  {
    kind: 'G',
    name: "takes a number for used that is another customer's top-up's",
    file: 'activities/journeys/number-holder.ts',
    find: 'isMeant: isTheirs',
    replace: 'isMeant: () => true',
    foundBy: {
      test: {
        file: 'test/stack/numbers-of-others.test.ts',
        name: 'nor does one of another customer keep a new authorisation from being held',
      },
    },
  },
  {
    kind: 'H',
    name: "holds an operator's word against a status alone",
    file: 'workflows/mechanisms/truth.ts',
    find: '      const fact = await ask(doubt?.(), {',
    replace: '      const fact = await ask(undefined, {',
    foundBy: {
      test: {
        file: 'test/workflows/operators-words.test.ts',
        name: 'that a refund was not made, which DOKU’s history has',
      },
    },
  },
  {
    kind: 'H',
    name: 'forgets what DOKU has shown, when an operator says otherwise',
    file: 'workflows/mechanisms/truth.ts',
    find: '      const isHidden = this.#isShown &&',
    replace: '      const isHidden = !this.#isShown &&',
    foundBy: {
      test: {
        file: 'test/workflows/operators-words.test.ts',
        name: 'that a top-up did not happen, which DOKU has shown',
      },
    },
  },
  {
    kind: 'H',
    name: 'records as paid what DOKU has given back',
    file: 'workflows/purchase/truth.ts',
    find: "      : own?.status === 'success' && isPaid &&",
    replace: "      : own?.status === 'success' && !isPaid &&",
    foundBy: {
      test: {
        file: 'test/stack/refunds-in-doubt.test.ts',
        name: 'is held by its history against an operator’s word',
      },
    },
  },
  {
    kind: 'E',
    name: 'ends a wait by the first answer that it is over',
    file: 'activities/calling/twice.ts',
    find: 'if (!isEnd(fact) ||',
    replace: 'if (isEnd(fact) ||',
    foundBy: {
      test: {
        file: 'test/stack/one-odd-answer.test.ts',
        name: '06 ends no purchase whose page is open',
      },
    },
  },
  {
    kind: 'E',
    name: 'ends what was sent by the first answer that it is over',
    file: 'activities/purchase.ts',
    find: '(isExpected ? ask(question) : askUntouched(question))',
    replace: '(cancel || refund ? ask(question) : askUntouched(question))',
    foundBy: {
      test: {
        file: 'test/stack/lost-and-oddly-told.test.ts',
        name: 'a silent merchant’s purchaseCancel, of which DOKU says 05 once',
      },
    },
  },
  {
    kind: 'G',
    name: "takes a number's latest run for all that has it",
    file: 'activities/reconciliation/own-runs.ts',
    find: '    for (const run of await this.#others(current))\n      yield { run, given: await this.#givenTo(run), isCurrent: false };\n',
    replace: '',
    foundBy: {
      test: {
        file: 'test/stack/numbers-of-others.test.ts',
        name: 'one whose journey somebody without a key has begun once more, as another customer’s',
      },
    },
  },
  {
    kind: 'G',
    name: 'tells whose a number is by what anybody writes',
    file: 'activities/journeys/open.ts',
    find: "return typeof given?.customerId === 'string' ? given.customerId : undefined;",
    replace: 'return given === undefined ? run.customerId : run.customerId;',
    foundBy: {
      test: {
        file: 'test/stack/ends-of-nobody.test.ts',
        name: 'a refund goes by whose its order is within what is encrypted',
      },
    },
  },
];
