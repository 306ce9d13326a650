/**
 * The ports of the local parts: each has an option, a variable and a usual one.
 *
 * @module
 */
import { devServersOn } from './dev-server.js';
import { freePort } from './free-port.js';

/** Whose port it is, and how it is set. `--port-temporal` wins over the variable. */
const PARTS = {
  temporal: { variable: 'TEMPORAL_PORT', what: 'Temporal' },
  ui: { variable: 'TEMPORAL_UI_PORT', what: "Temporal's UI" },
  sandbox: { variable: 'SANDBOX_PORT', what: 'the DOKU sandbox' },
  notifications: { variable: 'NOTIFICATIONS_PORT', what: "DOKU's notifications to the worker" },
  codec: { variable: 'CODEC_PORT', what: 'the codec' },
  gateway: { variable: 'GATEWAY_PORT', what: 'the gateway' },
  health: { variable: 'HEALTH_PORT', what: "the worker's health" },
} as const;

export type Part = keyof typeof PARTS;

/** What each part is to listen on; 0 picks a free one. */
export type Ports = Readonly<Record<Part, number>>;

const NAMES = Object.keys(PARTS) as Part[];
const optionOf = (part: Part) => `port-${part}`;

/** Without their dashes. */
export const portOptions = (parts: readonly Part[]): string[] => parts.map(optionOf);

/** A line of help for each. */
export const portHelp = (usual: Ports, parts: readonly Part[]): string[] =>
  parts.map((part) => {
    const { variable, what } = PARTS[part];
    const standard = usual[part] === 0 ? 'a free one' : usual[part];
    const option = `--${optionOf(part)} PORT`.padEnd(26);
    return `  ${option}of ${what} (${variable}; ${standard})`;
  });

/** @throws RangeError naming the option or the variable. */
export function portsIn(
  values: Readonly<Record<string, unknown>>,
  environment: NodeJS.ProcessEnv,
  usual: Ports,
): Ports {
  const entries = NAMES.map((part) => {
    const given = values[optionOf(part)];
    const { variable } = PARTS[part];
    if (given !== undefined) return [part, portOf(String(given), `--${optionOf(part)}`)];
    if (environment[variable]) return [part, portOf(environment[variable], variable)];
    return [part, usual[part]];
  });
  return Object.fromEntries(entries) as Ports;
}

function portOf(text: string, name: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new RangeError(`${name}: must be a port from 0 to 65535; 0 picks a free one`);
  return Number(text);
}

/** Options that have a stack pick free ones, where its usual ones are another's. */
export const freeOnes = (parts: readonly Part[]): string =>
  parts.map((part) => `--${optionOf(part)} 0`).join(' ');

/**
 * Picks those that are to be free ones, and finds the others free.
 *
 * @param command - what is typed to start it, such as `npm start --`.
 * @throws Error naming each port that is not to be had, whose it is and what gives another.
 */
export async function takenPorts(
  ports: Ports,
  needed: readonly Part[],
  command: string,
): Promise<Ports> {
  const picked = new Map<Part, number>();
  const refused = new Map<Part, string>();
  const wanted = needed.filter((part) => ports[part] !== 0);
  for (const part of wanted) {
    const other = [...picked].find(([, port]) => port === ports[part])?.[0];
    if (other) refused.set(part, `is to be that of ${PARTS[other].what} already`);
    else if (await freePort(ports[part])) picked.set(part, ports[part]);
    else refused.set(part, `is taken${part === 'temporal' ? byWhom(ports[part]) : ''}`);
  }
  if (refused.size > 0) throw new Error(refusal(ports, refused, command));
  for (const part of needed) if (ports[part] === 0) picked.set(part, await another(picked));
  return { ...ports, ...Object.fromEntries(picked) };
}

/** A free one that no other part was given a moment ago. */
async function another(picked: ReadonlyMap<Part, number>): Promise<number> {
  for (;;) {
    const port = await freePort();
    if (port === undefined) throw new Error('no port of this machine is free');
    if (![...picked.values()].includes(port)) return port;
  }
}

function refusal(ports: Ports, refused: ReadonlyMap<Part, string>, command: string): string {
  const lines = [...refused].map(([part, why]) => {
    const { what, variable } = PARTS[part];
    return `  ${ports[part]}, for ${what} (--${optionOf(part)} or ${variable}), ${why}`;
  });
  return [
    'ports that are not to be had; is another stack running?',
    ...lines,
    `Free ones: ${command} ${freeOnes([...refused.keys()])}`,
  ].join('\n');
}

/** Nobody minds a server whose starter was killed before it could be tied to it. */
function byWhom(port: number): string {
  const [server] = devServersOn(port);
  if (server === undefined) return '';
  const { pid, parent } = server;
  const starter =
    parent === 1 ? `which nobody minds any more: kill ${pid}` : `of process ${parent}`;
  return ` by process ${pid}, a Temporal server ${starter}`;
}
