/**
 * A purchase is reversed whole and at most once, so its own reference is the refund's identity: neither a
 * second attempt nor a second run of the journey can refund it twice. SNAP counts refund numbers apart
 * from transaction numbers.
 */
export const reversalRefundNo = (partnerReferenceNo: string) => partnerReferenceNo;
