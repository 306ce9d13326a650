/** The kinds of mistake that `docs/correctness.md` names. */
export const KINDS = [...'ABCDEFGHIJKLMNOPQRSTU'] as const;

/** What must find a mistake: cells of the proof that are wrong, or a test that fails. */
type Finder =
  | { readonly cells: readonly string[] }
  | {
      readonly test: {
        readonly file: string;
        /** Its own name, without those of the groups around it. */
        readonly name: string;
      };
    };

/** A mistake that somebody could make, and what must show it. */
export interface Mutation {
  /** Which of the kinds it brings back; none where it is about a single call that breaks. */
  readonly kind?: (typeof KINDS)[number];
  /** Of code that… */
  readonly name: string;
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  readonly foundBy: Finder;
  /** Whether every `npm test` plants it, as it costs little. */
  readonly isAlwaysPlanted?: true;
}
