/**
 * Every temperament by its name, with its own options.
 *
 * @module
 */
import * as z from 'zod';
import { CLAIM_FORMS } from '../books/tokens.js';

const ms = z
  .int()
  .min(0)
  .max(40 * 86_400_000);
const rupiah = z.string().regex(/^\d{1,16}\.\d{2}$/, 'must be a string such as "10000.00"');
const currency = z.string().regex(/^[A-Z]{3}$/, 'must be three capital letters');
const status = z.string().max(32);

/** Kinds of question, each with its own lag. */
export const QUESTIONS = [
  'status',
  'refundHistory',
  'historyList',
  'historyDetail',
  'balance',
  'accountInquiry',
] as const;
export type Question = (typeof QUESTIONS)[number];

/** How a connection ends without a whole answer. */
export const BREAKS = ['reset', 'fin', 'half', 'badRecord', 'plainText', 'alert', 'hang'] as const;
export type Break = (typeof BREAKS)[number];

/** How a repeat is met while the first is still worked on; of two that are carried out, the first finds the second. */
const REPEATS = ['duplicate', 'inProgress', 'carriedOut', 'carriedOutTwice'] as const;

/** Ways to write an optional field that a reader may not expect. */
export const ODD_FORMS = [
  'null',
  'threeDecimals',
  'trailingSpace',
  'missing',
  'number',
  'text',
  'object',
] as const;
export type OddForm = (typeof ODD_FORMS)[number];

export const LIFETIME_FORMS = [
  'number',
  'numericText',
  'isoTime',
  'epochSeconds',
  'epochMs',
  'missing',
  'nonsense',
] as const;
export type LifetimeForm = (typeof LIFETIME_FORMS)[number];

/** Its books. */
export const BOOKS = {
  lags: {
    of: z.enum(QUESTIONS),
    ms: z.int().min(0).max(120_000),
    /** What is there, but was not then, is shown as pending rather than not at all. */
    showsPending: z.boolean().default(false),
  },
  worksOn: {
    delayMs: z.int().min(0).max(30_000),
    ends: z.enum(BREAKS).default('hang'),
    repeat: z.enum(REPEATS).default('inProgress'),
  },
  checksFirst: {
    what: z.enum(['funds', 'limits', 'state']),
    isExhausted: z.boolean().default(false),
  },
  otherAmount: { amount: rupiah.optional(), percent: z.int().min(1).max(1_000).default(90) },
  otherCurrency: { currency: currency.default('USD') },
  takesFee: { amount: rupiah },
  staysPending: {
    ms,
    as: z.enum(['success', 'failed']).default('success'),
    /** The request is answered as if it were done already. */
    saysDone: z.boolean().default(false),
  },
  settlesNextWorkingDay: { holidays: z.array(z.iso.date()).default([]) },
  refusesRefundsAtNight: {},
  refusesRefundsWithoutBalance: {},
} as const;

/** The form of its answers. */
export const ANSWERS = {
  omitsLinkId: {},
  givesExistingLinkId: {},
  showsHeldAsSuccess: {},
  showsReversalsUnderOriginal: {},
  conflictsWithFirstAnswer: {},
  refuses: {
    code: z.string().regex(/^\d{3}(?:\d{2}|xx)\d{2}$/, 'must be like "4035514" or "400xx03"'),
    message: z.string().max(150).default('Refused'),
    when: z.enum(['before', 'after']).default('before'),
    on: z.enum(['any', 'first', 'repeat']).default('any'),
  },
  refusesInAnothersName: { service: z.string().regex(/^\d{2}$/) },
  writesCodesAsNumbers: { statusesToo: z.boolean().default(false) },
  showsStatus: { status },
  writesOddly: { field: z.string().min(1).max(200), form: z.enum(ODD_FORMS) },
  writesReferencesAsNumbers: {},
  writesTwice: { field: z.string().min(1).max(64), value: z.json().optional() },
} as const;

/** Its tokens. */
export const TOKENS = {
  writesLifetime: { form: z.enum(LIFETIME_FORMS) },
  keepsAuthCodes: {},
  refusesToken: {
    which: z.enum(['b2b', 'customer']),
    when: z.enum(['before', 'after']).default('before'),
  },
  namesAccount: { form: z.enum(CLAIM_FORMS) },
} as const;

/** Its notifications. */
export const NOTIFICATIONS = {
  notifiesFirst: {},
  notifiesAgain: { copies: z.int().min(1).max(1_000).default(1), everyMs: ms.default(0) },
  notifiesLate: { delayMs: ms },
  notifiesOutOfOrder: {},
  notifiesWrongly: {
    status: status.optional(),
    amount: rupiah.optional(),
    currency: currency.optional(),
  },
  notifiesOfUnknown: { status: status.default('00') },
  staysSilent: {},
} as const;

/** Its limits, and the network between. */
export const CONNECTIONS = {
  isTooBusy: { retryAfterSeconds: z.int().min(0).max(86_400).optional() },
  isInMaintenance: {},
  blocksAccount: {},
  breaks: { how: z.enum(BREAKS), when: z.enum(['before', 'after']).default('after') },
  drips: { everyMs: z.int().min(1).max(60_000).default(1_000) },
  closesIdle: { afterMs: z.int().min(0).max(60_000).default(0) },
  acceptsSlowly: { ms: z.int().min(1).max(120_000) },
} as const;

export const KINDS = { ...BOOKS, ...ANSWERS, ...TOKENS, ...NOTIFICATIONS, ...CONNECTIONS } as const;
export type Kind = keyof typeof KINDS;
