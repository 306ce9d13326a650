import { topUpBatchPartWorkflowId, topUpBatchWorkflowId } from '../../../contract/identity.js';
import { idr } from '../../setting/shop.js';
import { type Cast, type Ending, insist, type Part, told } from '../cast.js';
import type { Row } from '../judge/case.js';
import { topUpSubject } from './top-up.js';

/** A payout of a few rows, a few at once. */
export function topUpBatch(cast: Cast): Part {
  const { backend, plan, diary, customer } = cast;
  const { topUpBatch: batches, topUp: topUps } = backend.journeys;
  const { course } = plan;
  const batchReference = `batch-${plan.name}`;
  const rows = Array.from({ length: course.parts + 3 }, (_, index) => ({
    partnerReferenceNo: `ROW-${plan.name}-${index}`,
    customerId: customer.customerId,
    amount: idr(plan.amount),
  }));
  const batch = { batchReference, rows, inFlight: 2, receiveWithin: '30 seconds' };
  diary.moreNumbers.push(...rows.map(({ partnerReferenceNo }) => partnerReferenceNo));
  const rowOf = (workflowId: string): Ending => {
    const partnerReferenceNo = workflowId.split('/').at(-1) ?? '';
    return {
      subject: topUpSubject(partnerReferenceNo, plan.amount),
      status: () => topUps.status(partnerReferenceNo),
      result: () => topUps.result(partnerReferenceNo),
      resolve: (resolution) => topUps.resolve(partnerReferenceNo, resolution),
    };
  };
  return {
    started: {
      query: `WorkflowType = 'topUp' AND PartnerReferenceNo STARTS_WITH 'ROW-${plan.name}-'`,
      endingOf: rowOf,
    },
    subject: {
      kind: 'topUpBatch',
      workflowId: topUpBatchWorkflowId(batchReference),
      shownAs: ['top-up-batch', batchReference],
      number: batchReference,
      amount: plan.amount,
    },
    start: () => batches.start(batch),
    startChanged: () =>
      batches.start({ ...batch, rows: rows.map((row) => ({ ...row, amount: idr('77777.00') })) }),
    play: async () => {
      await cast.meet('reference', rows[Math.floor(rows.length / 2)]?.partnerReferenceNo ?? '');
      await told(diary, 'the backend starts it', () => insist(cast, () => batches.start(batch)));
    },
    status: () => batches.status(batchReference),
    result: async () => {
      const result = await batches.result(batchReference);
      const results: Row[] = [];
      if (result.outcome === 'finished' || result.outcome === 'cancelled')
        await told(diary, 'the backend reads the rows', async () => {
          for await (const row of batches.results(batchReference)) results.push(row);
        });
      diary.rows = results;
      return result;
    },
    resolve: (resolution) => batches.resolve(batchReference, resolution),
    sayAgain: () => batches.funded(batchReference),
    childIds: () => [
      topUpBatchPartWorkflowId(batchReference, 0),
      ...rows.map(({ partnerReferenceNo }) => `top-up/${partnerReferenceNo}`),
    ],
  };
}
