import { ownInput } from '../../temporal/own-input.js';
import type { Desk } from '../mechanisms/desk.js';

/** What journeys are started with, as far as it says over what they are. */
interface Input {
  readonly amount?: string | { readonly value: string; readonly currency: string };
  /** Of a batch. */
  readonly total?: { readonly value: string; readonly currency: string };
}

/**
 * What a journey is about, as it was started: "10000.00", or "USD 10000.00" where it is no rupiah. Nothing where it is
 * about no amount, or cannot be read: that costs none of the others.
 */
export async function amountOf(
  { client }: Desk,
  { workflowId, runId }: { readonly workflowId: string; readonly runId: string },
): Promise<string | undefined> {
  try {
    const input = await ownInput(client, { workflowId, runId });
    return told((input ?? {}) as Input);
  } catch {
    return undefined;
  }
}

function told({ amount, total }: Input): string | undefined {
  const meant = amount ?? total;
  if (meant === undefined || typeof meant === 'string') return meant;
  return meant.currency === 'IDR' ? meant.value : `${meant.currency} ${meant.value}`;
}
