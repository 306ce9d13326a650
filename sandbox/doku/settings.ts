import * as z from 'zod';
import { temperamentsSchema } from '../temperaments/schema.js';
import { areOfOnePair, privateKeySchema, publicKeySchema } from './keys.js';
import { hostSchema, httpUrlSchema, portSchema, wordSchema } from './texts.js';

/** What a sandbox may be told; what is missing is generated or has DOKU's documented default. */
const optionsSchema = z.strictObject({
  /** 0 picks a free one. */
  port: portSchema.default(4780),
  /** Loopback unless told otherwise. */
  host: hostSchema.default('127.0.0.1'),
  /** How the sandbox's own pages are reached, where that differs from where it listens. */
  publicUrl: httpUrlSchema.optional(),
  clientId: wordSchema
    .regex(/^[\x21-\x7e]{1,36}$/, 'must be 1 to 36 ASCII characters without blanks')
    .optional(),
  clientSecret: wordSchema.min(8).optional(),
  /** AES key of Account Inquiry's authCode. */
  authCodeSecret: wordSchema
    .refine(
      (text) => [16, 24, 32].includes(Buffer.byteLength(text)),
      'must be 16, 24 or 32 bytes long',
    )
    .optional(),
  /** PEM of the merchant's public key; without it a pair is generated. */
  merchantPublicKey: publicKeySchema.optional(),
  /** PEM of DOKU's own key; without it one is generated, and with it its public half is known ahead. */
  dokuPrivateKey: privateKeySchema.optional(),
  merchantName: z.string().min(1).max(64).default('Toko Sandbox'),
  /** Where payment notifications go; none without it. */
  notifyUrl: httpUrlSchema.optional(),
  /** Where the token for notifications is asked for. Default: SNAP's path on the notification's host. */
  notifyTokenUrl: httpUrlSchema.optional(),
  /** Milliseconds after a payment until it can only be refunded. */
  settleAfterMs: z.int().min(0).default(300_000),
  /** The merchant's corporate balance, for top-ups. */
  corporateBalance: z
    .string()
    .regex(/^\d{1,16}\.\d{2}$/)
    .default('1000000000.00'),
  /** The number of the account that holds it, for Balance Inquiry without a customer. */
  corporateAccountNo: z
    .string()
    .regex(/^\d{1,16}$/)
    .default('8800000001'),
  /** How a repeated X-EXTERNAL-ID is answered: SNAP's 409xx00, or DOKU's replay of the first answer. */
  duplicateExternalId: z.enum(['snap', 'replay']).default('snap'),
  /** A file that keeps the books over a restart; in memory without one. */
  booksFile: z.string().min(1).optional(),
  /** HTTPS, with a CA made at start; the control API is there without TLS too. */
  tls: z.boolean().default(false),
  /** How DOKU is disposed from the start; a reset keeps none of them. */
  temperaments: temperamentsSchema.default([]),
});

export const sandboxOptionsSchema = optionsSchema.superRefine((options, context) => {
  const { notifyUrl, notifyTokenUrl, merchantPublicKey, dokuPrivateKey } = options;
  if (notifyUrl !== undefined && notifyUrl === tokenUrlOf(notifyUrl, notifyTokenUrl))
    context.addIssue({
      code: 'custom',
      path: ['notifyTokenUrl'],
      message: 'is where notifications go too: tokens are asked for at a path of their own',
    });
  if (
    merchantPublicKey !== undefined &&
    dokuPrivateKey !== undefined &&
    areOfOnePair(merchantPublicKey, dokuPrivateKey)
  )
    context.addIssue({
      code: 'custom',
      path: ['dokuPrivateKey'],
      message: "is the merchant's own key: DOKU has one of its own",
    });
});

/** Where the token for notifications is asked for. */
export const tokenUrlOf = (notifyUrl: string, notifyTokenUrl: string | undefined) =>
  notifyTokenUrl ?? new URL('/authorization/v1/access-token/b2b', notifyUrl).href;

export type SandboxOptions = z.input<typeof optionsSchema>;
export type SandboxSettings = z.output<typeof optionsSchema>;
