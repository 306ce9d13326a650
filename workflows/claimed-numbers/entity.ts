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
import { untilHandOver } from '../mechanisms/hand-over.js';
import { onQuery, onUpdate } from '../mechanisms/messages.js';
import { Recall } from '../mechanisms/recall.js';
import { ClaimBook } from './claim-book.js';

/** The next part claims a moment later, and to end meanwhile would have it come in vain. */
const IDLE_FOR = '10 seconds';

/** Says which part of a batch sends the top-up of a number: the first that claims it, until it sends no more (money rule 1). */
export async function claimedNumbers(input: ClaimedNumbersInput): Promise<void> {
  let book = new ClaimBook(parsed(claimedNumbersInputSchema, input, 'input').claims);
  let served = 0;
  // After a reset it may have none of the claims that it gave since.
  const recall = new Recall();
  onQuery(claimantQuery, (digest) => {
    // Whoever asks asks again.
    if (recall.isPending) throw new Error('it was reset, and learns what was claimed');
    return book.claimantOf(digest) ?? null;
  });
  onQuery(keptClaimsQuery, () => (recall.isPending ? null : book.kept));
  onUpdate(
    claimNumbersUpdate,
    (claim) => {
      served += 1;
      return recall.onceKnown(() => book.claim(claim));
    },
    { validator: (claim) => void parsed(numbersClaimSchema, claim, 'claim') },
  );
  onUpdate(
    releaseNumbersUpdate,
    ({ parts }) => {
      served += 1;
      return recall.onceKnown(() => {
        for (const part of parts) book.release(part);
      });
    },
    { validator: (release) => void parsed(numbersReleaseSchema, release, 'release') },
  );
  let isIdle = false;
  void untilIdle(() => book.isEmpty && !recall.isPending).then(() => {
    isIdle = true;
  });
  // What parts are about to send must not be forgotten with an operator's button.
  await CancellationScope.nonCancellable(() => {
    void recall.atResets(keptClaimsQuery, (kept) => {
      book = new ClaimBook(kept ?? book.kept);
    });
    return untilHandOver(
      () => served,
      () => isIdle,
      () => !recall.isPending,
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
