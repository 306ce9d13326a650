import { Refusal } from '../books/refusal.js';
import { type Answer, answerOf } from '../exchange/answer.js';
import type { Encounter } from '../exchange/encounter.js';
import type { Of } from './schema.js';

/** @throws Refusal where DOKU's mood lets a request in no further; then nothing happened. */
export function assertLetIn(encounter: Encounter): void {
  const { mood } = encounter;
  const busy = mood.use('isTooBusy');
  if (busy) throw tooBusy(busy);
  const token = mood.use('refusesToken', ({ when }) => when === 'before');
  if (token) throw tokenRefused(encounter, token);
  const refuses = mood.use('refuses', (each) => each.when === 'before' && isMeant(encounter, each));
  if (refuses) throw refusalOf(refuses);
}

/** @returns the refusal that DOKU answers with although it carried the request out, or the answer as it is. */
export function refusalAfter(encounter: Encounter, answer: Answer): Answer {
  const { mood, operation } = encounter;
  const token = mood.use('refusesToken');
  if (token) return answerOf(tokenRefused(encounter, token), operation.serviceCode);
  const refuses = mood.use('refuses', (each) => isMeant(encounter, each));
  return refuses ? answerOf(refusalOf(refuses), operation.serviceCode) : answer;
}

const isMeant = ({ isRepeat }: Encounter, { on }: Of<'refuses'>) =>
  on === 'any' || (on === 'repeat') === isRepeat;

function refusalOf({ code, message }: Of<'refuses'>): Refusal {
  const service = code.slice(3, 5);
  const more = service === 'xx' ? {} : { service };
  return new Refusal(Number(code.slice(0, 3)), code.slice(5), message, more);
}

function tooBusy({ retryAfterSeconds }: Of<'isTooBusy'>): Refusal {
  const headers: Record<string, string> =
    retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return new Refusal(429, '00', 'Too Many Requests', { headers });
}

/** The token is refused from then on, as if DOKU had ended its session. */
function tokenRefused({ doku, admitted }: Encounter, { which }: Of<'refusesToken'>): Refusal {
  if (which === 'b2b') {
    doku.tokens.endB2B();
    return new Refusal(401, '01', 'Invalid Token (B2B)');
  }
  if (admitted.account) doku.tokens.endB2B2C(admitted.account.accountId);
  return new Refusal(401, '02', 'Invalid Customer Token');
}
