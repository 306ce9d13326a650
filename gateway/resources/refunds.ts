import * as z from 'zod';
import { partnerReferenceNoSchema, refundWorkflowId } from '../../contract/identity.js';
import {
  refundInputSchema,
  refundOutcomeSchema,
  refundStatusSchema,
  refundViewSchema,
} from '../../contract/refund.js';
import { followed } from './followed.js';
import type { Gateway } from './gateway.js';
import { addStart, addStatus, type JourneyResource } from './journey-routes.js';

/** `/v1/refunds/{partnerRefundNo}`. */
export function addRefunds(gateway: Gateway): void {
  const { refund } = gateway.journeys;
  const resource: JourneyResource<
    { partnerRefundNo: string },
    z.output<typeof refundViewSchema>
  > = {
    tag: 'refunds',
    url: '/v1/refunds/:partnerRefundNo',
    key: z.object({ partnerRefundNo: partnerReferenceNoSchema }),
    scopes: { read: 'refunds:read', write: 'refunds:write' },
    workflowId: ({ partnerRefundNo }) => refundWorkflowId(partnerRefundNo),
    view: refundViewSchema,
    statuses: refundStatusSchema.options,
    ends: refundOutcomeSchema.options,
    ...followed(refund, ({ partnerRefundNo }) => partnerRefundNo),
  };
  addStatus(gateway, resource);
  addStart(gateway, resource, {
    summary: 'Give back the whole or a part of what was paid',
    body: refundInputSchema.omit({ partnerRefundNo: true }),
    input: refundInputSchema,
    answer: refundViewSchema,
    start: async (input, options) => {
      await refund.start(input, options);
      return refund.status(input.partnerRefundNo, options);
    },
  });
}
