import * as z from 'zod';
import {
  authorizedPurchaseInputSchema,
  authorizedPurchaseOutcomeSchema,
  authorizedPurchaseStatusSchema,
  authorizedPurchaseViewSchema,
  captureSchema,
  stepResultSchema,
  voidSchema,
} from '../../contract/authorized-purchase.js';
import { authorizedPurchaseWorkflowId, partnerReferenceNoSchema } from '../../contract/identity.js';
import { followed } from './followed.js';
import type { Gateway } from './gateway.js';
import { addAction, addStart, addStatus, type JourneyResource } from './journey-routes.js';

/** `/v1/authorized-purchases/{partnerReferenceNo}`. */
export function addAuthorizedPurchases(gateway: Gateway): void {
  const { authorizedPurchase } = gateway.journeys;
  const resource: JourneyResource<
    { partnerReferenceNo: string },
    z.output<typeof authorizedPurchaseViewSchema>
  > = {
    tag: 'authorized purchases',
    url: '/v1/authorized-purchases/:partnerReferenceNo',
    key: z.object({ partnerReferenceNo: partnerReferenceNoSchema }),
    scopes: { read: 'authorized-purchases:read', write: 'authorized-purchases:write' },
    workflowId: ({ partnerReferenceNo }) => authorizedPurchaseWorkflowId(partnerReferenceNo),
    view: authorizedPurchaseViewSchema,
    statuses: authorizedPurchaseStatusSchema.options,
    ends: authorizedPurchaseOutcomeSchema.options,
    ...followed(authorizedPurchase, ({ partnerReferenceNo }) => partnerReferenceNo),
  };
  addStatus(gateway, resource);
  addStart(gateway, resource, {
    summary: 'Hold an amount; answers once DOKU holds it',
    body: authorizedPurchaseInputSchema.omit({ partnerReferenceNo: true }),
    input: authorizedPurchaseInputSchema,
    answer: authorizedPurchaseViewSchema,
    start: (input, options) => authorizedPurchase.authorize(input, options),
  });
  addAction(gateway, resource, {
    name: 'capture',
    summary: 'Take from what is held; answers once DOKU proves it',
    description:
      'By the capture’s own number: sent twice it is captured once. Without `amount`, or with `null`, all that remains.',
    body: captureSchema,
    answer: stepResultSchema,
    act: ({ partnerReferenceNo }, { amount, ...capture }, options) =>
      authorizedPurchase.capture(
        partnerReferenceNo,
        { ...capture, ...(amount && { amount }) },
        options,
      ),
  });
  addAction(gateway, resource, {
    name: 'void',
    summary: 'Give back from what is held; answers once DOKU proves it',
    description:
      'By the void’s own number: sent twice it is given back once. Without `amount`, or with `null`, all that remains.',
    body: voidSchema,
    answer: stepResultSchema,
    act: ({ partnerReferenceNo }, { amount, ...voided }, options) =>
      authorizedPurchase.void(
        partnerReferenceNo,
        { ...voided, ...(amount && { amount }) },
        options,
      ),
  });
}
