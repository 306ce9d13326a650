/**
 * Who and what a journey is about, and the workflow ID that follows from it. Starting a journey twice
 * is the same as starting it once because its ID is the merchant's own reference (money rule 1).
 *
 * @module
 */
import * as z from 'zod';

/** The whole ID is an Indonesian mobile number, with or without a prefix and separators. */
const WHOLE = /^(?:62|0)?8[1-9]\d{7,11}$/;
/** A prefix of the country, also as it is dialled from abroad, or the operator, and the number. */
const NUMBER = /^(?:(?:00)?620?|0)8[1-9]\d{7,11}$/;
/** Without its prefix. */
const BARE = /^8[1-9]\d{7,11}$/;
/** People part the digits of a number into groups, the first of which is a prefix, or holds it. */
const MOST_IN_FIRST = 5;
const MOST_IN_GROUP = 8;
const DATE = /^20[2-9]\d[01]\d[0-3]\d$/;
/** As many as the longest number has digits. */
const MOST_GROUPS = 17;
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
/** The day and the month, or the month and the day, and the year: 08112026. */
const DATE_FIRST = /^08[1-3]\d20[2-9]\d/;
/** The month, the day and a time of that day. */
const MOMENT = /^08[1-3]\d[0-2]\d[0-5]\d/;
/** No ID is longer; of what is, its beginning is looked at, as looking at all of it could take its square. */
const LONGEST = 256;
/** A time of day comes after a date. */
const AFTER_DATE = /(?:\d{8}|\d{4}-\d\d-\d\d)[T_:.-]?$/;
const AFTER_YEAR = /(?:^|\D)20[2-9]\d[_:.-]$/;

/** Characters of an ID, as people count. */
interface Place {
  readonly from: number;
  readonly to: number;
}

interface Candidate {
  readonly place: Place;
  readonly digits: string;
  readonly before: string;
  readonly groups: readonly string[];
}

/** The digits of an ID that may be a number: a run, or neighbouring groups of the size that people make. */
function candidatesIn(id: string): Candidate[] {
  const runs = [...id.matchAll(/\d+/g)].map(({ 0: text, index }) => ({ text, index }));
  return runs.flatMap(({ text, index }, first) => {
    const before = id.slice(0, index);
    const groups = [text];
    let end = index + text.length;
    const placed = () => ({ place: { from: index + 1, to: end } });
    const found: Candidate[] = [{ ...placed(), digits: text, before, groups: [text] }];
    if (text.length > MOST_IN_FIRST) return found;
    for (const next of runs.slice(first + 1, first + MOST_GROUPS)) {
      if (/[A-Za-z]/.test(id.slice(end, next.index))) break;
      if (next.text.length > MOST_IN_GROUP || DATE.test(next.text)) break;
      groups.push(next.text);
      end = next.index + next.text.length;
      found.push({ ...placed(), digits: groups.join(''), before, groups: [...groups] });
    }
    return found;
  });
}

/** A first group that is shorter than people make it, and no prefix: a count, a month or a part of a shop's number may be one. */
const isShort = ([first = '']: readonly string[]) =>
  first.length < 3 && first !== '62' && first !== '0';

const inPairs = (groups: readonly string[]) => groups.every(({ length }) => length <= 2);

/** Whether a customer's ID holds this number. Other than an order's it is seldom made of a date, but often of two counts. */
function isCustomersNumber({ digits, before, groups }: Candidate): boolean {
  if (isShort(groups) && AFTER_YEAR.test(before) && MOMENT.test(digits)) return false;
  const isBare = !isShort(groups) || groups.length > 2;
  const unpadded = groups.length === 1 ? digits.replace(/^0+/, '') : digits;
  return [digits, unpadded].some((each) => NUMBER.test(each) || (isBare && BARE.test(each)));
}

/**
 * Whether an ID is, or holds, what may be somebody's phone number: with separators, a prefix, or letters around it. A random
 * UUID may look like a number in places; it is none.
 */
export const isPhoneNumber = (id: string): boolean => customersNumberIn(id) !== undefined;

function customersNumberIn(id: string): Place | undefined {
  const text = readIn(id);
  return WHOLE.test(text.replace(/[\s().+-]/g, ''))
    ? { from: 1, to: text.length }
    : candidatesIn(text).find(isCustomersNumber)?.place;
}

/** What may hold a number, each character in its place. */
const readIn = (id: string): string =>
  id.slice(0, LONGEST).replace(UUID, (uuid) => 'x'.repeat(uuid.length));

/** Whether an order's number holds this one: not where it may be a date, a time or a count, and only with its prefix. */
const isOrdersNumber = ({ digits, before, groups }: Candidate): boolean =>
  NUMBER.test(digits) &&
  !DATE_FIRST.test(digits) &&
  !AFTER_DATE.test(before) &&
  (!isShort(groups) || (inPairs(groups) && !MOMENT.test(digits)));

/**
 * The same of an order's number, which is often made of a date, a time or a count: not of what may be one of those, and only
 * with its prefix.
 */
export const holdsPhoneNumber = (reference: string): boolean =>
  ordersNumberIn(reference) !== undefined;

const ordersNumberIn = (reference: string): Place | undefined =>
  candidatesIn(readIn(reference)).find(isOrdersNumber)?.place;

/**
 * SNAP's `partnerReferenceNo`: at most 64 characters. Narrowed to characters that need no escaping in
 * a workflow ID, a URL or a search attribute query.
 */
export const partnerReferenceFormSchema = z.string().regex(/^[A-Za-z0-9._:-]{1,64}$/, {
  error: 'must be 1 to 64 letters, digits or . _ : -',
  // What is no number is looked at no further.
  abort: true,
});

/** What is refused of an ID since it may be personal. Journeys that had one before go on: see {@link isPersonal}. */
const personal = (message: string) => ({ message, params: { isPersonal: true } });

/** Tells where the number stands, and never what stands there. */
const without =
  (numberIn: (id: string) => Place | undefined) =>
  (id: string, context: z.RefinementCtx<string>): void => {
    const place = numberIn(id);
    if (place === undefined) return;
    const message = `must not hold a phone number, as characters ${place.from} to ${place.to} look like one`;
    context.addIssue({ code: 'custom', input: id, ...personal(message) });
  };

/** Whether an ID is refused for nothing but what it may tell of a person. */
export const isPersonal = (issue: z.core.$ZodIssue): boolean =>
  issue.code === 'custom' && issue.params?.isPersonal === true;

/** Whoever normalises a URL takes `.` and `..` out of its path, and would never reach such an ID again. */
const isMoreThanDots = (id: string) => !/^\.{1,64}$/.test(id);
const DOTS_ALONE = 'must not be of dots alone';

/** {@link partnerReferenceFormSchema} of a new journey: it stands in the clear, so that it holds no phone number (money rule 13). */
export const partnerReferenceNoSchema = partnerReferenceFormSchema
  .superRefine(without(ordersNumberIn))
  .refine(isMoreThanDots, DOTS_ALONE);

/**
 * The merchant's own key for a customer. It stands in workflow IDs and search attributes, which
 * Temporal keeps in the clear, so a phone number or an e-mail address is refused (money rule 13).
 */
export const customerIdSchema = z
  .string()
  .refine((id) => !id.includes('@'), 'must not be an e-mail address')
  .superRefine(without((id) => (id.length > 64 ? undefined : customersNumberIn(id))))
  .regex(/^[A-Za-z0-9._:-]{1,64}$/, 'must be 1 to 64 letters, digits or . _ : -')
  .refine(isMoreThanDots, DOTS_ALONE);

/**
 * One opening of an account. 48 characters at most: the references of its calls to DOKU add a suffix
 * and must stay within SNAP's 64.
 */
export const openingReferenceSchema = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,48}$/, 'must be 1 to 48 letters, digits or . _ : -')
  .superRefine(without(ordersNumberIn))
  .refine(isMoreThanDots, DOTS_ALONE);

export const openAccountWorkflowId = (customerId: string, reference: string) =>
  `account/${customerId}/open/${reference}`;

export const closeAccountWorkflowId = (customerId: string, reference: string) =>
  `account/${customerId}/close/${reference}`;

export const walletWorkflowId = (customerId: string) => `wallet/${customerId}`;

/** @param digest - of the DOKU account, which must not be read from it. */
export const accountOwnerWorkflowId = (digest: string) => `account-owner/${digest}`;

export const merchantSessionWorkflowId = (clientId: string) => `merchant/${clientId}`;

export const purchaseWorkflowId = (partnerReferenceNo: string) => `purchase/${partnerReferenceNo}`;

export const refundWorkflowId = (partnerRefundNo: string) => `refund/${partnerRefundNo}`;

/** Who holds it may undo the purchase: Temporal runs one workflow of an ID at a time. */
export const refundTurnWorkflowId = (partnerReferenceNo: string) =>
  `refund-turn/${partnerReferenceNo}`;

export const topUpWorkflowId = (partnerReferenceNo: string) => `top-up/${partnerReferenceNo}`;

export const topUpBatchWorkflowId = (batchReference: string) => `top-up-batch/${batchReference}`;

export const topUpBatchPartWorkflowId = (batchReference: string, index: number) =>
  `${topUpBatchWorkflowId(batchReference)}/${index}`;

/** One for all batches of a merchant: which of their parts send the top-ups of which numbers. */
export const claimedNumbersWorkflowId = (clientId: string) => `claimed-numbers/${clientId}`;

export const bankTransferWorkflowId = (partnerReferenceNo: string) =>
  `transfer/${partnerReferenceNo}`;

export const authorizedPurchaseWorkflowId = (partnerReferenceNo: string) =>
  `authorized-purchase/${partnerReferenceNo}`;

export const findingWorkflowId = (kind: string, partnerReferenceNo: string) =>
  `finding/${kind}/${partnerReferenceNo}`;

export const recheckWorkflowId = (workflowId: string) => `recheck/${workflowId}`;

/** @param unique - a UUID: each check is one of its own. */
export const checkWorkflowId = (unique: string) => `check/${unique}`;

export const reconciliationWorkflowId = (reference: string) => `reconciliation/${reference}`;

/** @param workflowId - of the journey whose events wait for their receiver. */
export const eventDeliveryWorkflowId = (workflowId: string) => `events/${workflowId}`;
