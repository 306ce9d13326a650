import * as z from 'zod';
import {
  bankTransferInputSchema,
  bankTransferOutcomeSchema,
  bankTransferResultSchema,
  bankTransferStatusSchema,
  bankTransferViewSchema,
  beneficiaryViewSchema,
  confirmSchema,
} from '../../contract/bank-transfer.js';
import { bankTransferWorkflowId, partnerReferenceNoSchema } from '../../contract/identity.js';
import { followed } from './followed.js';
import type { Gateway } from './gateway.js';
import { addAction, addStart, addStatus, type JourneyResource } from './journey-routes.js';

/** `/v1/bank-transfers/{partnerReferenceNo}`. */
export function addBankTransfers(gateway: Gateway): void {
  const { bankTransfer } = gateway.journeys;
  const resource: JourneyResource<
    { partnerReferenceNo: string },
    z.output<typeof bankTransferViewSchema>
  > = {
    tag: 'bank transfers',
    url: '/v1/bank-transfers/:partnerReferenceNo',
    key: z.object({ partnerReferenceNo: partnerReferenceNoSchema }),
    scopes: { read: 'transfers:read', write: 'transfers:write' },
    workflowId: ({ partnerReferenceNo }) => bankTransferWorkflowId(partnerReferenceNo),
    view: bankTransferViewSchema,
    statuses: bankTransferStatusSchema.options,
    ends: bankTransferOutcomeSchema.options,
    ...followed(bankTransfer, ({ partnerReferenceNo }) => partnerReferenceNo),
  };
  addStatus(gateway, resource);
  addStart(gateway, resource, {
    summary: 'Ask whose bank account it is; nothing moves before it is confirmed',
    body: bankTransferInputSchema.omit({ partnerReferenceNo: true }),
    input: bankTransferInputSchema,
    answer: beneficiaryViewSchema,
    start: (input, options) => bankTransfer.beneficiary(input, options),
  });
  addAction(gateway, resource, {
    name: 'confirm',
    summary: 'The customer confirmed this name: the money moves',
    body: confirmSchema,
    act: ({ partnerReferenceNo }, { beneficiaryAccountName }, options) =>
      bankTransfer.confirm(partnerReferenceNo, beneficiaryAccountName, options),
  });
  addAction(gateway, resource, {
    name: 'abandon',
    summary: 'The customer gave up before confirming',
    answer: bankTransferResultSchema,
    act: ({ partnerReferenceNo }, _body, options) =>
      bankTransfer.abandon(partnerReferenceNo, options),
  });
}
