/**
 * Everything about DOKU's API that its sources leave open or that differs between environments, in one
 * overridable place. Defaults are those of doku-api §14 and §15.
 *
 * @module
 */
import * as z from 'zod';
import { isLoopbackUrl } from '../../contract/loopback.js';
import { hasPlainHost, NO_PLAIN_HOST } from '../../contract/plain-host.js';
import type { Operation } from './endpoint.js';

const b2b = (path: string) => `/snap-adapter/b2b/v1.0/${path}`;
const b2b2c = (path: string) => `/snap-adapter/b2b2c/v1.0/${path}`;

/** Paths by operation. Those after "inferred" follow SNAP's path and DOKU's prefix rule only (doku-api §1). */
const DEFAULT_PATHS: Readonly<Record<Operation, string>> = {
  tokenB2B: '/authorization/v1/access-token/b2b',
  tokenB2B2C: '/authorization/v1/access-token/b2b2c',
  accountCreation: b2b('registration-account-creation'),
  verifyOtp: b2b('otp-verification'),
  accountBinding: b2b('registration-account-binding'),
  accountInquiry: b2b('registration-account-inquiry'),
  accountUnbinding: b2b('registration-account-unbinding'),
  balanceInquiry: b2b2c('balance-inquiry'),
  bankAccountInquiry: b2b2c('emoney/bank-account-inquiry'),
  transferBank: b2b2c('emoney/transfer-bank'),
  purchase: b2b2c('debit/payment-host-to-host'),
  historyList: b2b2c('transaction-history-list'),
  historyDetail: b2b2c('transaction-history-detail'),
  // Inferred:
  topUp: b2b2c('emoney/topup'),
  topUpStatus: b2b2c('emoney/topup-status'),
  purchaseStatus: b2b2c('debit/status'),
  purchaseCancel: b2b2c('debit/cancel'),
  purchaseRefund: b2b2c('debit/refund'),
  requestOtp: b2b('otp'),
  authPayment: b2b2c('auth/payment'),
  authCapture: b2b2c('auth/capture'),
  authVoid: b2b2c('auth/void'),
  topUpInquiry: b2b2c('emoney/account-inquiry'),
};

/** The path of a URL, sent and signed as it stands: a client that made another of it would sign in vain. */
export const pathSchema = z
  .string()
  .regex(/^\/[^\s?#*]*$/, {
    error: 'must be a path that starts with /, without blanks, "?", "#" or "*"',
    abort: true,
  })
  .refine(isKeptByUrls, 'must be a path that a URL leaves as it is: without "..", "//" or "\\"');

function isKeptByUrls(path: string): boolean {
  const base = 'http://localhost';
  if (!URL.canParse(path, base)) return false;
  const { origin, pathname } = new URL(path, base);
  return origin === base && pathname === path && !path.includes('//');
}

const pathsSchema = z
  .strictObject(
    Object.fromEntries(
      Object.keys(DEFAULT_PATHS).map((operation) => [operation, pathSchema.optional()]),
    ),
  )
  .transform((paths) => ({ ...DEFAULT_PATHS, ...paths }) as Record<Operation, string>)
  .superRefine((paths, context) => {
    const of = new Map<string, string>();
    for (const [operation, path] of Object.entries(paths)) {
      const other = of.get(path);
      const message = `is the path of ${other} too: DOKU would take one for the other`;
      if (other) context.addIssue({ code: 'custom', path: [operation], message });
      of.set(path, operation);
    }
  });

/** A scheme, a host and perhaps a port: paths come from the settings, and a login would stand in every log. */
const ORIGIN = /^https?:\/\/[^\s/?#\\@]+\/?$/i;
const baseUrlSchema = z
  .string()
  .refine((text) => ORIGIN.test(text) && URL.canParse(text) && new URL(text).port !== '0', {
    error:
      'must be an http(s) URL of scheme, host and port alone, without path, query, login or blanks',
    abort: true,
  })
  .refine(hasPlainHost, { error: NO_PLAIN_HOST, abort: true })
  .refine(
    (text) => new URL(text).protocol === 'https:' || isLoopbackUrl(text),
    'must be https, except for loopback',
  )
  .transform((text) => new URL(text).origin);

/** A forward proxy's URL. Messages never quote it, as it may hold a password. */
export const proxySchema = z
  .url({ protocol: /^https?$/, error: 'must be the http(s) URL of a proxy', abort: true })
  .refine(hasPlainHost, NO_PLAIN_HOST)
  .refine(
    (text) => !URL.canParse(text) || /^\/?$/.test(new URL(text).pathname),
    'must have no path',
  );

const headersSchema = z.strictObject({
  /** DOKU's wallet SDKs and SNAP write `Bearer`, its generic SDKs send the bare token (C-05). */
  customerTokenPrefix: z.enum(['Bearer ', '']).default('Bearer '),
  /** Mandatory by SNAP, absent from DOKU's wallet pages (C-18): sent only when set. */
  channelId: z.string().max(5).optional(),
  deviceId: z.string().max(400).optional(),
  ipAddress: z.ipv4().optional(),
  origin: z.string().max(255).optional(),
});

export const snapSettingsSchema = z
  .strictObject({
    /** `https://api-sandbox.doku.com` or `https://api.doku.com`; plain http only for loopback. */
    baseUrl: baseUrlSchema.default('https://api-sandbox.doku.com'),
    /** Milliseconds for one request, from the wait for a free connection to the last byte received. */
    timeoutMs: z.int().min(100).max(60_000).default(10_000),
    /** Of these, milliseconds for a new connection: name, TCP and TLS. What fails within them was certainly not sent. */
    connectTimeoutMs: z.int().min(100).max(60_000).default(5_000),
    /** PEM of an authority to trust beside the well-known ones, as a proxy's or the sandbox's. */
    ca: z
      .string()
      .regex(/-----BEGIN CERTIFICATE-----/, 'must be PEM')
      .optional(),
    /** The same as a file; it wins. */
    caFile: z.string().min(1).optional(),
    /**
     * The proxy that connections to DOKU go through, `none` for none; without it that of `HTTPS_PROXY` and `NO_PROXY`, as the
     * process has them. A name and password may stand in it.
     */
    proxy: proxySchema.or(z.literal('none')).optional(),
    /** PEM file of our certificate, for a DOKU or a gateway that asks for one; with its key. */
    clientCertificateFile: z.string().min(1).optional(),
    /** PEM file of that certificate's private key. */
    clientKeyFile: z.string().min(1).optional(),
    /**
     * Milliseconds after which an idle connection is given up: fewer than DOKU's side waits, as what is sent on a connection
     * that is just closed there is in doubt. Where its answers name a time (`Keep-Alive`), one second before that at the latest.
     */
    idleTimeoutMs: z.int().min(100).max(600_000).default(4_000),
    /** Bytes of an answer read at most. */
    maxAnswerBytes: z.int().min(1_024).max(67_108_864).default(1_048_576),
    /** Connections kept open to DOKU. */
    maxSockets: z.int().min(1).max(4_096).default(128),
    paths: pathsSchema.prefault({}),
    /** Query Purchase: DOKU's wallet text says 17, SNAP 54 (C-03). */
    purchaseServiceCode: z
      .string()
      .regex(/^\d{2}$/, 'must be two digits')
      .default('17'),
    /** Query Top Up: SNAP's value; DOKU states none. */
    topUpServiceCode: z
      .string()
      .regex(/^\d{2}$/, 'must be two digits')
      .default('38'),
    /** Purchase Web's field "default DOKU" lost its name; SNAP's only candidate is `payMethod` (Q2). */
    payMethod: z.string().min(1).max(64).default('DOKU'),
    /** How Purchase Web names the return URLs: SNAP's plural or the singular of DOKU's jump-app SDK (Q3). */
    urlParamsName: z.enum(['urlParams', 'urlParam']).default('urlParams'),
    /** The key of the bank's code in Bank Account Inquiry's additionalInfo (Q7). */
    bankCodeName: z.enum(['bankCode', 'beneficiaryBankCode']).default('bankCode'),
    /**
     * How a customer gets another OTP: by the newer docs' Request OTP, or by repeating the call that sent the first one,
     * which every source knows.
     */
    resendOtp: z.enum(['repeat', 'requestOtp']).default('repeat'),
    /** Which call comes before Top Up: the newer docs' inquiry, or Account Inquiry where DOKU does not offer it. */
    topUpInquiry: z.enum(['topUpInquiry', 'accountInquiry']).default('topUpInquiry'),
    /**
     * The account behind the corporate balance, asked for by Balance Inquiry without a customer. DOKU documents no
     * way to read that balance (doku-api §10.10): leave it out where DOKU does not answer.
     */
    corporateAccountNo: z
      .string()
      .regex(/^\d{1,16}$/, 'must be 1 to 16 digits')
      .optional(),
    corporateBalancePath: pathSchema.default(b2b('balance-inquiry')),
    headers: headersSchema.prefault({}),
  })
  .refine(
    ({ clientCertificateFile, clientKeyFile }) =>
      (clientCertificateFile === undefined) === (clientKeyFile === undefined),
    { path: ['clientKeyFile'], error: 'goes with clientCertificateFile: both or none' },
  );

export type SnapSettings = z.output<typeof snapSettingsSchema>;
export type SnapSettingsInput = z.input<typeof snapSettingsSchema>;

/**
 * Settings with their defaults.
 *
 * @throws ZodError naming every wrong setting by its path.
 */
export function snapSettings(overrides: SnapSettingsInput = {}): SnapSettings {
  return snapSettingsSchema.parse(overrides);
}

/** Whether the path takes the customer's token (DOKU's prefix rule, doku-api §1). */
export const needsCustomerToken = (requestPath: string) =>
  requestPath.startsWith('/snap-adapter/b2b2c/');
