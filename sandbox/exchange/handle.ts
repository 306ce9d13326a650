/**
 * One request of the merchant's from its arrival to its answer: gate, operation, fault, log.
 *
 * @module
 */
import { Refusal } from '../books/refusal.js';
import type { Fault } from '../doku/faults.js';
import type { Doku } from '../doku/index.js';
import { type Answer, answerOf, type Way } from './answer.js';
import { type Arrived, admit, parsedBody, Replay } from './gate.js';
import { type Met, meet } from './meet.js';
import type { Notifications } from './notifications.js';
import { occasionOf, workOf } from './occasion.js';
import type { Operation } from './operation.js';

export interface Handled {
  /** None in maintenance: then a gateway answers, and DOKU never sees the request. */
  readonly answer: Answer | undefined;
  /** To be applied by the one who writes the answer. */
  readonly fault: Fault | undefined;
  readonly way: Way;
  readonly serviceCode: string;
}

/** @returns the answer, once a `slow` fault's delay before the effect has passed. */
export async function handle(
  doku: Doku,
  operation: Operation,
  arrived: Arrived,
  notifications: Notifications,
): Promise<Handled> {
  const { serviceCode } = operation;
  const request = {
    operation: operation.name,
    path: arrived.path,
    ...namesIn(arrived.rawBody),
    externalId: asText(arrived.headers['x-external-id']),
  };
  if (doku.isInMaintenance) {
    doku.requests.add({ ...request, ...UNSEEN });
    return { answer: undefined, fault: undefined, way: {}, serviceCode };
  }
  let fault: Fault | undefined;
  const { answer, way, isToldFirst } = await answered(doku, operation, arrived, (planned) => {
    fault = planned;
  });
  const told = isToldFirst && doku.purchases.find(request.partnerReferenceNo ?? '');
  if (told) await notifications.tellFirst(told);
  const isAnswered = !fault && !way.breaks;
  doku.requests.add({
    ...request,
    verdict: isAnswered && answer ? (answer.status < 300 ? 'accepted' : 'refused') : 'fault',
    fault: fault ? `${fault.fault} ${fault.when}` : way.breaks,
    responseCode: asText(answer?.body.responseCode),
  });
  return { answer, fault, way, serviceCode };
}

const UNSEEN = { verdict: 'fault', fault: 'maintenance', responseCode: undefined } as const;

async function answered(
  doku: Doku,
  operation: Operation,
  arrived: Arrived,
  onFault: (fault: Fault) => void,
): Promise<Met> {
  try {
    const admitted = admit(doku, operation, arrived);
    const body = parsedBody(arrived.rawBody);
    const unspoiled = unspoiledAnswer(operation, body);
    const occasion = occasionOf(doku, operation, body, admitted.account);
    const fault = doku.faults.take(operation.name, occasion.references);
    if (fault) onFault(fault);
    if (fault?.when === 'before') {
      if (fault.fault !== 'slow') return { answer: unspoiled, way: {} };
      await new Promise((resolve) => setTimeout(resolve, fault.delayMs ?? 1_000));
    }
    const mood = doku.temperaments.moodOf(occasion);
    const work = workOf(operation, body);
    const isRepeat = doku.works.isKnown(work);
    return meet({ doku, operation, admitted, mood, work, isRepeat, unspoiled });
  } catch (error) {
    if (error instanceof Replay)
      return { answer: { status: 409, body: error.answer as Answer['body'] }, way: {} };
    if (error instanceof Refusal)
      return { answer: answerOf(error, operation.serviceCode), way: {} };
    throw error;
  }
}

/** What a success would have looked like, for a fault that says so although nothing happened. */
function unspoiledAnswer(operation: Operation, body: Record<string, unknown>): Answer {
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
