import {
  type FindingInput,
  type FindingKind,
  type FindingOutcome,
  type FindingResult,
  findingInputSchema,
  findingStatusQuery,
} from '../../contract/finding.js';
import { parsed } from '../mechanisms/bad-input.js';
import { Journey } from '../mechanisms/journey.js';
import { onQuery } from '../mechanisms/messages.js';

const REASONS: Readonly<Record<FindingKind, string>> = {
  'unknown-notification': 'DOKU notified a reference that no journey knows',
  'missing-here': 'DOKU has it, and no journey ended with it',
  'missing-at-doku': 'a journey ended with it, and DOKU does not have it',
  status: 'its journey and DOKU disagree on how it ended',
  amount: 'its journey and DOKU disagree on the amount',
};

/** Keeps what does not add up until an operator has looked. Contract: `contract/finding.ts`. */
export async function finding(input: FindingInput): Promise<FindingResult> {
  const { kind, partnerReferenceNo, customerId, facts, check } = parsed(
    findingInputSchema,
    input,
    'input',
  );
  const journey = new Journey<'needs-attention' | FindingOutcome, FindingResult>(
    `${partnerReferenceNo}: ${kind}`,
    'needs-attention',
    { partnerReferenceNo, ...(customerId && { customerId }) },
  );
  onQuery(findingStatusQuery, () => ({
    kind,
    partnerReferenceNo,
    status: journey.status,
    ...(journey.attention && { attention: journey.attention }),
  }));
  for (const fact of facts) journey.story.tell(fact);
  return journey.run(
    async () => {
      const { decision } = await journey.park({
        reason: REASONS[kind],
        check: [check],
        decisions: ['explained', 'corrected', 'dismissed'],
      });
      return { kind, partnerReferenceNo, outcome: decision };
    },
    () => {},
  );
}
