/** Ends a journey of the account from within a step, before anything is done. */
export class Ended extends Error {
  constructor(
    readonly outcome: 'abandoned' | 'rejected',
    readonly reason: string,
  ) {
    super(reason);
  }
}
