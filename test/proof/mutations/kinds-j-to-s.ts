import type { Mutation } from './planted.js';

/** Kinds J to R of `docs/correctness.md`: what lasts, what DOKU says and what is said of it. */
export const kindsJToS: readonly Mutation[] = [
  {
    kind: 'J',
    name: 'asks DOKU for every nudge',
    file: 'workflows/purchase/nudges.ts',
    find: '    return !this.#isTold && Date.now() >= this.#restsUntil;',
    replace: '    return !this.#isTold;',
    foundBy: {
      test: {
        file: 'test/stack/nudges.test.ts',
        name: 'by its nudge, within seconds, adds nothing to its history',
      },
    },
  },
  {
    kind: 'J',
    name: 'asks DOKU again for news that it has heard',
    file: 'workflows/reconciliation/recheck.ts',
    find: '    if (isFull || isRecent)',
    replace: '    if (isFull && isRecent)',
    foundBy: {
      test: {
        file: 'test/workflows/recheck.test.ts',
        name: 'the same news again is refused and asks nothing; other news is asked about',
      },
    },
  },
  {
    kind: 'J',
    name: 'waits for funds in pauses that hardly grow',
    file: 'workflows/mechanisms/funds-wait.ts',
    find: 'const PAUSES_SHARE = 8;',
    replace: 'const PAUSES_SHARE = 80;',
    foundBy: {
      test: {
        file: 'test/workflows/top-up-waits.test.ts',
        name: 'a top-up asks ever more rarely',
      },
    },
  },
  {
    kind: 'J',
    name: "reads a busy customer's list anew for each look at one refund",
    file: 'activities/listed-under.ts',
    find: '    if (known) return known;',
    replace: '    void known;',
    foundBy: {
      test: {
        file: 'test/activities/refund-in-history.test.ts',
        name: 'is looked for in the list once an attempt',
      },
    },
  },
  {
    kind: 'J',
    name: 'gives the history of a busy customer no more time than one call',
    file: 'workflows/mechanisms/purchase-calls.ts',
    find: "'queryPurchase'>>(HISTORY_QUESTION);",
    replace: "'queryPurchase'>>({ ...HISTORY_QUESTION, startToCloseTimeout: '20 seconds' });",
    foundBy: {
      test: {
        file: 'test/stack/busy-history.test.ts',
        name: "a refusal is told of a busy customer's refund, at a DOKU that takes three seconds an answer",
      },
    },
  },
  {
    kind: 'K',
    name: 'forgets how open journeys began',
    file: 'workflows/purchase/acknowledgement.ts',
    find: "  if (!patched('silence-of-this-run')) return payment.wasKnownToDoku ? before : undefined;\n",
    replace: '',
    foundBy: {
      test: { file: 'test/replay/replay.test.ts', name: 'first/purchase-SILENT' },
    },
  },
  {
    kind: 'K',
    name: 'tells a reset by what is not in the history',
    file: 'workflows/mechanisms/earlier-run.ts',
    find: "  const runId = await ownRun.executeWithOptions({ summary: 'Is this the first run?' }, []);\n",
    replace: '  const { runId } = workflowInfo();\n',
    foundBy: {
      test: { file: 'test/replay/replay.test.ts', name: 'sealed/purchase-SILENT-run-2' },
    },
  },
  {
    kind: 'L',
    name: 'sends words that are longer than DOKU takes',
    file: 'activities/snap/text.ts',
    find: '  z.string().transform((value) => cut(value.trim(), most) || NO_WORDS);',
    replace: '  text(most).transform((value) => cut(value.trim(), most) || NO_WORDS);',
    foundBy: {
      test: {
        file: 'test/activities/calling/unsendable.test.ts',
        name: 'words are cut, without cutting a character, and a reversal is never refused for them',
      },
    },
  },
  {
    kind: 'L',
    name: 'takes what cannot be sent for a lost worker',
    file: 'activities/calling/move.ts',
    find: "      return { kind: 'refused', refusal: 'unsendable', why: error.message };",
    replace: "      return { kind: 'doubtful', doubt: 'worker-lost' };",
    isAlwaysPlanted: true,
    foundBy: {
      test: {
        file: 'test/activities/calling/unsendable.test.ts',
        name: 'a move that cannot be sent is refused at once, and says which field it is',
      },
    },
  },
  {
    kind: 'M',
    name: 'throws a whole answer away for one odd field',
    file: 'activities/snap/reading.ts',
    find: '      if (target === undefined || isJudged(target, judgedBy))',
    replace: '      if (target === undefined || isJudged(target, judgedBy) || odd.size === 0)',
    isAlwaysPlanted: true,
    foundBy: {
      test: {
        file: 'test/activities/snap/reading.test.ts',
        name: 'one odd optional field costs that field, and is said with what it held',
      },
    },
  },
  {
    kind: 'M',
    name: 'judges by a field that it could not read',
    file: 'activities/snap/reading.ts',
    find: '  return judgedBy.some((judged) => judged === name',
    replace: '  return judgedBy.slice(judgedBy.length).some((judged) => judged === name',
    foundBy: {
      test: {
        file: 'test/activities/snap/reading.test.ts',
        name: 'what a decision needs is wrong-shape when it cannot be read, and named',
      },
    },
  },
  {
    kind: 'M',
    name: 'takes an answer that cannot be read for silence',
    file: 'activities/calling/ask.ts',
    find: "const isUnreadable = ({ reason }: Doubtful) => reason === 'wrong-shape' || reason === 'ambiguous';",
    replace: "const isUnreadable = ({ reason }: Doubtful) => reason === 'ambiguous';",
    foundBy: {
      test: {
        file: 'test/activities/calling/ask.test.ts',
        name: 'is for somebody to look at after minutes, not after a day',
      },
    },
  },
  {
    kind: 'M',
    name: 'loses digits of a number',
    file: 'activities/snap/answer.ts',
    find: '    const value = parsedWithTexts(text);',
    replace: '    const value = parsedWithTexts && JSON.parse(text);',
    foundBy: {
      test: {
        file: 'test/activities/snap/reading.test.ts',
        name: 'numbers keep their digits, and codes may be numbers',
      },
    },
  },
  {
    kind: 'M',
    name: 'reads an answer that has a member twice',
    file: 'activities/snap/json-text.ts',
    find: '  if (names.has(name)) return false;\n',
    replace: '',
    foundBy: {
      test: {
        file: 'test/activities/snap/reading.test.ts',
        name: 'a member given twice is no answer',
      },
    },
  },
  {
    kind: 'N',
    name: 'says 200 to news that nothing durable holds',
    file: 'worker/doors/notifications/door.ts',
    find: '    await deliveries.take(await checkedNotification(arrived, identity));',
    replace:
      '    const notification = await checkedNotification(arrived, identity);\n    await deliveries.take(notification).catch(() => undefined);',
    foundBy: {
      test: {
        file: 'test/worker/doors/notifications.test.ts',
        name: 'what nothing durable holds is not taken, and is acted on when DOKU comes again',
      },
    },
  },
  {
    kind: 'N',
    name: 'drops news that contradicts an end',
    file: 'worker/doors/notifications/contradiction.ts',
    find: '  if (!fitting?.has(transactionStatusOf(latestTransactionStatus))) return true;',
    replace: '  if (!fitting?.has(transactionStatusOf(latestTransactionStatus))) return false;',
    foundBy: {
      test: {
        file: 'test/stack/notifications.test.ts',
        name: 'of what contradicts an end, and an operator hears of it',
      },
    },
  },
  {
    kind: 'N',
    name: 'lets a finding that was resolved once swallow other news',
    file: 'activities/journeys/findings.ts',
    find: "    if (explained?.includes(reportKey(input.facts))) return 'known';",
    replace: "    if (explained) return 'known';",
    foundBy: {
      test: {
        file: 'test/stack/findings.test.ts',
        name: 'what an operator explained stays so; anything else is raised again',
      },
    },
  },
  {
    kind: 'N',
    name: 'forgets news that DOKU never bore out',
    file: 'workflows/reconciliation/recheck.ts',
    find: "    if (seen.kind === 'compared' && !seen.isExplained && !news.isShared) {",
    replace: "    if (seen.kind === 'compared' && !seen.isExplained && news.isShared) {",
    foundBy: {
      test: {
        file: 'test/workflows/recheck.test.ts',
        name: 'news that DOKU never bears out is raised after its lags',
      },
    },
  },
  {
    kind: 'O',
    name: 'looks at a journey that ended only once',
    file: 'workflows/reconciliation/recheck.ts',
    find: "      if (seen.isSettled) return 'matched';\n      this.#rows = seen.rows;",
    replace: "      if (isOver || seen.told) return 'matched';\n      this.#rows = seen.rows;",
    foundBy: {
      test: { file: 'test/workflows/recheck.test.ts', name: 'daily, until it matched once' },
    },
  },
  {
    kind: 'O',
    name: 'takes a movement that was made twice for one',
    file: 'activities/reconciliation/history-entries.ts',
    find: '    entries.length > 1 ? twice',
    replace: '    entries.length > 2 ? twice',
    foundBy: {
      test: {
        file: 'test/activities/reconciliation/history-entries.test.ts',
        name: 'has each movement once, or it is raised',
      },
    },
  },
  {
    kind: 'O',
    name: 'reads no history but that of the account of now',
    file: 'activities/reconciliation/history-entries.ts',
    find: '    const moved = [...now.moved, ...before.moved];',
    replace: '    const moved = [...now.moved];',
    foundBy: {
      test: {
        file: 'test/activities/reconciliation/history-entries.test.ts',
        name: 'is read of the accounts that they had before, too',
      },
    },
  },
  {
    kind: 'O',
    name: "holds a row that another's number kept from being paid against that other's payment",
    file: 'activities/reconciliation/comparison.ts',
    find: "    if (payout.refusal === 'number-used-otherwise') return this.#compareOtherwise(journey, payout);",
    replace: '',
    foundBy: {
      test: {
        file: 'test/stack/reconciliation.test.ts',
        name: "a row under a number of another customer's is held against its own customer's history",
      },
    },
  },
  {
    kind: 'O',
    name: 'takes for another’s what was credited before its payout began',
    file: 'activities/reconciliation/comparison.ts',
    find: '(credited !== amount.value && (await this.#payers.isAnothers(payout, { credited, at })));',
    replace: 'credited !== amount.value;',
    foundBy: {
      test: {
        file: 'test/stack/credited-otherwise.test.ts',
        name: "is found by the reconciliation, where a top-up was told as another's that nobody knows any more",
      },
    },
  },
  {
    kind: 'O',
    name: 'believes what its journey says of captured amounts',
    file: 'activities/reconciliation/comparison.ts',
    find: '    return { fact, verdict: verdict ?? (await this.#compareSteps(journey, result)) };',
    replace: '    return { fact, verdict };',
    foundBy: {
      test: {
        file: 'test/stack/reconciliation.test.ts',
        name: 'a capture of another amount than its journey says is found',
      },
    },
  },
  {
    kind: 'O',
    name: 'files a journey under the day of its start',
    file: 'activities/reconciliation/index.ts',
    find: "`CloseTime >= '",
    replace: "`StartTime >= '",
    foundBy: {
      test: {
        file: 'test/stack/reconciliation.test.ts',
        name: 'a journey comes with the day of its end, however long it took',
      },
    },
  },
  {
    kind: 'O',
    name: 'lets a rejected refund excuse a reversed purchase',
    file: 'activities/reconciliation/given-back.ts',
    find: "    if (result?.outcome === 'refunded') refunded.set",
    replace: '    if (result) refunded.set',
    foundBy: {
      test: {
        file: 'test/stack/reconciliation.test.ts',
        name: 'a refund that was rejected excuses no reversed purchase; one that went through does',
      },
    },
  },
  {
    kind: 'O',
    name: 'takes what is still held for ended',
    file: 'activities/reconciliation/verdict.ts',
    find: "const CLOSED = new Set(['success', 'closed', 'cancelled']);",
    replace: "const CLOSED = new Set(['success', 'closed', 'cancelled', 'open']);",
    foundBy: {
      test: {
        file: 'test/activities/reconciliation/verdict.test.ts',
        name: 'an authorised purchase that has ended, and whose amount DOKU holds still, does not match',
      },
    },
  },
  {
    kind: 'O',
    name: 'takes another payout under a number for a contradiction to the one that failed',
    file: 'activities/reconciliation/comparison.ts',
    find: "      case 'other':\n        return isAnothers(fact, payout)",
    replace: "      case 'none' as never:\n        return isAnothers(fact, payout)",
    foundBy: {
      test: {
        file: 'test/stack/top-up-second-try.test.ts',
        name: 'as a row of another customer, is paid as a row, and neither is a mismatch',
      },
    },
  },
  {
    kind: 'P',
    name: 'pays a row whose number a top-up of another customer or amount has had',
    file: 'activities/journeys/top-up-holder.ts',
    find: "  if (isSame === false && refusal !== 'number-used-otherwise') return 'other';\n",
    replace: '',
    foundBy: {
      test: {
        file: 'test/stack/top-up-second-try.test.ts',
        name: 'as a top-up, is refused for another amount or another customer',
      },
    },
  },
  {
    kind: 'P',
    name: "gives the rest of an authorisation back under the authorisation's own number",
    file: 'workflows/authorized-purchase/numbers.ts',
    find: "  derivedNumber(partnerReferenceNo, 'void', [partnerReferenceNo]);",
    replace: "  derivedNumber(partnerReferenceNo, 'void', []) && partnerReferenceNo;",
    foundBy: {
      test: {
        file: 'test/workflows/proven-by-history.test.ts',
        name: 'what is held and shown as a success is given back when its void was lost',
      },
    },
  },
  {
    kind: 'P',
    name: 'derives a number from less than the whole identity',
    file: 'workflows/mechanisms/request-number.ts',
    find: '  { journey, customerId, reference }: RequestsOf,',
    replace: '  { journey, customerId: { length: customerId }, reference }: RequestsOf,',
    foundBy: {
      test: {
        file: 'test/workflows/request-number.test.ts',
        name: 'the number of a request is of nobody else, and the same each time',
      },
    },
  },
  {
    kind: 'Q',
    name: 'says that there is no payment while it asks whether there is one',
    file: 'workflows/purchase/acknowledging.ts',
    find: '!isUndone && earlier.isUnknown;',
    replace: '!isUndone && earlier.isOverdue;',
    foundBy: {
      test: {
        file: 'test/stack/acknowledged-in-doubt.test.ts',
        name: 'is taken though whoever sent it waits no longer',
      },
    },
  },
  {
    kind: 'Q',
    name: 'takes a refusal for the answer to a call that another run has taken',
    file: 'client/temporal/until-heard.ts',
    find: '!mayBeTaken || !isOnRecord ||',
    replace: 'mayBeTaken ||',
    foundBy: {
      test: {
        file: 'test/stack/taken-and-broken-off.test.ts',
        name: 'is heard once the question is asked again, a decision by a run that Temporal does not tell of it',
      },
    },
  },
  {
    kind: 'Q',
    name: 'refuses a capture as a run that was reset does not know yet what is held',
    file: 'workflows/authorized-purchase/steps.ts',
    find: 'if (!this.isKnown && !attention && !this.isStopped && this.#earlier.isPossible)',
    replace: 'if (!this.isKnown && false)',
    foundBy: {
      test: {
        file: 'test/stack/taken-and-broken-off.test.ts',
        name: 'is not refused either where it is asked anew, while the next run has yet to learn of it',
      },
    },
  },
  {
    kind: 'Q',
    name: 'sends what a reset told in vain again under the same ID',
    file: 'client/temporal/until-heard.ts',
    find: 'if (grpcOf(error)?.code === GRPC.INTERNAL) id.renew();',
    replace: '',
    foundBy: {
      test: {
        file: 'test/stack/taken-and-broken-off.test.ts',
        name: 'is answered as DOKU has it, authCapture by a run that Temporal tells of it',
      },
    },
  },
  {
    kind: 'Q',
    name: 'says by one answer that there is no payment',
    file: 'workflows/purchase/earlier-runs.ts',
    find: '    if (this.isAwaited) return this.settled();',
    replace: "    this.#learn('unpaid');",
    foundBy: {
      test: {
        file: 'test/stack/acknowledged-in-doubt.test.ts',
        name: 'waits and is taken where DOKU says after the reset, behind with its books, that nobody has paid',
      },
    },
  },
  {
    kind: 'Q',
    name: 'never says that it does not know',
    file: 'workflows/mechanisms/journey.ts',
    find: "    if (isInDoubt && !patched('in-doubt')) return;",
    replace: '    if (isInDoubt) return;',
    foundBy: {
      test: {
        file: 'test/workflows/purchase-doubts.test.ts',
        name: 'says since when that is not known, while it is being reversed',
      },
    },
  },
  {
    kind: 'Q',
    name: 'takes what nobody tells of a hold for given back',
    file: 'workflows/authorized-purchase/holding.ts',
    find: 'least(said === undefined ? 0n : senOf(said), this.remaining)',
    replace: 'least(said === undefined ? this.remaining : senOf(said), this.remaining)',
    foundBy: {
      test: {
        file: 'test/stack/authorized-purchase-untold.test.ts',
        name: 'of all that was left, whose amount is missing, nothing is told as given back',
      },
    },
  },
  {
    kind: 'Q',
    name: 'forgets that DOKU holds less than is known of',
    file: 'workflows/authorized-purchase/steps.ts',
    find: "if (why.refusal === 'invalid-amount' && patched('less-than-known-is-remembered'))",
    replace: "if (why.refusal === 'other' && patched('less-than-known-is-remembered'))",
    foundBy: {
      test: {
        file: 'test/stack/authorized-purchase-untold.test.ts',
        name: 'once DOKU has refused the rest as too much, what closed it unseen is not told as given back',
      },
    },
  },
  {
    kind: 'Q',
    name: 'takes what it believes to remain for what another run captured',
    file: 'workflows/authorized-purchase/steps.ts',
    find: 'isGuessed && stepped.isOthers ? asked : step',
    replace: 'isGuessed && stepped.isOthers && asked.closes ? asked : step',
    foundBy: {
      test: {
        file: 'test/stack/authorized-purchase-untold.test.ts',
        name: 'all that remained for a run that was forgotten is not what the next one believes to remain',
      },
    },
  },
  {
    kind: 'Q',
    name: 'takes a step of another life for the one that is asked for',
    file: 'workflows/authorized-purchase/stepping.ts',
    find: 'this.mayBeOtherwise = isOthers;',
    replace: 'this.mayBeOtherwise = false;',
    foundBy: {
      test: {
        file: 'test/stack/authorized-purchase-untold.test.ts',
        name: 'a capture that another life made, in an amount that nobody tells, is not the one that is asked for',
      },
    },
  },
  {
    kind: 'Q',
    name: 'takes a refund of another life for the one that is asked for',
    file: 'workflows/refund/whose.ts',
    find: '#mayBeOtherwise = true;',
    replace: '#mayBeOtherwise = false;',
    foundBy: {
      test: {
        file: 'test/stack/doku-leaves-out.test.ts',
        name: 'a refund that a forgotten life made, in an amount that nobody tells, is not the one that is asked for',
      },
    },
  },
  {
    kind: 'Q',
    name: 'says where the money of a journey is that was broken off',
    file: 'client/cli/journeys/money-place.ts',
    find: '  if (isBroken({ run }))',
    replace: "  if (run === 'unknown')",
    foundBy: {
      test: {
        file: 'test/client/cli/words.test.ts',
        name: 'nobody says where the money of a journey is that was broken off',
      },
    },
  },
  {
    kind: 'R',
    name: 'gives a closing up while a payment is under way',
    file: 'workflows/mechanisms/insistent.ts',
    find: "    if (left <= 0 || !patched('wait-while-not-permitted')) return false;",
    replace: '    if (left <= 0 || left > 0) return false;',
    foundBy: {
      test: {
        file: 'test/stack/closed-account.test.ts',
        name: 'which waits, and asks again',
      },
    },
  },
  {
    kind: 'R',
    name: 'ends a binding that was just made, for one that has ended',
    file: 'workflows/tokens/keeper.ts',
    find: '      if (epoch !== this.#epoch) return;\n',
    replace: '',
    foundBy: {
      test: {
        file: 'test/workflows/token-keeper.test.ts',
        name: 'and that fails as its binding has ended, says nothing of the new one',
      },
    },
  },
  {
    kind: 'S',
    name: 'takes what was sent before for a message of now',
    file: 'workflows/mechanisms/seals.ts',
    find: '(this.#taken.get(id)?.by ?? by) !== by',
    replace: '(this.#taken.get(id)?.by ?? by) === id',
    foundBy: {
      test: {
        file: 'test/stack/copied-payloads.test.ts',
        name: 'what a wallet was told is not told it again',
      },
    },
  },
  {
    kind: 'S',
    name: 'believes an update without an argument',
    file: 'workflows/interceptors.ts',
    find: 'argument === undefined || argument === null) throw',
    replace: 'argument === undefined && argument === null) throw',
    foundBy: {
      test: {
        file: 'test/stack/copied-payloads.test.ts',
        name: 'an update that has nothing to say is believed by its name alone, encrypted',
      },
    },
  },
  {
    kind: 'S',
    name: 'sends by a reset what its journey ended without',
    file: 'activities/journeys/unless-ended.ts',
    find: 'return isCompleted || isCancelRequested;',
    replace: 'return isCompleted && isCancelRequested;',
    foundBy: {
      test: {
        file: 'test/stack/reset-after-the-end.test.ts',
        name: 'holds nothing that was declined',
      },
    },
  },
  {
    kind: 'S',
    name: 'gives back by a reset what its refund ended without',
    file: 'activities/purchase.ts',
    find: 'of.isRefund ? unlessBrokenOff(',
    replace: 'of.isRefund === undefined ? unlessBrokenOff(',
    foundBy: {
      test: {
        file: 'test/stack/reset-after-the-end.test.ts',
        name: 'gives nothing back that was refused, of a part',
      },
    },
  },
  {
    kind: 'J',
    name: 'sends a refund again that DOKU gave up',
    file: 'workflows/refund/journey.ts',
    find: "? !patched('failed-refund-is-final')",
    replace: "? patched('failed-refund-is-final')",
    foundBy: {
      test: {
        file: 'test/stack/failed-refunds.test.ts',
        name: 'of a part ends as rejected, and is made under another number',
      },
    },
  },
  {
    kind: 'R',
    name: 'ends by a reset a wallet whose account is bound again',
    file: 'activities/account.ts',
    find: 'const isLaterRun = earlierRunThan(ended) !== undefined;',
    replace: 'const isLaterRun = earlierRunThan(ended) === ended.customerId;',
    foundBy: {
      test: {
        file: 'test/stack/reset-after-the-end.test.ts',
        name: 'ends no wallet whose account is bound again since',
      },
    },
  },
  {
    kind: 'S',
    name: 'believes an answer that says nothing',
    file: 'workflows/mechanisms/unproven-answers.ts',
    find: 'if (result?.completed && !isWritten(',
    replace: 'if (result?.completed?.result && !isWritten(',
    foundBy: {
      test: {
        file: 'test/stack/answers-of-nobody.test.ts',
        name: 'a wait that is ended by an answer that says nothing is waited for all the same',
      },
    },
  },
  {
    kind: 'S',
    name: 'believes an answer in the clear',
    file: 'workflows/mechanisms/unproven-answers.ts',
    find: '  if (unread) throw unreadError(unread);\n  return false;',
    replace: '  if (unread) throw unreadError(unread);\n  return true;',
    foundBy: {
      test: {
        file: 'test/workflows/unproven-answers.test.ts',
        name: "is nobody's in the clear, malformed, of another call, or as what it was asked with",
      },
    },
  },
  {
    kind: 'S',
    name: 'takes what a call was asked with for its answer',
    file: 'workflows/mechanisms/unproven-answers.ts',
    find: 'return as.includes(writtenAs(payload)) && mayBeEnd(payload);',
    replace: 'return as.length > 0 && mayBeEnd(payload);',
    foundBy: {
      test: {
        file: 'test/workflows/unproven-answers.test.ts',
        name: "is nobody's in the clear, malformed, of another call, or as what it was asked with",
      },
    },
  },
  {
    kind: 'S',
    name: 'believes a failure by the type that stands in the clear',
    file: 'workflows/mechanisms/unproven-answers.ts',
    find: "return said.type === (type ?? '') && ",
    replace: 'return ',
    foundBy: {
      test: {
        file: 'test/workflows/unproven-answers.test.ts',
        name: "is nobody's where a failure is handed back as an answer, or with another type",
      },
    },
  },
  {
    kind: 'S',
    name: 'forgets which signals it has taken',
    file: 'workflows/mechanisms/seals.ts',
    find: '({ id }) => this.#takenSignals.has(id) || ',
    replace: '({ id }) => ',
    foundBy: {
      test: {
        file: 'test/workflows/seals.test.ts',
        name: 'a copy of a signal is refused however long ago it came, and whatever came since',
      },
    },
  },
  {
    kind: 'S',
    name: 'takes what a workflow has answered for a signal to it',
    file: 'workflows/mechanisms/seals.ts',
    find: 'seals.some(({ isNoMessage }) => isNoMessage)',
    replace: 'seals.some(({ isNoMessage }) => isNoMessage === undefined && isNoMessage)',
    foundBy: {
      test: {
        file: 'test/stack/signals-of-nobody.test.ts',
        name: 'no batch goes on or pauses by it, and none counts by it',
      },
    },
  },
  {
    kind: 'S',
    name: 'takes what ended a payout by hand for its end',
    file: 'workflows/mechanisms/ended-by-hand.ts',
    find: "if (isMove && patched('failed-moves-are-doubtful'))",
    replace: "if (isMove && isRow && patched('failed-moves-are-doubtful'))",
    foundBy: {
      test: {
        file: 'test/stack/answers-of-nobody.test.ts',
        name: 'a failure in the clear, in the place of a payout under way, has DOKU asked',
      },
    },
  },
  {
    kind: 'S',
    name: 'does what no journey has asked for',
    file: 'worker/temporal/asked-by-journeys.ts',
    find: 'if (workflowExecution === undefined) throw noJourney(',
    replace:
      'if (workflowExecution === undefined) return next(input);\n      if (workflowExecution === null) throw noJourney(',
    foundBy: {
      test: {
        file: 'test/stack/answers-of-nobody.test.ts',
        name: 'an activity that no journey has asked for does nothing',
      },
    },
  },
  {
    kind: 'S',
    name: 'begins a part late, however it ended',
    file: 'workflows/interceptors.ts',
    find: "  'topUpBatchPart',\n];",
    replace: '];',
    foundBy: {
      test: {
        file: 'test/stack/copied-payloads.test.ts',
        name: 'a part of a batch that was cancelled is not begun again as a child of whatever',
      },
    },
  },
  {
    kind: 'O',
    name: 'compares nothing where one journey does not answer',
    file: 'activities/reconciliation/done-steps.ts',
    find: 'if (isSilence(error))',
    replace: 'if (error === undefined)',
    foundBy: {
      test: {
        file: 'test/activities/reconciliation/done-steps.test.ts',
        name: 'what no worker answers for is not known, and holds up no other',
      },
    },
  },
  {
    kind: 'S',
    name: 'lets a batch that does not answer hold up every closing',
    file: 'activities/journeys/batches.ts',
    find: 'if (!isSilence(error)) throw error;',
    replace: 'if (error !== undefined) throw error;',
    foundBy: {
      test: {
        file: 'test/stack/away-queues.test.ts',
        name: 'holds up no closing of anybody else’s account',
      },
    },
  },
  {
    kind: 'S',
    name: 'calls paid what the list calls so',
    file: 'gateway/resources/dry-run.ts',
    find: 'if (result === undefined) return;',
    replace: 'if (result === undefined) return known.add(input, becameOf(run.status));',
    foundBy: {
      test: {
        file: 'test/gateway/dry-run.test.ts',
        name: 'says nothing was paid that only the list calls so',
      },
    },
  },
  {
    kind: 'S',
    name: 'lets a proxy pass for this machine',
    file: 'gateway/access/guard.ts',
    find: 'if (passedOn !== undefined)',
    replace: 'if (passedOn === null)',
    foundBy: {
      test: {
        file: 'test/gateway/door.test.ts',
        name: 'without keys nothing is taken that a proxy passed on, and it is told why',
      },
    },
  },
];
