/**
 * What operators call a journey: its kind and the merchant's own number, such as `purchase INV-1`.
 *
 * @module
 */
import * as z from 'zod';
import { EVENT_DELIVERY_TYPE } from '../../../contract/event.js';
import { FINDING_KINDS } from '../../../contract/finding.js';
import {
  authorizedPurchaseWorkflowId,
  bankTransferWorkflowId,
  closeAccountWorkflowId,
  customerIdSchema,
  eventDeliveryWorkflowId,
  findingWorkflowId,
  openAccountWorkflowId,
  openingReferenceSchema,
  partnerReferenceFormSchema,
  purchaseWorkflowId,
  recheckWorkflowId,
  reconciliationWorkflowId,
  refundWorkflowId,
  topUpBatchWorkflowId,
  topUpWorkflowId,
  walletWorkflowId,
} from '../../../contract/identity.js';

interface Kind {
  readonly workflowType: string;
  /** What an ID of this kind is. */
  readonly id: string;
  /** Of the parts of an ID, which slashes separate. */
  readonly parts: readonly z.ZodType<string | undefined>[];
  readonly workflowIdOf: (...parts: string[]) => string;
}

const reference = partnerReferenceFormSchema;
const opening = [customerIdSchema, openingReferenceSchema];
const period = z.string().regex(/^[A-Za-z0-9._:-]{1,120}$/);

/** Of a journey's workflow ID, past its first: as many as an opening has at most. */
const ANY_PARTS = [reference, reference.optional(), reference.optional()];

const KINDS = {
  purchase: {
    workflowType: 'purchase',
    id: 'the order number',
    parts: [reference],
    workflowIdOf: purchaseWorkflowId,
  },
  refund: {
    workflowType: 'refund',
    id: 'the refund number',
    parts: [reference],
    workflowIdOf: refundWorkflowId,
  },
  'authorized-purchase': {
    workflowType: 'authorizedPurchase',
    id: 'the order number',
    parts: [reference],
    workflowIdOf: authorizedPurchaseWorkflowId,
  },
  'top-up': {
    workflowType: 'topUp',
    id: 'the top-up number',
    parts: [reference],
    workflowIdOf: topUpWorkflowId,
  },
  'top-up-batch': {
    workflowType: 'topUpBatch',
    id: 'the batch reference',
    parts: [openingReferenceSchema],
    workflowIdOf: topUpBatchWorkflowId,
  },
  'bank-transfer': {
    workflowType: 'bankTransfer',
    id: 'the transfer number',
    parts: [reference],
    workflowIdOf: bankTransferWorkflowId,
  },
  'open-account': {
    workflowType: 'openAccount',
    id: 'CUSTOMER/REFERENCE',
    parts: opening,
    workflowIdOf: openAccountWorkflowId,
  },
  'close-account': {
    workflowType: 'closeAccount',
    id: 'CUSTOMER/REFERENCE',
    parts: opening,
    workflowIdOf: closeAccountWorkflowId,
  },
  wallet: {
    workflowType: 'wallet',
    id: 'the customer',
    parts: [customerIdSchema],
    workflowIdOf: walletWorkflowId,
  },
  finding: {
    workflowType: 'finding',
    id: 'KIND/NUMBER',
    parts: [z.enum(FINDING_KINDS), reference],
    workflowIdOf: findingWorkflowId,
  },
  recheck: {
    workflowType: 'recheck',
    id: "the journey's workflow ID",
    // Of a part of a batch three, of any other journey two.
    parts: [z.string().regex(/^[a-z-]{1,40}$/), reference, reference.optional()],
    workflowIdOf: (...parts: string[]) => recheckWorkflowId(parts.join('/')),
  },
  reconciliation: {
    workflowType: 'reconciliation',
    id: 'its period',
    parts: [period],
    workflowIdOf: reconciliationWorkflowId,
  },
  events: {
    workflowType: EVENT_DELIVERY_TYPE,
    id: "the journey's workflow ID",
    parts: [z.string().regex(/^[a-z-]{1,40}$/), ...ANY_PARTS],
    workflowIdOf: (...parts: string[]) => eventDeliveryWorkflowId(parts.join('/')),
  },
} as const satisfies Record<string, Kind>;

export type JourneyKind = keyof typeof KINDS;
export const JOURNEY_KINDS = Object.keys(KINDS) as [JourneyKind, ...JourneyKind[]];

/** A journey, as operators name it. */
export interface JourneyName {
  readonly journey: JourneyKind;
  readonly id: string;
}

export const workflowTypeOf = (journey: JourneyKind): string => KINDS[journey].workflowType;

/** Whether an ID is one of its kind. */
export const isOfKind = (name: JourneyName): boolean => partsOf(name) !== undefined;

/** What an ID of a kind is, in words. */
export const kindNeeds = (journey: JourneyKind): string => KINDS[journey].id;

/** Whose workflow ID it is; nothing where it is of no form of ours. */
export const nameOfWorkflowId = (workflowId: string): JourneyName | undefined =>
  JOURNEY_KINDS.map((kind) => journeyNameOf(workflowTypeOf(kind), workflowId)).find(
    (name) => name && isOfKind(name) && workflowIdOf(name) === workflowId,
  );

/** @throws RangeError for an ID that is none of its kind. */
export function workflowIdOf(name: JourneyName): string {
  const parts = partsOf(name);
  if (parts === undefined) throw new RangeError(`not the ID of a ${name.journey}`);
  const kind: Kind = KINDS[name.journey];
  return kind.workflowIdOf(...parts);
}

function partsOf({ journey, id }: JourneyName): string[] | undefined {
  const { parts }: Kind = KINDS[journey];
  const given = id.split('/');
  const fits =
    given.length <= parts.length &&
    parts.every((schema, index) => schema.safeParse(given[index]).success);
  return fits ? given : undefined;
}

/** The other way round. What is of no form of ours, as somebody else began it, is named by its whole workflow ID. */
export function journeyNameOf(workflowType: string, workflowId: string): JourneyName | undefined {
  const journey = JOURNEY_KINDS.find((kind) => KINDS[kind].workflowType === workflowType);
  if (journey === undefined) return undefined;
  const [, ...parts] = workflowId.split('/');
  // account/{customer}/open/{reference}
  const isAccount = workflowType === 'openAccount' || workflowType === 'closeAccount';
  const name = { journey, id: (isAccount ? [parts[0], parts[2]] : parts).join('/') };
  const isOurs = partsOf(name) !== undefined && workflowIdOf(name) === workflowId;
  return isOurs ? name : { journey, id: workflowId };
}

export const written = ({ journey, id }: JourneyName) => `${journey} ${id}`;
