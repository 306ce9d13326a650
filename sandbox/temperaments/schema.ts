import * as z from 'zod';
import { OPERATION_NAMES } from '../doku/faults.js';
import { KINDS, type Kind } from './kinds.js';

/** Whom a temperament meets, and for how long; without any of it everybody, until it is deleted. */
const SCOPE = {
  operation: z.enum(OPERATION_NAMES).optional(),
  /** DOKU ID. */
  accountId: z.string().min(1).max(36).optional(),
  /** Any number that a request names: `partnerReferenceNo` and its kin, `linkId`, `customerNumber`, `authCode`. */
  reference: z.string().min(1).max(256).optional(),
  forMs: z
    .int()
    .min(1)
    .max(40 * 86_400_000)
    .optional(),
  times: z.int().min(1).max(1_000_000).optional(),
};

type Shape<K extends Kind> = { temperament: z.ZodLiteral<K> } & (typeof KINDS)[K] & typeof SCOPE;
type Option<K extends Kind> = K extends Kind
  ? Shape<K> extends z.core.$ZodShape
    ? z.ZodObject<Shape<K>, z.core.$strict>
    : never
  : never;

const options = Object.entries(KINDS).map(([kind, own]) =>
  z.strictObject({ temperament: z.literal(kind), ...own, ...SCOPE }),
) as unknown as [Option<Kind>, ...Option<Kind>[]];

export const temperamentSchema = z.discriminatedUnion('temperament', options);
export const temperamentsSchema = z.array(temperamentSchema);

export type Temperament = z.output<Option<Kind>>;
export type TemperamentInput = z.input<Option<Kind>>;
export type Of<K extends Kind> = z.output<Option<K>>;
