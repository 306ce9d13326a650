import { randomUUID } from 'node:crypto';
import { askUntilClear } from './ask.js';
import type { SnapClient } from './snap/client.js';

/** What Account Inquiry says of an account. */
export interface ShownBinding {
  readonly linkId?: string;
  /** Secret; decrypted. */
  readonly authCode?: string;
}

/** Account Inquiry, once DOKU answers clearly. @returns nothing where DOKU shows no binding. */
export async function shownBinding(
  snap: SnapClient,
  accountId: string,
): Promise<ShownBinding | undefined> {
  const answer = await askUntilClear(
    () => snap.accountInquiry({ partnerReferenceNo: randomUUID(), additionalInfo: { accountId } }),
    ['not-found', 'invalid-account'],
  );
  if (answer === 'not-found') return undefined;
  const { linkId, authCode } = answer.additionalInfo ?? {};
  return {
    ...(linkId && { linkId }),
    ...(authCode && { authCode: snap.decryptAuthCode(authCode) }),
  };
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
  return shown?.authCode;
}
