import {
  ApplicationFailure,
  condition,
  metricMeter,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { parsed } from './bad-input.js';
import {
  type Attention,
  type Resolution,
  resolutionSchema,
  resolveUpdate,
} from './needs-attention-contract.js';
import type { Story } from './story.js';

/**
 * The open state in which a journey waits for an operator, because the truth cannot be established
 * automatically. It neither fails nor guesses.
 */
export class NeedsAttention {
  readonly #story: Story;
  #attention: Attention | undefined;
  #resolution: Resolution | undefined;

  constructor(story: Story) {
    this.#story = story;
    setHandler(
      resolveUpdate,
      (resolution) => {
        this.#resolution = parsed(resolutionSchema, resolution, 'resolution');
      },
      { validator: (resolution) => this.#validate(resolution), description: 'An operator decides' },
    );
  }

  get current(): Attention | undefined {
    return this.#attention;
  }

  /** Parks the journey until an operator resolves it. */
  async park<Decision extends string>(
    reason: string,
    check: readonly string[],
    decisions: readonly Decision[],
  ): Promise<Resolution & { decision: Decision }> {
    this.#attention = { reason, known: [...this.#story.known], check, decisions };
    this.#story.tell(`needs attention: ${reason}`);
    this.#story.enter('needs-attention', asMarkdown(this.#attention));
    metricMeter
      .createCounter(
        'doku_journeys_needs_attention',
        'journey',
        'Journeys that began to wait for an operator',
      )
      .add(1, { journey: workflowInfo().workflowType });
    await condition(() => this.#resolution !== undefined);
    const resolution = this.#resolution as Resolution & { decision: Decision };
    this.#attention = undefined;
    this.#resolution = undefined;
    this.#story.tell(`${resolution.operator} decided: ${resolution.decision}`);
    return resolution;
  }

  #validate(candidate: unknown): void {
    const { decision } = parsed(resolutionSchema, candidate, 'resolution');
    if (!this.#attention || this.#resolution) {
      throw ApplicationFailure.nonRetryable('this journey does not need attention', 'NotNeeded');
    }
    if (!this.#attention.decisions.includes(decision)) {
      throw ApplicationFailure.nonRetryable(
        `resolution.decision: must be one of ${this.#attention.decisions.join(', ')}`,
        'InvalidInput',
      );
    }
  }
}

function asMarkdown(attention: Attention): string {
  return [
    `**Needs attention:** ${attention.reason}`,
    ...attention.check.map((item) => `- [ ] ${item}`),
    `Send update \`resolve\` with one of: ${attention.decisions.join(', ')}.`,
  ].join('\n');
}
