import type { Answer } from '../exchange/answer.js';
import type { Encounter } from '../exchange/encounter.js';
import { writtenOddly } from './odd-fields.js';
import { written } from './writing.js';

/** An answer in the form that DOKU's mood gives it. What it says happened, happened. */
export function shaped({ mood }: Encounter, answer: Answer): Answer {
  const body = { ...answer.body };
  const another = answer.status >= 400 && mood.use('refusesInAnothersName');
  if (another) body.responseCode = withService(body.responseCode, another.service);
  const member = 'latestTransactionStatus' in body ? 'latestTransactionStatus' : 'status';
  const shown = member in body && mood.use('showsStatus');
  if (shown) body[member] = shown.status;
  for (const odd of mood.useAll('writesOddly')) writtenOddly(body, odd);
  return { ...answer, body, text: written(mood, body) };
}

const withService = (code: unknown, service: string) =>
  typeof code === 'string' ? code.slice(0, 3) + service + code.slice(5) : code;
