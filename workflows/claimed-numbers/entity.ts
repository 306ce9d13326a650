import { CancellationScope, condition, continueAsNew } from '@temporalio/workflow';
import {
  type ClaimedNumbersInput,
  claimantQuery,
  claimedNumbersInputSchema,
  claimNumbersUpdate,
  numbersClaimSchema,
  numbersReleaseSchema,
  releaseNumbersUpdate,
} from '../../contract/claimed-numbers.js';
import { parsed } from '../mechanisms/bad-input.js';
import { untilHandOver } from '../mechanisms/hand-over.js';
import { onQuery, onUpdate } from '../mechanisms/messages.js';
import { ClaimBook } from './claim-book.js';

/** The next part claims a moment later, and to end meanwhile would have it come in vain. */
const IDLE_FOR = '10 seconds';

/** Says which part of a batch sends the top-up of a number: the first that claims it, until it sends no more (money rule 1). */
export async function claimedNumbers(input: ClaimedNumbersInput): Promise<void> {
  const book = new ClaimBook(parsed(claimedNumbersInputSchema, input, 'input').claims);
  let served = 0;
  onQuery(claimantQuery, (digest) => book.claimantOf(digest) ?? null);
  onUpdate(
    claimNumbersUpdate,
    (claim) => {
      served += 1;
      return book.claim(claim);
    },
    { validator: (claim) => void parsed(numbersClaimSchema, claim, 'claim') },
  );
  onUpdate(
    releaseNumbersUpdate,
    ({ parts }) => {
      served += 1;
      for (const part of parts) book.release(part);
    },
    { validator: (release) => void parsed(numbersReleaseSchema, release, 'release') },
  );
  let isIdle = false;
  void untilIdle(book).then(() => {
    isIdle = true;
  });
  // What parts are about to send must not be forgotten with an operator's button.
  await CancellationScope.nonCancellable(() =>
    untilHandOver(
      () => served,
      () => isIdle,
    ),
  );
  if (!book.isEmpty) await continueAsNew<typeof claimedNumbers>({ claims: book.kept });
}

/** Until nothing was claimed for a while. */
function untilIdle(book: ClaimBook): Promise<void> {
  return CancellationScope.nonCancellable(async () => {
    do await condition(() => book.isEmpty);
    while (await condition(() => !book.isEmpty, IDLE_FOR));
  });
}
