import * as z from 'zod';
import { partnerReferenceNoSchema, purchaseWorkflowId } from '../../contract/identity.js';
import {
  cancelArgumentSchema,
  customerReturnedSchema,
  purchaseInputSchema,
  purchaseOutcomeSchema,
  purchaseRedirectSchema,
  purchaseResultSchema,
  purchaseStatusSchema,
  purchaseViewSchema,
} from '../../contract/purchase.js';
import { followed } from './followed.js';
import type { Gateway } from './gateway.js';
import { addAction, addStart, addStatus, type JourneyResource } from './journey-routes.js';

/** `/v1/purchases/{partnerReferenceNo}`. */
export function addPurchases(gateway: Gateway): void {
  const { purchase } = gateway.journeys;
  const resource: JourneyResource<
    { partnerReferenceNo: string },
    z.output<typeof purchaseViewSchema>
  > = {
    tag: 'purchases',
    url: '/v1/purchases/:partnerReferenceNo',
    key: z.object({ partnerReferenceNo: partnerReferenceNoSchema }),
    scopes: { read: 'purchases:read', write: 'purchases:write' },
    workflowId: ({ partnerReferenceNo }) => purchaseWorkflowId(partnerReferenceNo),
    view: purchaseViewSchema,
    statuses: purchaseStatusSchema.options,
    ends: purchaseOutcomeSchema.options,
    ...followed(purchase, ({ partnerReferenceNo }) => partnerReferenceNo),
  };
  addStatus(gateway, resource);
  addStart(gateway, resource, {
    summary: 'Start it, and have the page to open in the customer’s browser',
    body: purchaseInputSchema.omit({ partnerReferenceNo: true }),
    input: purchaseInputSchema,
    answer: purchaseRedirectSchema,
    start: (input, options) => purchase.redirect(input, options),
  });
  addAction(gateway, resource, {
    name: 'acknowledge',
    summary: 'You took note of the payment and will deliver',
    act: ({ partnerReferenceNo }, _body, options) =>
      purchase.acknowledge(partnerReferenceNo, options),
  });
  addAction(gateway, resource, {
    name: 'cancel',
    summary: 'Cancel it, or reverse its payment; answers once DOKU’s status proves the end',
    body: cancelArgumentSchema,
    answer: purchaseResultSchema,
    act: ({ partnerReferenceNo }, { reason }, options) =>
      purchase.cancel(partnerReferenceNo, reason, options),
  });
  addAction(gateway, resource, {
    name: 'customer-returned',
    summary: 'The customer’s browser came back: DOKU is asked at once',
    body: z.strictObject(customerReturnedSchema.shape).nullish(),
    act: ({ partnerReferenceNo }, body, options) =>
      purchase.customerReturned(partnerReferenceNo, body?.rawQuery, options),
  });
}
