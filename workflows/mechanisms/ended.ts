/** Ends a journey of the account from within a step, before anything is done. */
export class Ended extends Error {
  /** Workflow IDs of the journeys that stood in the way. */
  readonly openJourneys: readonly string[] | undefined;

  constructor(
    readonly outcome: 'abandoned' | 'rejected',
    readonly reason: string,
    more: { readonly openJourneys?: readonly string[] } = {},
  ) {
    super(reason);
    this.openJourneys = more.openJourneys;
  }

  static givenUp(): Ended {
    return new Ended('abandoned', 'given up by the customer or the merchant');
  }
}
