import crypto from 'node:crypto';
import * as z from 'zod';
import { temperamentsSchema } from '../temperaments/schema.js';

const isRsa = (keyIn: (pem: string) => crypto.KeyObject) => (pem: string) => {
  try {
    return keyIn(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
};

/** What a sandbox may be told; what is missing is generated or has DOKU's documented default. */
export const sandboxOptionsSchema = z.strictObject({
  /** 0 picks a free one. */
  port: z.coerce.number().int().min(0).max(65_535).default(4780),
  /** Loopback unless told otherwise. */
  host: z.string().min(1).default('127.0.0.1'),
  /** How the sandbox's own pages are reached, where that differs from where it listens. */
  publicUrl: z.url({ protocol: /^https?$/ }).optional(),
  clientId: z.string().min(1).max(36).optional(),
  clientSecret: z.string().min(8).optional(),
  /** AES key of Account Inquiry's authCode. */
  authCodeSecret: z
    .string()
    .refine(
      (text) => [16, 24, 32].includes(Buffer.byteLength(text)),
      'must be 16, 24 or 32 bytes long',
    )
    .optional(),
  /** PEM of the merchant's public key; without it a pair is generated. */
  merchantPublicKey: z
    .string()
    .refine(isRsa(crypto.createPublicKey), 'must be an RSA public key in PEM')
    .optional(),
  /** PEM of DOKU's own key; without it one is generated, and with it its public half is known ahead. */
  dokuPrivateKey: z
    .string()
    .refine(isRsa(crypto.createPrivateKey), 'must be an RSA private key in PEM')
    .optional(),
  merchantName: z.string().min(1).max(64).default('Toko Sandbox'),
  /** Where payment notifications go; none without it. */
  notifyUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** Where the token for notifications is asked for. Default: SNAP's path on the notification's host. */
  notifyTokenUrl: z.url({ protocol: /^https?$/ }).optional(),
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
  /** HTTPS, with a CA made at start; the control API is there without TLS too. */
  tls: z.boolean().default(false),
  /** How DOKU is disposed from the start; a reset keeps none of them. */
  temperaments: temperamentsSchema.default([]),
});

export type SandboxOptions = z.input<typeof sandboxOptionsSchema>;
export type SandboxSettings = z.output<typeof sandboxOptionsSchema>;
