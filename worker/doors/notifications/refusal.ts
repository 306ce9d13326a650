/** The checks that a request may fail, as its log line and the metric name them. */
export const CHECKS = [
  /** A header is missing, comes twice, or is not of its form. */
  'header',
  /** The clocks are too far apart, or it is an old request again. */
  'clock',
  /** It is for another merchant. */
  'client',
  /** Its token is not one of ours, or is over. */
  'token',
  'signature',
  /** Its bytes are no text. */
  'utf-8',
  'json',
  /** A field of the body is not of its form. */
  'field',
  /** Nothing is here. */
  'url',
  /** It is too large. */
  'size',
  /** It is no HTTP, or was held open. */
  'http',
  /** More genuine ones than are taken. */
  'limit',
  /** Temporal could not be told of it. */
  'temporal',
] as const;
export type Check = (typeof CHECKS)[number];

/** SNAP's service codes. */
export const TOKEN = '73';
export const NOTIFY = '56';
export type ServiceCode = typeof TOKEN | typeof NOTIFY;

/** A refusal in DOKU's form. */
export class NotificationRefusal extends Error {
  constructor(
    readonly check: Check,
    readonly status: number,
    readonly serviceCode: ServiceCode,
    readonly caseCode: string,
    message: string,
    /** Seconds after which it may come again. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }

  get body() {
    return {
      responseCode: `${this.status}${this.serviceCode}${this.caseCode}`,
      responseMessage: this.message,
    };
  }
}
