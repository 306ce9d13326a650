import type { Operation } from './endpoint.js';
import type { Exchange, Outcome } from './outcome.js';

/** What a log or a metric may know of one call: no token, no body, nothing of a person. */
export interface ExchangeReport extends Exchange {
  readonly operation: Operation;
  readonly outcome: Outcome<unknown>['kind'];
  /** Which refusal, doubt or credential. */
  readonly detail?: string;
  readonly durationMs: number;
}

export type OnExchange = (report: ExchangeReport) => void;

export function reportOf(
  operation: Operation,
  outcome: Outcome<unknown>,
  durationMs: number,
): ExchangeReport {
  const { externalId, sends, responseCode, responseMessage } = outcome;
  const detail = detailOf(outcome);
  return {
    operation,
    outcome: outcome.kind,
    ...(detail && { detail }),
    durationMs,
    externalId,
    sends,
    ...(responseCode && { responseCode }),
    ...(responseMessage && { responseMessage }),
  };
}

function detailOf(outcome: Outcome<unknown>): string | undefined {
  switch (outcome.kind) {
    case 'refused':
      return outcome.refusal;
    case 'doubtful':
      return outcome.reason;
    case 'unauthorized':
      return outcome.credential;
    case 'succeeded':
    case 'pending':
    case 'throttled':
      return undefined;
    default:
      return outcome satisfies never;
  }
}
