import { randomUUID } from 'node:crypto';
import { askUntilClear } from './calling/ask.js';
import type { SnapClient } from './snap/client.js';

/** Account Inquiry of a DOKU ID. */
export const inquireAccount = (snap: SnapClient, accountId: string) =>
  snap.accountInquiry({ partnerReferenceNo: randomUUID(), additionalInfo: { accountId } });

/** What Account Inquiry says of an account. */
export interface ShownBinding {
  readonly linkId?: string | undefined;
  /** Encrypted. */
  readonly authCode?: string | undefined;
}

/** Account Inquiry, once DOKU answers clearly. @returns nothing where DOKU shows no binding. */
export async function shownBinding(
  snap: SnapClient,
  accountId: string,
): Promise<ShownBinding | undefined> {
  const answer = await askUntilClear(
    () => inquireAccount(snap, accountId),
    ['not-found', 'invalid-account'],
  );
  return answer === 'not-found' ? undefined : (answer.additionalInfo ?? {});
}

/**
 * The authCode that Account Inquiry hands out, encrypted, as long as the account is bound.
 *
 * @param linkId - only if it is this binding that DOKU shows.
 */
export async function recoveredAuthCode(
  snap: SnapClient,
  accountId: string,
  linkId?: string,
): Promise<string | undefined> {
  const shown = await shownBinding(snap, accountId);
  if (linkId !== undefined && shown?.linkId !== linkId) return undefined;
  return shown?.authCode && snap.decryptAuthCode(shown.authCode);
}
