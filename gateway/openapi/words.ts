/**
 * What OpenAPI says of each request and its answers, beyond their schemas.
 *
 * @module
 */
import { PROBLEMS, type ProblemKind } from '../problems/table.js';
import { CSV_EXAMPLES, EXAMPLES } from './examples.js';

/** What an answer says, by the last part of the address; else by the method. */
const ANSWERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  put: {
    200: 'It was begun before by the same request: the same answer, or where it stands by now',
    201: 'Begun: the first answer, with what comes next',
  },
  get: { 200: 'What is known now' },
  post: { 200: 'Done, and what came of it', 204: 'Done' },
  acknowledge: { 204: 'Taken: the payment stays, and you deliver' },
  cancel: { 200: 'No money is taken: its end, as DOKU’s status proves it' },
  'customer-returned': { 204: 'Heard: DOKU is asked at once, where that may bring news' },
  capture: { 200: 'What became of the capture; a refusal of DOKU’s is an answer, too' },
  void: { 200: 'What became of the void; a refusal of DOKU’s is an answer, too' },
  confirm: { 204: 'Taken: the money moves' },
  abandon: { 200: 'Given up: its end' },
  'submit-otp': { 200: 'Whether it was right, and what to show next or how many tries are left' },
  'resend-otp': { 200: 'Sent: what to show next' },
  returned: { 200: 'What to show next' },
  pause: { 200: 'It sends no more rows: where it stands' },
  'go-on': { 200: 'It sends rows again: where it stands' },
  funded: { 204: 'Heard: whatever waits for funds tries again' },
  'dry-run': { 200: 'What it would do; nothing was started' },
  results: { 200: 'One result a row of the part, once it has ended' },
  events: { 200: 'What was told since `after`, and where to go on from' },
  findings: { 200: 'Those that nobody has decided on' },
  'report.csv': { 200: 'The report as CSV' },
  'report.html': { 200: 'The report as a page' },
  balance: { 200: 'What is on the wallet, as DOKU says' },
  transactions: { 200: 'One page of them, and where to go on from' },
};

const namesOf = (isOf: (status: number) => boolean) =>
  Object.entries<ProblemKind>(PROBLEMS)
    .filter(([, { status }]) => isOf(status))
    .map(([name]) => `\`${name}\``)
    .join(', ');

const REFUSED = `Not done, and the same again would end the same but for \`TooManyRequests\`. \`error\` is one of ${namesOf((status) => status < 500)}: see [/problems](/problems)`;
const UNANSWERED = `No answer, for now: where \`retryable\`, send the same again, and nothing is done twice. \`error\` is one of ${namesOf((status) => status >= 500)}: see [/problems](/problems)`;
const PROBLEM_ANSWERS: Readonly<Record<string, string>> = { '4XX': REFUSED, '5XX': UNANSWERED };

interface Content {
  readonly schema?: { readonly anyOf?: readonly { readonly type?: string }[] };
  readonly example?: unknown;
}

/** One request of the document. */
export interface Operation {
  operationId?: string;
  readonly requestBody?: {
    required?: boolean;
    readonly content?: Record<string, Content>;
  };
  readonly responses?: Readonly<Record<string, { description: string }>>;
}

/** Puts them into the document. */
export function tell(paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>): void {
  for (const [address, operations] of Object.entries(paths))
    for (const [method, operation] of Object.entries(operations)) {
      operation.operationId = idOf(method, address);
      tellBody(operation, `${method.toUpperCase()} ${address}`);
      tellAnswers(operation, method, address.split('/').at(-1) ?? '');
    }
}

/** What generators of clients name their methods by: `putPurchasesByPartnerReferenceNo`. */
const idOf = (method: string, address: string) =>
  method +
  address
    .replace('/v1', '')
    .replaceAll('{', 'by-')
    .replaceAll(/[^A-Za-z]+([A-Za-z])/g, (_, first: string) => first.toUpperCase())
    .replaceAll(/[^A-Za-z]/g, '');

function tellBody({ requestBody }: Operation, request: string): void {
  const contents = requestBody?.content ?? {};
  for (const [type, content] of Object.entries(contents)) {
    const example = type === 'text/csv' ? CSV_EXAMPLES[request] : EXAMPLES[request];
    // All types of one request share what they are described by.
    if (example !== undefined) contents[type] = { ...content, example };
  }
}

function tellAnswers({ responses = {} }: Operation, method: string, last: string): void {
  for (const [status, response] of Object.entries(responses)) {
    const told = PROBLEM_ANSWERS[status] ?? ANSWERS[last]?.[status] ?? ANSWERS[method]?.[status];
    if (told !== undefined) response.description = told;
  }
}
