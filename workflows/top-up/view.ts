import type { TopUpResult, TopUpStatus, TopUpView } from '../../contract/top-up.js';
import type { Journey } from '../mechanisms/journey.js';

/** @param fundsUntil - until when funds are waited for, in milliseconds since the epoch; nothing where nobody waits. */
export function viewOf(
  partnerReferenceNo: string,
  journey: Journey<TopUpStatus, TopUpResult>,
  fundsUntil: number | undefined,
): TopUpView {
  const { status, attention, result, inDoubtSince } = journey;
  const fundsBy = result ? undefined : fundsUntil;
  return {
    partnerReferenceNo,
    status,
    ...(fundsBy && { fundsBy: new Date(fundsBy).toISOString() }),
    ...(inDoubtSince && { inDoubtSince }),
    ...journey.stop,
    ...(attention && { attention }),
    ...(result && { result }),
  };
}
