import type { Operation } from './endpoint.js';
import { NotSentError } from './not-sent-error.js';
import type { Exchange, Outcome } from './outcome.js';
import type { Phase } from './phase.js';
import { type Oddity, toldOfOddities } from './reading.js';
import type { SnapSettings } from './settings.js';

/** The merchant's numbers in a request, as SNAP names them. */
const NUMBERS = ['partnerRefundNo', 'partnerCaptureNo', 'partnerVoidNo'] as const;

/** What a log or a metric may know of one call: no token, no body, nothing of a person. */
export interface ExchangeReport
  extends Pick<Exchange, 'externalId' | 'responseCode' | 'responseMessage' | 'clockSkewMs'>,
    Partial<Readonly<Record<'partnerReferenceNo' | (typeof NUMBERS)[number], string>>> {
  readonly operation: Operation;
  /** DOKU's, with the port where it is not the usual one. */
  readonly host: string;
  readonly outcome: Outcome<unknown>['kind'] | 'not-sent';
  /** Which refusal, doubt, credential or Node's code of the error. */
  readonly detail?: string;
  /** Fields of the answer that were not as they should be. */
  readonly oddities?: readonly Oddity[];
  /** How far the last request came; `answered` where a whole answer came back. */
  readonly phase: Phase | 'answered';
  /** Whether DOKU got anything of it. */
  readonly sent: 'no' | 'maybe' | 'yes';
  /** How many requests of this call may have reached DOKU. */
  readonly sends: number;
  readonly durationMs: number;
}

export type OnExchange = (report: ExchangeReport) => void;

/** Tells of one call, whatever it comes to. */
export async function reported<Response>(
  onExchange: OnExchange | undefined,
  operation: Operation,
  { baseUrl }: Pick<SnapSettings, 'baseUrl'>,
  request: unknown,
  call: () => Promise<Outcome<Response>>,
): Promise<Outcome<Response>> {
  const began = performance.now();
  const tell = (what: Omit<ExchangeReport, 'operation' | 'host' | 'durationMs'>) =>
    onExchange?.({
      operation,
      host: new URL(baseUrl).host,
      ...numbersIn(request),
      ...what,
      durationMs: performance.now() - began,
    });
  try {
    const outcome = await call();
    tell(ofOutcome(outcome));
    return outcome;
  } catch (error) {
    // What else is thrown comes before any request.
    if (isNotSent(error)) tell(ofNotSent(error));
    throw error;
  }
}

const isNotSent = (error: unknown): error is NotSentError & { readonly phase: Phase } =>
  error instanceof NotSentError && error.phase !== undefined;

const ofNotSent = ({ phase, code, externalId }: NotSentError & { readonly phase: Phase }) => ({
  outcome: 'not-sent' as const,
  ...(code && { detail: code }),
  phase,
  sent: 'no' as const,
  externalId: externalId ?? '',
  sends: 0,
});

function ofOutcome(outcome: Outcome<unknown>) {
  const { externalId, sends, responseCode, responseMessage, clockSkewMs } = outcome;
  const detail = detailOf(outcome);
  const phase: ExchangeReport['phase'] = ('phase' in outcome && outcome.phase) || 'answered';
  return {
    outcome: outcome.kind,
    ...(detail && { detail }),
    ...('oddities' in outcome && outcome.oddities.length > 0 && { oddities: outcome.oddities }),
    phase,
    sent: phase === 'answered' || phase === 'reading' ? ('yes' as const) : ('maybe' as const),
    externalId,
    sends,
    ...(responseCode && { responseCode }),
    ...(responseMessage && { responseMessage }),
    ...(clockSkewMs !== undefined && { clockSkewMs }),
  };
}

/** A reversal or a query names the order by `originalPartnerReferenceNo`. */
function numbersIn(request: unknown) {
  const fields = request as Readonly<Record<string, unknown>>;
  const order = fields.partnerReferenceNo ?? fields.originalPartnerReferenceNo;
  return Object.fromEntries(
    [['partnerReferenceNo', order], ...NUMBERS.map((name) => [name, fields[name]])].filter(
      ([, number]) => typeof number === 'string',
    ),
  ) as Pick<ExchangeReport, 'partnerReferenceNo' | (typeof NUMBERS)[number]>;
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
