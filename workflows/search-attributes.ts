import {
  defineSearchAttributeKey,
  type SearchAttributePair,
  SearchAttributeType,
} from '@temporalio/common';

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

/** What a journey is found by. */
export interface FoundBy {
  readonly status: string;
  readonly customerId?: string;
  readonly partnerReferenceNo?: string;
}

/** For the start of a journey: then it is found before a worker has seen it, and has no need to say so itself. */
export const searchAttributesOf = (found: FoundBy): SearchAttributePair[] => [
  { key: searchAttributes.journeyStatus, value: found.status },
  ...(found.customerId ? [{ key: searchAttributes.customerId, value: found.customerId }] : []),
  ...(found.partnerReferenceNo
    ? [{ key: searchAttributes.partnerReferenceNo, value: found.partnerReferenceNo }]
    : []),
];
