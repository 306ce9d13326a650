import type { Doku } from '../doku/index.js';
import type { Mood } from '../temperaments/mood.js';
import type { Answer } from './answer.js';
import type { Admitted } from './gate.js';
import type { Operation } from './operation.js';

/** A request that passed the gate, and the mood in which it meets DOKU. */
export interface Encounter {
  readonly doku: Doku;
  readonly operation: Operation;
  readonly admitted: Admitted;
  readonly mood: Mood;
  /** Names the movement that is asked for. */
  readonly work: string;
  /** Whether DOKU has carried out, or taken, the same before. */
  readonly isRepeat: boolean;
  /** What a success would look like, where nothing happens. */
  readonly unspoiled: Answer;
}
