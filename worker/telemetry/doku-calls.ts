/**
 * Each call to DOKU in the log and in the metrics: once, whatever made it.
 *
 * @module
 */
import type { MetricMeter } from '@temporalio/common';
import { OPERATIONS } from '../../activities/snap/endpoint.js';
import type { ExchangeReport, OnExchange } from '../../activities/snap/exchange-report.js';
import type { SafeLogger } from '../logger.js';

type Level = 'debug' | 'info' | 'warn' | 'error';
interface Line {
  readonly level: Level;
  readonly message: string;
}

const OUTCOMES: Readonly<Record<ExchangeReport['outcome'], Line>> = {
  succeeded: { level: 'debug', message: 'DOKU did it' },
  pending: { level: 'debug', message: 'DOKU works on it' },
  refused: { level: 'info', message: 'DOKU refused' },
  throttled: { level: 'warn', message: 'DOKU asks for fewer requests' },
  doubtful: { level: 'warn', message: 'DOKU gave no clear answer' },
  unauthorized: { level: 'warn', message: "DOKU does not accept the customer's token or code" },
  'not-sent': { level: 'warn', message: 'DOKU was not reached: nothing was sent' },
};

/** What of ours DOKU does not accept, by the settings' names. */
const CREDENTIALS = {
  'client-key':
    'DOKU refuses our credential: DOKU_CLIENT_ID or DOKU_PRIVATE_KEY is not as registered',
  signature: 'DOKU refuses our credential: DOKU_CLIENT_ID or DOKU_CLIENT_SECRET is not as issued',
  'b2b-token': 'DOKU refuses our credential: the token that it has just issued for DOKU_CLIENT_ID',
} as const;
type Credential = keyof typeof CREDENTIALS;

/** One line of them a minute: every call is as wrong as the one before. */
const CLOCK_LINE_EVERY_MS = 60_000;

/**
 * The log lines and metrics of calls to DOKU: `doku_journeys_calls` by operation and outcome,
 * `doku_journeys_credential_refused` by credential, and `doku_journeys_clock_skew_seconds`, all there from the start, as
 * an alert cannot see the first of what was not there before.
 */
export function callTelemetry(logger: SafeLogger, meter: MetricMeter): OnExchange {
  const calls = meter.createCounter('doku_journeys_calls', 'call', 'Calls to DOKU, ended');
  const refused = meter.createCounter(
    'doku_journeys_credential_refused',
    'call',
    "Calls that DOKU refused for the merchant's own credential",
  );
  const skew = meter.createGauge(
    'doku_journeys_clock_skew_seconds',
    'float',
    's',
    "How far this machine's clock is ahead of DOKU's; 0 within a minute",
  );
  for (const operation of OPERATIONS)
    for (const outcome of Object.keys(OUTCOMES)) calls.add(0, { operation, outcome });
  for (const credential of Object.keys(CREDENTIALS)) refused.add(0, { credential });
  skew.set(0);
  let clockLineAt = Number.NEGATIVE_INFINITY;

  return (report) => {
    const { operation, outcome, clockSkewMs = 0 } = report;
    calls.add(1, { operation, outcome });
    const credential = refusedCredentialOf(report);
    if (credential) refused.add(1, { credential });
    const { level, message } = credential
      ? { level: 'error' as const, message: CREDENTIALS[credential] }
      : OUTCOMES[outcome];
    logger[level](report, message);
    // Only an answer tells anything about a clock.
    if (report.phase === 'answered') skew.set(clockSkewMs / 1_000);
    if (clockSkewMs === 0 || performance.now() - clockLineAt < CLOCK_LINE_EVERY_MS) return;
    clockLineAt = performance.now();
    const { host, externalId } = report;
    logger.error({ host, operation, externalId, clockSkewMs }, toldOfClock(clockSkewMs));
  };
}

function refusedCredentialOf({
  operation,
  outcome,
  detail,
}: ExchangeReport): Credential | undefined {
  // DOKU's own helpers answer so to a used code of the customer's; the merchant's own token shows what is wrong with ours.
  if (outcome !== 'unauthorized' || operation === 'tokenB2B2C') return undefined;
  if (operation === 'tokenB2B') return 'client-key';
  return detail === 'signature' || detail === 'b2b-token' ? detail : undefined;
}

const toldOfClock = (skewMs: number) =>
  `this machine's clock is ${Math.round(Math.abs(skewMs) / 1_000)} s ${skewMs > 0 ? 'ahead of' : 'behind'} DOKU's: DOKU refuses requests of another time`;
