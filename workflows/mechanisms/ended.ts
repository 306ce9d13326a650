/** Ends a journey of the account from within a step, before anything is done. */
export class Ended extends Error {
  constructor(
    readonly outcome: 'abandoned' | 'rejected',
    readonly reason: string,
  ) {
    super(reason);
  }

  static givenUp(): Ended {
    return new Ended('abandoned', 'given up by the customer or the merchant');
  }
}
