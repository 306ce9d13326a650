import type { Case, Wrong } from './case.js';

/** An event as the receiver took it, the first time. */
export interface Heard {
  readonly id: string;
  readonly workflowId: string;
  readonly sequence: number;
  readonly status: string;
}

/** What somebody sent who does not have the receiver's secret. */
export interface Forged {
  readonly sent: number;
  /** What was taken of it, and ought not to be. */
  readonly taken: readonly string[];
}

/** What came to the receiver of events. */
export interface Told {
  /** In the order in which they were taken, each once. */
  readonly taken: readonly Heard[];
  /** What was not signed, or not as the contract says; but for what the forger has sent. */
  readonly refused: readonly string[];
  readonly forged: Forged;
  readonly deliveries: number;
}

/** 8: every end is told, in the order of its journey with nothing left out, and nobody takes another's word for an event. */
export function eventsWrong(cases: readonly Case[], told: Told): Wrong[] {
  const { taken, refused, forged } = told;
  const of = (text: string): Wrong => ({ name: undefined, rule: 8, text });
  const wrong = [
    ...refused.map((why) => of(`the receiver was told what is no event: ${why}`)),
    ...forged.taken.map((how) => of(`the receiver took what nobody has told: ${how}`)),
    ...gapsIn(taken, cases),
  ];
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

/** A run counts from 1, also one that is made anew: so that, of all runs of a journey, no number is left out. */
function gapsIn(taken: readonly Heard[], cases: readonly Case[]): Wrong[] {
  const heard = new Map<string, Set<number>>();
  for (const { workflowId, sequence } of taken)
    heard.set(workflowId, (heard.get(workflowId) ?? new Set()).add(sequence));
  return [...heard].flatMap(([workflowId, sequences]) => {
    const missing = Array.from({ length: Math.max(...sequences) }, (_, index) => index + 1).filter(
      (sequence) => !sequences.has(sequence),
    );
    if (missing.length === 0) return [];
    const name = cases.find(({ subject }) => subject.workflowId === workflowId)?.witness.name;
    const text = `${workflowId} told ${[...sequences].join(', ')}, and not ${missing.join(', ')}`;
    return [{ name, rule: 8 as const, text }];
  });
}
