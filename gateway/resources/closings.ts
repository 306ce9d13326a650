import * as z from 'zod';
import {
  closeAccountInputSchema,
  closeAccountOutcomeSchema,
  closeAccountResultSchema,
  closeAccountStatusSchema,
  closeAccountViewSchema,
  closingOtpAnswerSchema,
  closingStepSchema,
} from '../../contract/close-account.js';
import {
  closeAccountWorkflowId,
  customerIdSchema,
  openingReferenceSchema,
} from '../../contract/identity.js';
import { submitOtpSchema } from '../../contract/otp.js';
import { followed } from './followed.js';
import type { Gateway } from './gateway.js';
import { addAction, addStart, addStatus, type JourneyResource } from './journey-routes.js';

/** `/v1/customers/{customerId}/closings/{reference}`. */
export function addClosings(gateway: Gateway): void {
  const { closeAccount } = gateway.journeys;
  const resource: JourneyResource<
    { customerId: string; reference: string },
    z.output<typeof closeAccountViewSchema>
  > = {
    tag: 'closings',
    url: '/v1/customers/:customerId/closings/:reference',
    key: z.object({ customerId: customerIdSchema, reference: openingReferenceSchema }),
    scopes: { read: 'closings:read', write: 'closings:write' },
    workflowId: ({ customerId, reference }) => closeAccountWorkflowId(customerId, reference),
    view: closeAccountViewSchema,
    statuses: closeAccountStatusSchema.options,
    ends: closeAccountOutcomeSchema.options,
    ...followed(closeAccount, (key) => key),
  };
  addStatus(gateway, resource);
  addStart(gateway, resource, {
    summary: 'Close a binding; answers with what to show the customer first',
    // Nothing in it is needed.
    body: closeAccountInputSchema.omit({ customerId: true, reference: true }).nullish(),
    input: closeAccountInputSchema,
    answer: closingStepSchema,
    start: (input, options) => closeAccount.start(input, options),
  });
  addAction(gateway, resource, {
    name: 'submit-otp',
    summary: 'What the customer typed; a wrong OTP is an answer, not an error',
    body: submitOtpSchema,
    answer: closingOtpAnswerSchema,
    act: (key, { otp }, options) => closeAccount.submitOtp(key, otp, options),
  });
  addAction(gateway, resource, {
    name: 'resend-otp',
    summary: 'Send the customer a new OTP',
    answer: closingStepSchema,
    act: (key, _body, options) => closeAccount.resendOtp(key, options),
  });
  addAction(gateway, resource, {
    name: 'abandon',
    summary: 'The customer gave up',
    answer: closeAccountResultSchema,
    act: (key, _body, options) => closeAccount.abandon(key, options),
  });
}
