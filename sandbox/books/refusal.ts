/** A refusal of DOKU's. Its service code is the operation's. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly caseCode: string,
    message: string,
    /** Another service's digits in its code, and headers of its own. */
    readonly more: { readonly service?: string; readonly headers?: Record<string, string> } = {},
  ) {
    super(message);
  }

  body(serviceCode: string) {
    return {
      responseCode: `${this.status}${this.more.service ?? serviceCode}${this.caseCode}`,
      responseMessage: this.message.slice(0, 150),
    };
  }
}

/** Taken, and still being worked on. */
export const requestInProgress = () => new Refusal(202, '00', 'Request In Progress');
export const badRequest = () => new Refusal(400, '00', 'Bad Request');
export const invalidFormat = (field: string) =>
  new Refusal(400, '01', `Invalid Field Format ${field}`);
export const missingField = (field: string) =>
  new Refusal(400, '02', `Invalid Mandatory Field ${field}`);
export const unauthorized = (reason: string) => new Refusal(401, '00', `Unauthorized. ${reason}`);
export const transactionNotFound = () => new Refusal(404, '01', 'Transaction Not Found');
export const duplicateReference = () => new Refusal(409, '01', 'Duplicate partnerReferenceNo');
export const inconsistentRequest = () => new Refusal(404, '18', 'Inconsistent Request');
export const insufficientFunds = () => new Refusal(403, '14', 'Insufficient Funds');
export const exceedsLimit = () => new Refusal(403, '02', 'Exceeds Transaction Amount Limit');
export const operationNotAllowed = () =>
  new Refusal(405, '01', 'Requested Operation Is Not Allowed');
export const invalidAmount = () => new Refusal(404, '13', 'Invalid Amount');
export const invalidAccount = () => new Refusal(404, '11', 'Invalid Card/Account/Customer');
export const accountBlocked = () => new Refusal(403, '05', 'Do Not Honor');
