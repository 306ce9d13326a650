/**
 * The ports of the local parts: each has an option, a variable and a usual one.
 *
 * @module
 */
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

/**
 * Picks those that are to be free ones, and finds the others free.
 *
 * @throws Error naming the port, whose it is and the option that gives another.
 */
export async function takenPorts(ports: Ports, needed: readonly Part[]): Promise<Ports> {
  const picked: Record<string, number> = {};
  for (const part of needed) {
    const wanted = ports[part];
    const other = Object.entries(picked).find(([, port]) => port === wanted);
    if (other) throw new Error(`port ${wanted} is asked for twice: ${hint(other[0] as Part)}`);
    picked[part] = (await freePort(wanted)) ?? refuse(part, wanted);
  }
  return { ...ports, ...picked };
}

function refuse(part: Part, port: number): never {
  throw new Error(
    `port ${port} for ${PARTS[part].what} is taken: is another "npm start" running? ${hint(part)}`,
  );
}

const hint = (part: Part) =>
  `Give another by --${optionOf(part)} (or ${PARTS[part].variable}); 0 picks a free one`;
