import type { Case, Wrong } from './case.js';

/** An event as the receiver took it, the first time. */
export interface Heard {
  readonly id: string;
  readonly workflowId: string;
  readonly sequence: number;
  readonly status: string;
}

/** What came to the receiver of events. */
export interface Told {
  /** In the order in which they were taken, each once. */
  readonly taken: readonly Heard[];
  /** What was not signed, or not as the contract says. */
  readonly refused: readonly string[];
  readonly deliveries: number;
}

/** 8: every end is told, in the order of its journey, and nobody takes another's word for an event. */
export function eventsWrong(cases: readonly Case[], { taken, refused }: Told): Wrong[] {
  const wrong: Wrong[] = refused.map((why) => ({
    name: undefined,
    rule: 8,
    text: `the receiver was told what is no event: ${why}`,
  }));
  for (const { subject, shown, witness } of cases) {
    const outcome = shown?.run === 'completed' ? shown.result?.outcome : undefined;
    const own = taken.filter(({ workflowId }) => workflowId === subject.workflowId);
    if (outcome !== undefined && own.every(({ status }) => status !== outcome))
      wrong.push({
        name: witness.name,
        rule: 8,
        text: `${subject.workflowId} ended ${outcome}, and no event told it`,
      });
    // A run that is made anew counts anew.
    const isInOrder = own.every(
      ({ sequence }, index) => sequence > (own[index - 1]?.sequence ?? 0),
    );
    if (!isInOrder && !witness.wasRestarted)
      wrong.push({
        name: witness.name,
        rule: 8,
        text: `${subject.workflowId} told ${own.map(({ sequence, status }) => `${sequence} ${status}`).join(', ')}`,
      });
  }
  return wrong;
}
