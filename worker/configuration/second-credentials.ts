import { areOfOneKey } from '../../activities/snap/rsa-key.js';

/** What is taken as well during a rotation, by its variable, beside what it rotates. */
export interface Rotating {
  readonly DOKU_CLIENT_SECRET: string;
  readonly DOKU_SECOND_CLIENT_SECRET?: string | undefined;
  readonly DOKU_PRIVATE_KEY: string;
  readonly DOKU_SECOND_PRIVATE_KEY?: string | undefined;
  readonly DOKU_AUTH_CODE_SECRET?: string | undefined;
  readonly DOKU_SECOND_AUTH_CODE_SECRET?: string | undefined;
  readonly DOKU_PUBLIC_KEY?: string | undefined;
  readonly DOKU_SECOND_PUBLIC_KEY?: string | undefined;
  readonly EVENTS_SECRET?: string | undefined;
  readonly EVENTS_SECOND_SECRET?: string | undefined;
}

type IsSame = (one: string, other: string) => boolean;
const isSameText: IsSame = (one, other) => one === other;

const PAIRS: readonly (readonly [keyof Rotating, keyof Rotating, IsSame])[] = [
  ['DOKU_CLIENT_SECRET', 'DOKU_SECOND_CLIENT_SECRET', isSameText],
  ['DOKU_PRIVATE_KEY', 'DOKU_SECOND_PRIVATE_KEY', areOfOneKey],
  ['DOKU_AUTH_CODE_SECRET', 'DOKU_SECOND_AUTH_CODE_SECRET', isSameText],
  ['DOKU_PUBLIC_KEY', 'DOKU_SECOND_PUBLIC_KEY', areOfOneKey],
  ['EVENTS_SECRET', 'EVENTS_SECOND_SECRET', isSameText],
];

/** A second one that is the first once more: the rotation that an operator believes in is none. */
export function* secondsThatAreFirst(configuration: Rotating): Generator<string> {
  for (const [first, second, isSame] of PAIRS) {
    const [one, other] = [configuration[first], configuration[second]];
    if (one !== undefined && other !== undefined && isSame(one, other))
      yield `${second}: is ${first} once more: give the other one of the rotation`;
  }
}
