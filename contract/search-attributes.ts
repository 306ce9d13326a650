/**
 * What operators find journeys by. Temporal keeps search attributes in the clear, so only the merchant's
 * own references stand here. The worker room registers them on the server.
 */
export const searchAttributes = {
  /** Where the journey stands, in the words of its contract, or `needs-attention`. */
  journeyStatus: { name: 'JourneyStatus', type: 'KEYWORD' },
  customerId: { name: 'CustomerId', type: 'KEYWORD' },
  /** The order, top-up or transfer number. */
  partnerReferenceNo: { name: 'PartnerReferenceNo', type: 'KEYWORD' },
} as const;

/** What a journey is found by. */
export interface FoundBy {
  readonly status: string;
  readonly customerId?: string;
  readonly partnerReferenceNo?: string;
}

/** One search attribute with its value, as Temporal's SDK for TypeScript takes it. */
export interface FoundAttribute {
  readonly key: (typeof searchAttributes)[keyof typeof searchAttributes];
  readonly value: string;
}

/** For the start of a journey: then it is found before a worker has seen it, and has no need to say so itself. */
export const searchAttributesOf = (found: FoundBy): FoundAttribute[] => [
  { key: searchAttributes.journeyStatus, value: found.status },
  ...(found.customerId ? [{ key: searchAttributes.customerId, value: found.customerId }] : []),
  ...(found.partnerReferenceNo
    ? [{ key: searchAttributes.partnerReferenceNo, value: found.partnerReferenceNo }]
    : []),
];
