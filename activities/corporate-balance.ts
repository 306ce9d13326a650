import { randomUUID } from 'node:crypto';
import { senOf } from '../contract/money.js';
import { askUntilAnswered, type PollingDelays, stillPending } from './calling/ask.js';
import { rupiahOf } from './snap/amount.js';
import type { SnapClient } from './snap/client.js';
import type { SnapSettings } from './snap/settings.js';

/** What the merchant has at DOKU for top-ups, where DOKU tells it. */
export function createCorporateBalanceActivities(
  snap: SnapClient,
  settings: SnapSettings,
  delays: PollingDelays,
) {
  const corporateBalance = async (): Promise<string | undefined> => {
    const accountNo = settings.corporateAccountNo;
    if (accountNo === undefined) return undefined;
    const answer = await askUntilAnswered(() =>
      snap.balanceInquiry(
        { partnerReferenceNo: randomUUID(), accountNo },
        { path: settings.corporateBalancePath },
      ),
    );
    if (answer.kind === 'refused') return undefined;
    const [info] = answer.response.accountInfos;
    const balance = info?.availableBalance ?? info?.amount;
    return balance && rupiahOf(balance);
  };

  return {
    /** "10000.00"; nothing where DOKU does not tell. */
    async queryCorporateBalance(): Promise<string | null> {
      return (await corporateBalance()) ?? null;
    },

    /** Balance Inquiry again and again until the corporate balance covers an amount. */
    async awaitCorporateBalance({ atLeast }: { atLeast: string }): Promise<void> {
      const balance = await corporateBalance();
      if (balance !== undefined && senOf(balance) >= senOf(atLeast)) return;
      throw stillPending('the corporate balance is too low', delays);
    },
  };
}
