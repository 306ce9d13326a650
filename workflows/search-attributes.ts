import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/**
 * What operators find journeys by. Temporal keeps search attributes in the clear, so only the merchant's
 * own references stand here. The worker room registers them on the server.
 */
export const searchAttributes = {
  /** Where the journey stands, in the words of its contract, or `needs-attention`. */
  journeyStatus: defineSearchAttributeKey('JourneyStatus', SearchAttributeType.KEYWORD),
  customerId: defineSearchAttributeKey('CustomerId', SearchAttributeType.KEYWORD),
  /** The order, top-up or transfer number. */
  partnerReferenceNo: defineSearchAttributeKey('PartnerReferenceNo', SearchAttributeType.KEYWORD),
} as const;
