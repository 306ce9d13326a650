import * as z from 'zod';
import { partnerReferenceNoSchema, topUpWorkflowId } from '../../contract/identity.js';
import {
  topUpInputSchema,
  topUpOutcomeSchema,
  topUpStatusSchema,
  topUpViewSchema,
} from '../../contract/top-up.js';
import { followed } from './followed.js';
import type { Gateway } from './gateway.js';
import { addAction, addStart, addStatus, type JourneyResource } from './journey-routes.js';

/** `/v1/top-ups/{partnerReferenceNo}`. */
export function addTopUps(gateway: Gateway): void {
  const { topUp } = gateway.journeys;
  const resource: JourneyResource<
    { partnerReferenceNo: string },
    z.output<typeof topUpViewSchema>
  > = {
    tag: 'top-ups',
    url: '/v1/top-ups/:partnerReferenceNo',
    key: z.object({ partnerReferenceNo: partnerReferenceNoSchema }),
    scopes: { read: 'top-ups:read', write: 'top-ups:write' },
    workflowId: ({ partnerReferenceNo }) => topUpWorkflowId(partnerReferenceNo),
    view: topUpViewSchema,
    statuses: topUpStatusSchema.options,
    ends: topUpOutcomeSchema.options,
    ...followed(topUp, ({ partnerReferenceNo }) => partnerReferenceNo),
  };
  addStatus(gateway, resource);
  addStart(gateway, resource, {
    summary: 'Pay out, from the corporate balance to the customer’s wallet',
    body: topUpInputSchema.omit({ partnerReferenceNo: true }),
    input: topUpInputSchema,
    answer: topUpViewSchema,
    start: async (input, options) => {
      await topUp.start(input, options);
      return topUp.status(input.partnerReferenceNo, options);
    },
  });
  addAction(gateway, resource, {
    name: 'funded',
    summary: 'Money came into the corporate balance: try again now',
    act: ({ partnerReferenceNo }, _body, options) => topUp.funded(partnerReferenceNo, options),
  });
}
