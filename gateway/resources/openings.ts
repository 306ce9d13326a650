import * as z from 'zod';
import {
  customerIdSchema,
  openAccountWorkflowId,
  openingReferenceSchema,
} from '../../contract/identity.js';
import {
  nextStepSchema,
  openAccountInputSchema,
  openAccountOutcomeSchema,
  openAccountResultSchema,
  openAccountStatusSchema,
  openAccountViewSchema,
  openingOtpAnswerSchema,
  returnedSchema,
} from '../../contract/open-account.js';
import { submitOtpSchema } from '../../contract/otp.js';
import { followed } from './followed.js';
import type { Gateway } from './gateway.js';
import { addAction, addStart, addStatus, type JourneyResource } from './journey-routes.js';

/** `/v1/customers/{customerId}/openings/{reference}`. */
export function addOpenings(gateway: Gateway): void {
  const { openAccount } = gateway.journeys;
  const resource: JourneyResource<
    { customerId: string; reference: string },
    z.output<typeof openAccountViewSchema>
  > = {
    tag: 'openings',
    url: '/v1/customers/:customerId/openings/:reference',
    key: z.object({ customerId: customerIdSchema, reference: openingReferenceSchema }),
    scopes: { read: 'openings:read', write: 'openings:write' },
    workflowId: ({ customerId, reference }) => openAccountWorkflowId(customerId, reference),
    view: openAccountViewSchema,
    statuses: openAccountStatusSchema.options,
    ends: openAccountOutcomeSchema.options,
    ...followed(openAccount, (key) => key),
  };
  const { customerId: _customerId, reference: _reference, ...body } = openAccountInputSchema.shape;
  addStatus(gateway, resource);
  addStart(gateway, resource, {
    summary: 'Open a DOKU account, or bind one; answers with what to show the customer first',
    // That exactly one of `customer` and `accountId` is there the client checks.
    body: z.strictObject(body),
    input: openAccountInputSchema,
    answer: nextStepSchema,
    start: (input, options) => openAccount.start(input, options),
  });
  addAction(gateway, resource, {
    name: 'submit-otp',
    summary: 'What the customer typed; a wrong OTP is an answer, not an error',
    body: submitOtpSchema,
    answer: openingOtpAnswerSchema,
    act: (key, { otp }, options) => openAccount.submitOtp(key, otp, options),
  });
  addAction(gateway, resource, {
    name: 'resend-otp',
    summary: 'Send the customer a new OTP',
    answer: nextStepSchema,
    act: (key, _body, options) => openAccount.resendOtp(key, options),
  });
  addAction(gateway, resource, {
    name: 'returned',
    summary: 'DOKU’s page sent the browser back, with this raw query string',
    body: returnedSchema,
    answer: nextStepSchema,
    act: (key, { rawQuery }, options) => openAccount.returned(key, rawQuery, options),
  });
  addAction(gateway, resource, {
    name: 'abandon',
    summary: 'The customer gave up',
    answer: openAccountResultSchema,
    act: (key, _body, options) => openAccount.abandon(key, options),
  });
}
