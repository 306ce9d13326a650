import { CancellationScope, continueAsNew } from '@temporalio/workflow';
import {
  type AccountOwnerInput,
  accountClaimSchema,
  accountOwnerInputSchema,
  accountOwnerQuery,
  claimUpdate,
  releaseUpdate,
} from '../../contract/account-owner.js';
import { parsed } from '../mechanisms/bad-input.js';
import { untilHandOver } from '../mechanisms/hand-over.js';
import { onQuery, onUpdate } from '../mechanisms/messages.js';
import { Recall } from '../mechanisms/recall.js';

/** Says which customer a DOKU account belongs to: the first who claims it, until their binding ends (money rule 8). */
export async function accountOwner(input: AccountOwnerInput): Promise<void> {
  let { owner } = parsed(accountOwnerInputSchema, input, 'input');
  let served = 0;
  let isReleased = false;
  // After a reset it may hold an owner of long ago, or none.
  const recall = new Recall();
  onQuery(accountOwnerQuery, () => (recall.isPending ? null : (owner ?? null)));
  onUpdate(
    claimUpdate,
    ({ customerId, insteadOf }) => {
      served += 1;
      return recall.onceKnown(() => {
        if (owner === undefined || owner === insteadOf) owner = customerId;
        isReleased = false;
        return owner;
      });
    },
    { validator: (claim) => void parsed(accountClaimSchema, claim, 'claim') },
  );
  onUpdate(
    releaseUpdate,
    ({ customerId }) =>
      recall.onceKnown(() => {
        if (owner !== customerId) return;
        owner = undefined;
        isReleased = true;
      }),
    { validator: (claim) => void parsed(accountClaimSchema, claim, 'release') },
  );
  // Whose an account is must not be lost with an operator's button: the binding at DOKU is not either.
  await CancellationScope.nonCancellable(() => {
    void recall.atResets(accountOwnerQuery, (held) => {
      owner = held ?? owner;
    });
    return untilHandOver(
      () => served,
      () => isReleased,
      () => !recall.isPending,
    );
  });
  if (owner !== undefined) await continueAsNew<typeof accountOwner>({ owner });
}
