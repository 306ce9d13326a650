import type { Contender, ContenderName } from '../contender.js';
import { DOOR } from '../peers/door.js';
import type { Program } from '../program.js';

/** A contender whose process answers over loopback HTTP on connections that are kept alive. */
export function behindDoor(name: ContenderName, program: Program): Contender {
  const { url } = JSON.parse(program.readyLine) as { url: string };
  const ask = async (path: string, body: object): Promise<string> => {
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
    if (!answer.ok) throw new Error(`${name} ${path}: ${answer.status} ${await answer.text()}`);
    return ((await answer.json()) as { answer: string }).answer;
  };
  return {
    name,
    redirect: (order) => ask(DOOR.redirect, order),
    notified: async (partnerReferenceNo) => void (await ask(DOOR.notified, { partnerReferenceNo })),
    outcome: (partnerReferenceNo) => ask(DOOR.outcome, { partnerReferenceNo }),
    pids: [program.pid],
    stop: () => program.stop(),
  };
}
