import { holdsPhoneNumber, isPhoneNumber } from '../../contract/identity.js';

/** What says whose a journey is. */
export interface JourneyIds {
  readonly workflowId: string;
  readonly customerId?: string | undefined;
  readonly partnerReferenceNo?: string | undefined;
  readonly partnerRefundNo?: string | undefined;
}

/**
 * The same as it may leave for the merchant's backend: journeys that began before such IDs were refused may have somebody's phone
 * number or e-mail address for one (money rule 13). It is left out, and an ellipsis in the workflow ID.
 */
export function toldIds({ workflowId, ...ids }: JourneyIds): JourneyIds {
  const { customerId, partnerReferenceNo, partnerRefundNo } = ids;
  const personal = [
    ...(customerId !== undefined && isPersonalCustomer(customerId) ? [customerId] : []),
    ...[partnerReferenceNo, partnerRefundNo].filter(
      (number) => number !== undefined && holdsPhoneNumber(number),
    ),
  ] as string[];
  const told = (id: string | undefined) =>
    id !== undefined && personal.some((one) => id.includes(one)) ? undefined : id;
  return {
    workflowId: personal.reduce((id, one) => id.replaceAll(one, '…'), workflowId),
    customerId: told(customerId),
    partnerReferenceNo: told(partnerReferenceNo),
    partnerRefundNo: told(partnerRefundNo),
  };
}

const isPersonalCustomer = (id: string): boolean => id.includes('@') || isPhoneNumber(id);
