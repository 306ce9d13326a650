import { CancellationScope, condition, continueAsNew } from '@temporalio/workflow';
import {
  type ClaimedNumbersInput,
  claimantQuery,
  claimedNumbersInputSchema,
  claimNumbersUpdate,
  keptClaimsQuery,
  numbersClaimSchema,
  numbersReleaseSchema,
  releaseNumbersUpdate,
} from '../../contract/claimed-numbers.js';
import { parsed } from '../mechanisms/bad-input.js';
import { answerOfRunBefore, ownResets } from '../mechanisms/earlier-run.js';
import { untilHandOver } from '../mechanisms/hand-over.js';
import { onQuery, onUpdate } from '../mechanisms/messages.js';
import { ClaimBook } from './claim-book.js';

/** The next part claims a moment later, and to end meanwhile would have it come in vain. */
const IDLE_FOR = '10 seconds';

/** Says which part of a batch sends the top-up of a number: the first that claims it, until it sends no more (money rule 1). */
export async function claimedNumbers(input: ClaimedNumbersInput): Promise<void> {
  let book = new ClaimBook(parsed(claimedNumbersInputSchema, input, 'input').claims);
  let served = 0;
  const resets = ownResets.get();
  let recalled = 0;
  // After a reset it may have none of the claims that it gave since.
  const isRecalling = () => resets.count > recalled;
  const onceKnown = <Answer>(answer: () => Answer): Answer | Promise<Answer> =>
    isRecalling() ? condition(() => !isRecalling()).then(answer) : answer();
  const recallAtResets = async (): Promise<never> => {
    for (;;) {
      await condition(isRecalling);
      const { count } = resets;
      book = new ClaimBook((await answerOfRunBefore(keptClaimsQuery)) ?? book.kept);
      recalled = count;
    }
  };
  onQuery(claimantQuery, (digest) => {
    // Whoever asks asks again.
    if (isRecalling()) throw new Error('it was reset, and learns what was claimed');
    return book.claimantOf(digest) ?? null;
  });
  onQuery(keptClaimsQuery, () => (isRecalling() ? null : book.kept));
  onUpdate(
    claimNumbersUpdate,
    (claim) => {
      served += 1;
      return onceKnown(() => book.claim(claim));
    },
    { validator: (claim) => void parsed(numbersClaimSchema, claim, 'claim') },
  );
  onUpdate(
    releaseNumbersUpdate,
    ({ parts }) => {
      served += 1;
      return onceKnown(() => {
        for (const part of parts) book.release(part);
      });
    },
    { validator: (release) => void parsed(numbersReleaseSchema, release, 'release') },
  );
  let isIdle = false;
  void untilIdle(() => book.isEmpty && !isRecalling()).then(() => {
    isIdle = true;
  });
  // What parts are about to send must not be forgotten with an operator's button.
  await CancellationScope.nonCancellable(() => {
    void recallAtResets();
    return untilHandOver(
      () => served,
      () => isIdle,
      () => !isRecalling(),
    );
  });
  if (!book.isEmpty) await continueAsNew<typeof claimedNumbers>({ claims: book.kept });
}

/** Until nothing was claimed for a while. */
function untilIdle(isEmpty: () => boolean): Promise<void> {
  return CancellationScope.nonCancellable(async () => {
    do await condition(isEmpty);
    while (await condition(() => !isEmpty(), IDLE_FOR));
  });
}
