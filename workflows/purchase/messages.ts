import { ApplicationFailure } from '@temporalio/workflow';
import { notAcknowledgeableError, notCancellableError } from '../../contract/errors.js';
import {
  acknowledgeUpdate,
  cancelArgumentSchema,
  cancelUpdate,
  customerReturnedSignal,
  notifiedSignal,
  type PurchaseRedirect,
  type PurchaseResult,
  type PurchaseView,
  purchaseStatusQuery,
  redirectUpdate,
} from '../../contract/purchase.js';
import { parsed } from '../mechanisms/bad-input.js';
import { journeyEnded } from '../mechanisms/ended-error.js';
import { assertSameInput } from '../mechanisms/input-digest.js';
import { onQuery, onSignal, onUpdate } from '../mechanisms/messages.js';

/** What a purchase does on the messages of its contract. */
export interface PurchaseMessages {
  /** The page to open, once there is one; the result if the purchase ended without. */
  redirect(): Promise<PurchaseRedirect | PurchaseResult>;
  acknowledge(): void;
  /** Why it cannot be acknowledged now, if so. */
  unacknowledgeable(): string | undefined;
  /** Resolves once the end is proven. */
  cancel(reason: string): Promise<PurchaseResult>;
  isAcknowledged(): boolean;
  /** What a return or a notification says is only a hint: it ends the wait, and DOKU is asked. */
  nudge(): void;
  view(): PurchaseView;
}

/** Opens the doors of a purchase's contract. */
export function answerMessages(purchase: PurchaseMessages): void {
  onQuery(purchaseStatusQuery, () => purchase.view());
  onSignal(customerReturnedSignal, () => purchase.nudge());
  onSignal(notifiedSignal, () => purchase.nudge());
  onUpdate(redirectUpdate, () => redirectOf(purchase), {
    validator: (argument?: unknown) => assertSameInput(argument, 'redirect'),
    description: 'The page where the customer pays',
  });
  onUpdate(
    acknowledgeUpdate,
    () => {
      purchase.acknowledge();
      return purchase.view();
    },
    {
      validator: () => {
        const reason = purchase.unacknowledgeable();
        if (reason) throw ApplicationFailure.nonRetryable(reason, notAcknowledgeableError.type);
      },
      description: 'The merchant will deliver',
    },
  );
  onUpdate(cancelUpdate, ({ reason }) => purchase.cancel(reason), {
    validator: (argument) => {
      parsed(cancelArgumentSchema, argument, 'cancel');
      if (purchase.isAcknowledged()) {
        throw ApplicationFailure.nonRetryable(
          'acknowledged already: refund it instead',
          notCancellableError.type,
        );
      }
    },
    description: 'Cancel, or reverse if paid, and prove it',
  });
}

async function redirectOf(purchase: PurchaseMessages): Promise<PurchaseRedirect> {
  const answer = await purchase.redirect();
  if ('webRedirectUrl' in answer) return answer;
  throw journeyEnded(
    `no payment page: the purchase ended ${answer.outcome} (${answer.reason})`,
    answer,
  );
}
