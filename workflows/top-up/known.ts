import type { Sent } from '../../activities/calling/absence.js';
import type {
  KnownNumber,
  ParsedTopUpInput,
  TopUpHandOver,
  TopUpInput,
} from '../../contract/top-up.js';
import type { KeptJourney } from '../mechanisms/journey.js';

/** What the next run of a top-up, or one that a batch hands over, begins with. */
export interface EarlierTopUp extends TopUpHandOver {
  /** Not from a batch, which has told of it as one of its rows. */
  readonly journey?: KeptJourney;
}

/** What a run of a top-up knows, beside its input. */
export interface RunState {
  /** Milliseconds since the epoch: until when funds are waited for. */
  readonly fundsUntil: number | undefined;
  readonly sent: Sent | undefined;
  readonly known: KnownNumber | undefined;
  /** The wallet that was inquired about. */
  readonly accountId: string | undefined;
  readonly isStopped: boolean;
  readonly journey: KeptJourney;
}

/** What whoever handed it over may have sent. */
export const sentBy = (handOver: TopUpHandOver | undefined): Sent | undefined =>
  handOver?.mayBeSent ? sentOf(handOver) : undefined;

/** The same where it may have been sent by somebody, at the latest by now. */
export const sentOf = ({
  lastSentAt = new Date().toISOString(),
  isAccepted,
  isAtDoku,
  mayBeUnderWay,
}: TopUpHandOver): Sent => ({
  lastSentAt,
  ...(isAccepted && { isAccepted }),
  ...(isAtDoku && { isAtDoku }),
  ...(mayBeUnderWay && { mayBeUnderWay }),
});

/** For the next run of the same top-up. */
export function argumentsOf(
  { waitForFunds: _, ...input }: ParsedTopUpInput,
  { fundsUntil, sent, known, accountId, isStopped, journey }: RunState,
): [TopUpInput, EarlierTopUp] {
  const leftMs = (fundsUntil ?? 0) - Date.now();
  return [
    { ...input, ...(leftMs > 0 && { waitForFunds: `${Math.ceil(leftMs / 60_000)} minutes` }) },
    {
      mayBeSent: sent !== undefined,
      ...sent,
      ...(accountId && { accountId }),
      ...(known && { isKnown: known }),
      ...(isStopped && { isStopped }),
      journey,
    },
  ];
}
