import type fc from 'fast-check';

/** Where text of outsiders comes in. */
export interface Door {
  readonly name: string;
  /** Of a hundred inputs, so many. */
  readonly share: number;
  /** Gets ready. */
  open(): Promise<OpenDoor>;
}

interface OpenDoor {
  readonly inputs: fc.Arbitrary<unknown>;
  /** @throws where an input makes it crash, or is taken that must not be. */
  takes(input: never): unknown;
  close?(): Promise<void>;
}

/** Binds what a door takes to what is sent to it. */
export const doorOf = <Input>(
  name: string,
  share: number,
  open: () => Promise<{
    readonly inputs: fc.Arbitrary<Input>;
    takes(input: Input): unknown;
    close?(): Promise<void>;
  }>,
): Door => ({ name, share, open: open as Door['open'] });
