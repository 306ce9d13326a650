import { ApplicationFailure, condition } from '@temporalio/workflow';
import { contradictedError, notNeededError } from '../../contract/errors.js';
import {
  type Attention,
  type Resolution,
  resolutionSchema,
  resolveArgumentSchema,
  resolveUpdate,
} from '../../contract/needs-attention.js';
import { invalidInput, parsed } from './bad-input.js';
import { HandOver, handedOver } from './long-history.js';
import { onUpdate } from './messages.js';
import { ownRoom } from './room.js';
import type { Story } from './story.js';

/** What a journey asks an operator. */
export interface Question<Decision extends string> {
  readonly reason: string;
  /** What to look up at DOKU before deciding. */
  readonly check: readonly string[];
  readonly decisions: readonly Decision[];
  /** @returns what DOKU says that the decision contradicts, if it does. Such a decision needs `force`. */
  contradiction?(decision: Decision): Promise<string | undefined>;
}

/** What a parked journey looks to. */
export interface Parking {
  /** What ends the wait, if anything but an operator does. */
  interruption(): Error | undefined;
  /** Refuses by throwing once the journey has ended. */
  assertOpen(): void;
}

/**
 * The open state in which a journey waits for an operator, because the truth cannot be established
 * automatically. It neither fails nor guesses.
 */
export class NeedsAttention {
  readonly #story: Story;
  readonly #parking: Parking;
  readonly #room = ownRoom.get();
  #attention: Attention | undefined;
  #question: Question<string> | undefined;
  #resolution: Resolution | undefined;

  constructor(story: Story, parking: Parking) {
    this.#story = story;
    this.#parking = parking;
    onUpdate(resolveUpdate, (resolution) => this.#resolve(resolution), {
      validator: (resolution) => this.#validate(resolution),
      description: 'An operator decides',
      isOperators: true,
    });
  }

  get current(): Attention | undefined {
    return this.#attention;
  }

  /** Parks the journey until an operator resolves it. */
  park<Decision extends string>(
    question: Question<Decision>,
  ): Promise<Resolution & { decision: Decision }> {
    const decided = this.parkUnless(() => false, question);
    return decided as Promise<Resolution & { decision: Decision }>;
  }

  /** @returns nothing where nobody need decide any more. */
  async parkUnless<Decision extends string>(
    isMoot: () => boolean,
    question: Question<Decision>,
  ): Promise<(Resolution & { decision: Decision }) | undefined> {
    const { reason, check, decisions } = question;
    this.#story.tell(`needs attention: ${reason}`);
    this.#attention = { reason, known: [...this.#story.known], check, decisions };
    this.#question = question as Question<string>;
    this.#story.enter('needs-attention', asMarkdown(this.#attention));
    await condition(
      () =>
        this.#resolution !== undefined || this.#parking.interruption() !== undefined || isMoot(),
    );
    const interruption = this.#resolution ? undefined : this.#parking.interruption();
    // What nobody is asked any more must not be answered: the next question would take the answer for its own.
    this.#attention = undefined;
    this.#question = undefined;
    if (interruption) throw interruption;
    const resolution = this.#resolution as (Resolution & { decision: Decision }) | undefined;
    if (resolution === undefined) return undefined;
    this.#resolution = undefined;
    this.#story.tell(`${resolution.operator} decided: ${resolution.decision}`);
    return resolution;
  }

  async #resolve(candidate: Resolution): Promise<void> {
    const resolution = parsed(resolutionSchema, candidate, 'resolution');
    const question = this.#question;
    if (!resolution.force) {
      const contradiction = await question?.contradiction?.(resolution.decision);
      if (contradiction !== undefined) {
        throw ApplicationFailure.nonRetryable(
          `${resolution.decision} is refused: ${contradiction}. With force it is recorded all the same, and nothing changes at DOKU`,
          contradictedError.type,
        );
      }
    }
    // Somebody else may have decided while DOKU was asked.
    if (this.#question !== question || this.#resolution)
      throw this.#parking.interruption() instanceof HandOver ? handedOver() : notNeeded();
    this.#resolution = resolution;
  }

  #validate(candidate: unknown): void {
    const { decision, force } = parsed(resolveArgumentSchema, candidate, 'resolution');
    this.#parking.assertOpen();
    if (!this.#attention || this.#resolution) throw notNeeded();
    if (!this.#attention.decisions.includes(decision)) {
      const decisions = this.#attention.decisions.join(', ');
      throw invalidInput('resolution.decision', `must be one of ${decisions}`);
    }
    // Others may wait for DOKU, which may be away.
    if (!force) this.#room.assertFor(resolveUpdate.name);
  }
}

const notNeeded = () =>
  ApplicationFailure.nonRetryable('this journey does not need attention', notNeededError.type);

function asMarkdown(attention: Attention): string {
  return [
    `**Needs attention:** ${attention.reason}`,
    ...attention.check.map((item) => `- [ ] ${item}`),
    `Send update \`resolve\` with one of: ${attention.decisions.join(', ')}.`,
  ].join('\n');
}
