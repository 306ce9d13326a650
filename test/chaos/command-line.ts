/**
 * The operator's command line, in this process: its standard output is what the judge reads.
 *
 * @module
 */
import { runCli } from '../../client/cli/mechanisms/run.js';
import type { Ground } from './ground.js';

let environment: NodeJS.ProcessEnv = {};

/** From now on it asks this site. Temporal's own variables are read from the process. */
export function useCommandLineAt({ temporalAddress, payloadKeys }: Ground): void {
  process.env.TEMPORAL_ADDRESS = temporalAddress;
  environment = { ...process.env, PAYLOAD_KEYS: payloadKeys };
}

/** @throws Error with what it said, when it did not do what it was asked. */
export async function commandLine<T>(...args: string[]): Promise<T> {
  let printed = '';
  const said: string[] = [];
  const code = await runCli([...args, '--json'], {
    environment,
    print: (text) => {
      printed += text;
    },
    tell: (line) => said.push(line),
  });
  if (code !== 0) throw new Error(`${args.join(' ')} exited ${code}: ${said.join(' ')}`);
  return JSON.parse(printed) as T;
}

/** What `show` says of a journey. */
export interface Shown {
  readonly status: string;
  /** Temporal's own word. */
  readonly run: string;
  readonly money?: string;
  readonly result?: Readonly<Record<string, unknown>> & { readonly outcome: string };
  readonly details: string;
}

export const showOf = ([journey, id]: readonly [string, string]): Promise<Shown> =>
  commandLine('show', journey, id);

/** What `attention` lists. */
export interface Waiting {
  readonly journey: string;
  readonly id: string;
  readonly reason?: string;
}
export const attention = (): Promise<Waiting[]> => commandLine('attention', '--limit', '10000');

/** What `reconcile` reports. */
export interface Report {
  readonly outcome: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly mismatches: readonly { readonly kind: string; readonly partnerReferenceNo: string }[];
}
export const reconcile = (from: Date, to: Date): Promise<Report> =>
  commandLine('reconcile', '--from', from.toISOString(), '--to', to.toISOString());
