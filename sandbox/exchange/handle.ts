/**
 * One request of the merchant's from its arrival to its answer: gate, operation, fault, log.
 *
 * @module
 */
import type { Account } from '../books/accounts.js';
import { Refusal } from '../books/refusal.js';
import type { Fault } from '../doku/faults.js';
import type { Doku } from '../doku/index.js';
import { type Admitted, type Arrived, admit, parsedBody, Replay } from './gate.js';
import type { Operation } from './operation.js';

/** What goes back, before a fault spoils it. */
export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export interface Handled {
  /** None in maintenance: then a gateway answers, and DOKU never sees the request. */
  readonly answer: Answer | undefined;
  /** To be applied by the one who writes the answer. */
  readonly fault: Fault | undefined;
  readonly serviceCode: string;
}

/** What a fault may be matched by: the numbers and accounts that a request names, and in whose name it is made. */
const references = (
  { tokens }: Doku,
  body: Record<string, unknown>,
  account: Account | undefined,
): string[] =>
  [
    ...[
      'partnerReferenceNo',
      'originalPartnerReferenceNo',
      'partnerRefundNo',
      'partnerCaptureNo',
      'partnerVoidNo',
      'linkId',
      'customerNumber',
      'authCode',
    ].map((name) => body[name]),
    (body.additionalInfo as Record<string, unknown> | null | undefined)?.accountId,
    account?.accountId,
    tokens.accountOf(body.authCode ?? body.refreshToken),
  ].filter((value): value is string => typeof value === 'string');

/** @returns the answer, once a `slow` fault's delay before the effect has passed. */
export async function handle(doku: Doku, operation: Operation, arrived: Arrived): Promise<Handled> {
  const { serviceCode } = operation;
  const request = {
    operation: operation.name,
    path: arrived.path,
    ...namesIn(arrived.rawBody),
    externalId: asText(arrived.headers['x-external-id']),
  };
  if (doku.isInMaintenance) {
    doku.requests.add({ ...request, ...UNSEEN });
    return { answer: undefined, fault: undefined, serviceCode };
  }
  let fault: Fault | undefined;
  const answer = await answered(doku, operation, arrived, (planned) => {
    fault = planned;
  });
  doku.requests.add({
    ...request,
    verdict: fault ? 'fault' : answer.status < 300 ? 'accepted' : 'refused',
    fault: fault && `${fault.fault} ${fault.when}`,
    responseCode: asText(answer.body.responseCode),
  });
  return { answer, fault, serviceCode };
}

const UNSEEN = { verdict: 'fault', fault: 'maintenance', responseCode: undefined } as const;

async function answered(
  doku: Doku,
  operation: Operation,
  arrived: Arrived,
  onFault: (fault: Fault) => void,
): Promise<Answer> {
  try {
    const admitted = admit(doku, operation, arrived);
    const named = references(doku, parsedBody(arrived.rawBody), admitted.account);
    const fault = doku.faults.take(operation.name, named);
    if (fault) onFault(fault);
    if (fault?.when === 'before') {
      if (fault.fault !== 'slow') return unspoiled(operation, parsedBody(arrived.rawBody));
      await new Promise((resolve) => setTimeout(resolve, fault.delayMs ?? 1_000));
    }
    return run(doku, operation, admitted);
  } catch (error) {
    if (error instanceof Replay)
      return { status: 409, body: error.answer as Record<string, unknown> };
    if (error instanceof Refusal)
      return { status: error.status, body: error.body(operation.serviceCode) };
    throw error;
  }
}

function run(doku: Doku, operation: Operation, { body, account, externalId }: Admitted): Answer {
  const fields = operation.run({ doku, body, account, externalId } as never);
  const answer = {
    responseCode: `200${operation.serviceCode}00`,
    responseMessage: 'Successful',
    ...fields,
  };
  doku.rememberAnswer(externalId, answer);
  return { status: 200, body: answer };
}

/** What a success would have looked like, for a fault that says so although nothing happened. */
function unspoiled(operation: Operation, body: Record<string, unknown>): Answer {
  const echoed = Object.fromEntries(
    Object.entries(body).filter(([name]) => /^(?:original)?partner\w*No$/i.test(name)),
  );
  return {
    status: 200,
    body: {
      responseCode: `200${operation.serviceCode}00`,
      responseMessage: 'Successful',
      ...echoed,
    },
  };
}

function namesIn(rawBody: Buffer) {
  try {
    const body = parsedBody(rawBody);
    return {
      partnerReferenceNo: asText(body.partnerReferenceNo ?? body.originalPartnerReferenceNo),
      partnerRefundNo: asText(body.partnerRefundNo),
    };
  } catch {
    return { partnerReferenceNo: undefined, partnerRefundNo: undefined };
  }
}

/** As much of it as a log needs. */
const asText = (value: unknown) => (typeof value === 'string' ? value.slice(0, 64) : undefined);
