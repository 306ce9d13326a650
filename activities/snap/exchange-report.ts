import type { Operation } from './endpoint.js';
import type { Exchange, Outcome } from './outcome.js';
import type { Phase } from './phase.js';
import { type Oddity, toldOfOddities } from './reading.js';
import type { SnapSettings } from './settings.js';

/** What a log or a metric may know of one call: no token, no body, nothing of a person. */
export interface ExchangeReport extends Exchange {
  readonly operation: Operation;
  /** DOKU's, with the port where it is not the usual one. */
  readonly host: string;
  readonly outcome: Outcome<unknown>['kind'];
  /** Which refusal, doubt or credential. */
  readonly detail?: string;
  /** Fields of the answer that were not as they should be. */
  readonly oddities?: readonly Oddity[];
  /** How far the request came, where no whole answer came back. */
  readonly phase?: Phase;
  readonly durationMs: number;
}

export type OnExchange = (report: ExchangeReport) => void;

export function reportOf(
  operation: Operation,
  { baseUrl }: Pick<SnapSettings, 'baseUrl'>,
  outcome: Outcome<unknown>,
  durationMs: number,
): ExchangeReport {
  const { externalId, sends, responseCode, responseMessage } = outcome;
  const detail = detailOf(outcome);
  return {
    operation,
    host: new URL(baseUrl).host,
    outcome: outcome.kind,
    ...(detail && { detail }),
    ...('oddities' in outcome && outcome.oddities.length > 0 && { oddities: outcome.oddities }),
    ...('phase' in outcome && outcome.phase && { phase: outcome.phase }),
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
      return outcome.oddities.length > 0 ? toldOfOddities(outcome.oddities) : undefined;
    case 'pending':
    case 'throttled':
      return undefined;
    default:
      return outcome satisfies never;
  }
}
