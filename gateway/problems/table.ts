/**
 * Every error that the gateway answers with: one table, of which come the answers, the page `/problems`, OpenAPI and
 * `docs/gateway.md`. A name is that of the client's class without `Error`, and of the workflows' error type where there is one.
 *
 * @module
 */

/** One kind of error. */
export interface ProblemKind {
  /** HTTP's. */
  readonly status: number;
  /** What it is, in a line that is the same each time. */
  readonly title: string;
  readonly whatToDo: string;
  /** Seconds after which the same request may be sent again without any change; `undefined`: it would end the same. */
  readonly retryAfter?: number;
}

export const PROBLEMS = {
  InvalidInput: {
    status: 400,
    title: 'What was sent is wrong: nothing was done for it, and it has used up no number',
    whatToDo: 'Put right each field that `fields` names, and send it again.',
  },
  InvalidRows: {
    status: 400,
    title: 'Rows of the batch are wrong; nothing was sent',
    whatToDo: 'Put right each row that `rows` names, and send the whole batch again.',
  },
  InputMismatch: {
    status: 409,
    title: 'This number was used for something else',
    whatToDo: 'Compare `given` and `existing`; take another number for what is something else.',
  },
  UnknownJourney: {
    status: 404,
    title: 'No journey of this number is known, or of a batch no such part',
    whatToDo:
      "Is the number right, and the part that `detail` names? A journey is started by PUT; one of long ago may be past Temporal's retention, and `npm start` or `npm run site` without `--keep` has forgotten all from before.",
  },
  JourneyEnded: {
    status: 409,
    title: 'It has ended, so that this can no longer be done',
    whatToDo: 'Go by `result`, which says how it ended.',
  },
  JourneyBroken: {
    status: 409,
    title: 'Somebody ended the journey in Temporal, so that it has no result',
    whatToDo:
      'Have an operator look up at DOKU where the money is; `show` of the command line tells where it stood last. Its number is used up.',
  },
  JourneyUnreadable: {
    status: 409,
    title: 'It was begun by somebody whose payload key neither the workers nor the gateway have',
    whatToDo:
      'Take another number. Operators: `detail` says how it goes on, how to end it, and what becomes of its money.',
  },
  NotNow: {
    status: 409,
    title: 'Its state forbids it now',
    whatToDo: 'Read its status by GET, and do what that allows; `?wait=` waits for the next one.',
  },
  NotAcknowledgeable: {
    status: 409,
    title: 'There is no payment to acknowledge, or its reversal has begun',
    whatToDo: 'Do not deliver. Read its status by GET.',
  },
  NotCancellable: {
    status: 409,
    title: 'It was acknowledged, or paid for good, so that it cannot be cancelled',
    whatToDo: 'Give it back by PUT of a refund, under a number of its own.',
  },
  OtpUsedUp: {
    status: 409,
    title: "The OTP's tries are used up, or it is no longer valid",
    whatToDo: 'Have a new one sent by `resend-otp`.',
  },
  OtpNotSent: {
    status: 409,
    title: 'DOKU sent no other OTP, or too many were sent',
    whatToDo: 'Have the customer enter the one before, which still counts.',
  },
  NotNeeded: {
    status: 409,
    title: 'It would change nothing',
    whatToDo: 'Nothing: what was asked for is so already. GET says where it stands.',
  },
  Contradicted: {
    status: 409,
    title: "DOKU says otherwise than the operator's decision",
    whatToDo: 'Look it up at DOKU before deciding again.',
  },
  TokenUnavailable: {
    status: 503,
    title: 'DOKU gave no token in time; nothing was sent',
    whatToDo: 'Send the same request again.',
    retryAfter: 5,
  },
  CustomerNotBound: {
    status: 409,
    title: 'The customer has no bound DOKU account; nothing was sent',
    whatToDo:
      'Open the account first, by PUT of an opening; a number that was started for it is used up: take another.',
  },
  ForeignAuthCode: {
    status: 409,
    title: 'The customer agreed to another DOKU account than the one to be bound',
    whatToDo:
      'Start another opening, under another reference, and have the customer agree with the account that is to be bound.',
  },
  UnprovenAuthCode: {
    status: 409,
    title: 'Nothing at DOKU tells whose account the customer agreed to',
    whatToDo: 'Start another opening, under another reference.',
  },
  AccountTaken: {
    status: 409,
    title: 'The DOKU account is bound by another customer of this merchant',
    whatToDo: "Close the other customer's binding first.",
  },
  Known: {
    status: 409,
    title: 'The finding has this very report already',
    whatToDo: 'Nothing.',
  },
  Full: {
    status: 409,
    title: 'The finding holds as many reports as an operator reads',
    whatToDo: 'Have an operator resolve it.',
  },
  HandedOver: {
    status: 503,
    title: 'The journey goes on in another run, which has the answer',
    whatToDo: 'Send the same request again.',
    retryAfter: 1,
  },
  Stale: {
    status: 503,
    title: 'The workers came to it after more than five minutes',
    whatToDo:
      "Send the same request again. Operators: workers were away, or the gateway's clock or Temporal's is wrong.",
    retryAfter: 1,
  },
  TooManyWaiting: {
    status: 503,
    title: 'It was not taken, as too many calls wait for the answers of this journey',
    whatToDo:
      "Send the same request again: what those that wait have asked for goes on. Where GET says `needs-attention`, all wait for an operator's decision.",
    retryAfter: 5,
  },
  Answered: {
    status: 409,
    title: 'It was said too often, and is known already',
    whatToDo: 'Nothing more: what was said first counts. GET says where it stands.',
  },
  Refused: {
    status: 422,
    title: 'DOKU clearly refuses',
    whatToDo:
      'Tell whoever asked by `refusal`, the case, and put right what it names: the same again would be refused again.',
  },
  NotAnswered: {
    status: 504,
    title: 'DOKU gave no clear answer in time; nothing was moved',
    whatToDo: 'Send the same request again.',
    retryAfter: 5,
  },
  DeadlineExceeded: {
    status: 504,
    title: 'It goes on, and has no answer yet',
    whatToDo:
      'Send the same request again: nothing is done twice. Or wait by GET; `in-doubt` waits for DOKU.',
    retryAfter: 1,
  },
  NeedsAttention: {
    status: 409,
    title: "It waits for an operator's decision, which sending it again does not hasten",
    whatToDo:
      'Nothing: what was asked for stands, and goes on by what is decided. `attention` says what it waits for; wait by GET or for its events. Operators: decide by `resolve` of the command line.',
  },
  NoWorker: {
    status: 503,
    title: 'No worker takes it',
    whatToDo:
      'Send the same request again: nothing is done twice, and what was begun goes on once a worker is there, on the task queue that `detail` names. Operators: do workers run, on that task queue?',
    retryAfter: 5,
  },
  TemporalUnreachable: {
    status: 503,
    title: 'Temporal does not answer',
    whatToDo:
      'Send the same request again: it may or may not have been begun, and is done once. Operators: does Temporal run?',
    retryAfter: 5,
  },
  TemporalRefused: {
    status: 503,
    title: 'Temporal turns the gateway away',
    whatToDo:
      "Send the same request again later. Operators: the gateway's credentials, its namespace, the search attributes.",
    retryAfter: 60,
  },
  PayloadKey: {
    status: 503,
    title: "The gateway's payload keys are not the workers'",
    whatToDo:
      'Send the same request again later. Operators: give gateway and workers the same PAYLOAD_KEYS; what was begun goes on then.',
    retryAfter: 60,
  },
  Aborted: {
    status: 503,
    title: 'The gateway stops, and waits no longer for the answer',
    whatToDo: 'Send the same request again: nothing is done twice.',
    retryAfter: 1,
  },
  NotReady: {
    status: 503,
    title: 'Something has to be put right before the first order',
    whatToDo: 'Send the same request again later. Operators: `/ready` says what it is.',
    retryAfter: 60,
  },
  UnexpectedAnswer: {
    status: 502,
    title: 'Temporal or a worker answers what this gateway does not know',
    whatToDo: 'Read its status by GET. Operators: is the gateway as new as the workers?',
  },
  Unauthenticated: {
    status: 401,
    title: 'Nobody knows who asks',
    whatToDo:
      "Send `Authorization: Bearer …` with an API key, or a token of the gateway's issuer. On your own machine `.local/dev.env` has one, a new one with each start; else operators make them: `doku-journeys-gateway key`.",
  },
  ScopeMissing: {
    status: 403,
    title: 'This key may not do that',
    whatToDo: 'Have the scope that `scope` names given to the key.',
  },
  OriginRefused: {
    status: 403,
    title: 'A page of this origin may not ask',
    whatToDo: 'Ask from a backend: an API key has no business in a browser.',
  },
  IssuerUnreachable: {
    status: 503,
    title: 'The issuer of the token cannot be asked for its keys',
    whatToDo: 'Send the same request again.',
    retryAfter: 5,
  },
  TooManyRequests: {
    status: 429,
    title: 'This key asks too often',
    whatToDo: 'Wait for as long as `Retry-After` says; wait by `?wait=` instead of asking often.',
    retryAfter: 1,
  },
  Busy: {
    status: 503,
    title: 'The gateway has as much in hand as it has room for; this request was not read',
    whatToDo:
      'Send the same request again; batches one after the other. Where DOKU hangs, calls that wait for it add up.',
    retryAfter: 5,
  },
  NoSuchResource: {
    status: 404,
    title: 'There is nothing at this address by this method',
    whatToDo: 'See `/docs` or `/openapi.json` for what there is; journeys are started by PUT.',
  },
  UnsupportedMediaType: {
    status: 415,
    title: 'The body is not of a type that is taken here',
    whatToDo:
      'Send JSON in UTF-8, not compressed, as `Content-Type: application/json`, rows of a batch also as `text/csv`.',
  },
  TooLarge: {
    status: 413,
    title: 'The body is too large',
    whatToDo: 'Send less at once: 64 KiB, of a batch 24 MiB.',
  },
  Unexpected: {
    status: 500,
    title: 'The gateway failed',
    whatToDo: "Send the same request again. Operators: the gateway's log has it by `requestId`.",
    retryAfter: 5,
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemName = keyof typeof PROBLEMS;

export const kindOf = (name: ProblemName): ProblemKind => PROBLEMS[name];

export const isProblemName = (name: string): name is ProblemName => Object.hasOwn(PROBLEMS, name);
