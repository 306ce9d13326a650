import * as z from 'zod';
import { endpoint, type RequestOf, type ResponseOf } from '../endpoint.js';
import { additionalInfo, given, pageIn, reference, text, textIn } from '../text.js';

const parameters = z.record(z.string(), z.unknown()).optional();

/** Verify OTP (doku-api §10.3), of Account Creation or Account Unbinding. */
export const verifyOtp = endpoint({
  operation: 'verifyOtp',
  serviceCode: '04',
  // Moves none, but a wrong try counts: an unclear answer must not be repeated blindly.
  movesMoney: true,
  request: z.strictObject({
    originalPartnerReferenceNo: reference,
    originalReferenceNo: given,
    otp: text(8),
    additionalInfo: additionalInfo.optional(),
  }),
  response: z
    .looseObject({
      originalPartnerReferenceNo: textIn,
      originalReferenceNo: textIn,
      sendOtpFlag: textIn,
      // DOKU spells it both ways.
      qparamsURL: pageIn,
      qParamsURL: pageIn,
      qparams: parameters,
      qParams: parameters,
    })
    .transform((answer) => ({
      ...answer,
      /** The create-PIN page to open; none after an unbinding. */
      pinUrl: pageUrl(answer.qparamsURL ?? answer.qParamsURL, answer.qparams ?? answer.qParams),
    })),
  echoes: [
    ['originalPartnerReferenceNo', 'originalPartnerReferenceNo'],
    ['originalReferenceNo', 'originalReferenceNo'],
  ],
});
export type VerifyOtpRequest = RequestOf<typeof verifyOtp>;
export type VerifyOtpResponse = ResponseOf<typeof verifyOtp>;

/** Whatever parameters DOKU gives (`token` in its SDKs, `action` in its docs) go to the page. */
function pageUrl(
  url: string | undefined,
  given: Record<string, unknown> | undefined,
): string | undefined {
  if (url === undefined) return undefined;
  const query = new URLSearchParams(
    Object.entries(given ?? {}).map(([name, value]): [string, string] => [name, written(value)]),
  ).toString();
  if (query === '') return url;
  return `${url}${url.includes('?') ? '&' : '?'}${query}`;
}

/** An object of DOKU's may have members that keep it from becoming text by itself. */
const written = (value: unknown) =>
  typeof value === 'object' ? JSON.stringify(value) : String(value);
