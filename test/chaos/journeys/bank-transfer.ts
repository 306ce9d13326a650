import { setTimeout } from 'node:timers/promises';
import { bankTransferWorkflowId } from '../../../contract/identity.js';
import { idr } from '../../setting/shop.js';
import { type Cast, insist, type Part, told } from '../cast.js';

/** Money of a customer's to a bank account, once the customer confirmed whose it is. */
export function bankTransfer(cast: Cast): Part {
  const { backend, plan, diary, customer } = cast;
  const { bankTransfer: transfers } = backend.journeys;
  const { course } = plan;
  const partnerReferenceNo = `TRF-${plan.name}`;
  const input = {
    partnerReferenceNo,
    customerId: customer.customerId,
    amount: idr(plan.amount),
    beneficiaryAccountNumber: '8377388292',
    beneficiaryBankCode: '014',
    confirmWithin: `${course.seconds} seconds`,
  };
  let beneficiary = '';
  const confirm = () => transfers.confirm(partnerReferenceNo, beneficiary);
  return {
    subject: {
      kind: 'bankTransfer',
      workflowId: bankTransferWorkflowId(partnerReferenceNo),
      shownAs: ['bank-transfer', partnerReferenceNo],
      number: partnerReferenceNo,
      amount: plan.amount,
    },
    start: () => transfers.beneficiary(input),
    startChanged: () => transfers.beneficiary({ ...input, amount: idr('77777.00') }),
    play: async () => {
      await cast.meet('account', customer.accountId);
      await cast.meet('reference', partnerReferenceNo);
      const isNamed = await told(diary, 'the backend starts it', async () => {
        const view = await insist(cast, () => transfers.beneficiary(input));
        beneficiary = view.beneficiaryAccountName;
      });
      await setTimeout(course.thinksMs);
      if (isNamed && course.customer === 'pays')
        await told(diary, 'the customer confirms', () => insist(cast, confirm));
    },
    status: () => transfers.status(partnerReferenceNo),
    result: () => transfers.result(partnerReferenceNo),
    resolve: (resolution) => transfers.resolve(partnerReferenceNo, resolution),
    sayAgain: async () => {
      if (beneficiary !== '' && course.customer === 'pays') await confirm();
    },
  };
}
