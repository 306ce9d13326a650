import proto from '@temporalio/proto';
import type { KeptHistory } from '../setting/histories.js';
import { Leaks, type Secret } from './judge/leaks.js';
import type { Played } from './run.js';
import type { Site } from './site.js';

const { History } = proto.temporal.api.history.v1;
const { WorkflowExecutionInfo } = proto.temporal.api.workflow.v1;

/** Variables of a worker that are secret. */
const CREDENTIALS = ['DOKU_CLIENT_SECRET', 'DOKU_AUTH_CODE_SECRET'] as const;

/** All that this run's DOKU handed out or was given, and what the workers were given. */
export async function leaksOf({ ground, doku }: Site): Promise<Leaks> {
  const made = await doku.call<{
    phoneNos: string[];
    emails: string[];
    otps: string[];
    tokens: string[];
  }>('GET', 'secrets');
  const { environment, payloadKeys } = ground;
  const of = (kind: Secret['kind'], texts: readonly string[]) =>
    texts.map((text): Secret => ({ kind, text }));
  return new Leaks([
    ...of('token', made.tokens),
    // In whatever form its country's code is written.
    ...of(
      'phone number',
      made.phoneNos.map((phoneNo) => phoneNo.replace(/^62/, '')),
    ),
    ...of('e-mail address', made.emails),
    ...of('OTP', made.otps),
    ...of(
      'credential',
      CREDENTIALS.flatMap((name) => environment[name] ?? []),
    ),
    ...of('credential', linesOf(environment.DOKU_PRIVATE_KEY)),
    ...of(
      'payload key',
      payloadKeys.split(',').map((pair) => pair.slice(pair.indexOf(':') + 1)),
    ),
  ]);
}

/** A key's own lines: in a log it may stand without its line breaks. */
const linesOf = (pem = '') => pem.split('\n').filter((line) => line.length > 40);

/** What the server holds of a run, as whoever reaches the server without a key reads it. */
export function lookIntoHistory(leaks: Leaks, { workflowId, history }: KeptHistory): void {
  const bytes = Buffer.from(History.encode(History.fromObject(history)).finish());
  leaks.look(`the history of ${workflowId}`, bytes.toString('latin1'));
}

/** Logs, metrics, Temporal's list and what backends and operators were told. */
export async function lookAround(leaks: Leaks, site: Site, played: Played): Promise<void> {
  for (const [index, output] of site.outputs.entries())
    leaks.look(`the log of process ${index + 1}`, output);
  for (const [index, page] of (await site.metrics()).entries())
    leaks.look(`the metrics of worker ${index + 1}`, page);
  for await (const { workflowId, raw } of played.backend.client.workflow.list()) {
    const bytes = Buffer.from(WorkflowExecutionInfo.encode(raw).finish());
    leaks.look(`Temporal's list: ${workflowId}`, bytes.toString('latin1'));
  }
  for (const { plan, lines, problems } of played.diaries)
    leaks.look(`what ${plan.name} was told`, [...lines, ...problems].join('\n'));
}
