/**
 * `npm start`: the whole stack on this machine and the story; `--once` ends after it.
 *
 * @module
 */
import { Runtime } from '@temporalio/worker';
import { createLogger, temporalLogger } from '../logger.js';
import { freePort } from './free-port.js';
import { type Stack, startStack } from './stack.js';
import { openOrderFor, tellStory } from './story.js';

const TEMPORAL_PORT = 7233;
const UI_PORT = 8233;
const SANDBOX_PORT = 4780;

const say = (text = '') => process.stdout.write(`${text}\n`);
const teller = {
  chapter: (title: string) => say(`\n■ ${title}`),
  line: (text: string) => say(`  ${text}`),
};

async function main(): Promise<number> {
  const isOnce = process.argv.includes('--once');
  const unknown = process.argv.slice(2).find((arg) => arg !== '--once');
  if (unknown !== undefined) throw new Error(`unknown argument "${unknown}"; there is only --once`);
  const interrupted = untilInterrupted();
  Runtime.install({
    logger: temporalLogger(createLogger({ level: 'error' }), 'error'),
    shutdownSignals: [],
  });
  const ports = await portsFor(isOnce);
  say('Starting the sandbox, Temporal and a worker…');
  const stack = await startStack({
    sandbox: { port: ports.sandbox },
    takesNotifications: true,
    temporalPort: ports.temporal,
    uiPort: ports.ui,
    onReady: (part, where) => say(`  ${part.padEnd(9)} ${where}`),
  });
  try {
    return await Promise.race([
      interrupted.then(() => (isOnce ? 130 : 0)),
      run(stack, isOnce, interrupted),
    ]);
  } finally {
    await stack.stop();
  }
}

async function run(stack: Stack, isOnce: boolean, interrupted: Promise<void>): Promise<number> {
  const { mistakes } = await tellStory(stack, teller);
  for (const mistake of mistakes) say(`  WRONG: ${mistake}`);
  if (mistakes.length > 0) return 1;
  say('\nThe ledger is as it should be.');
  if (isOnce) return 0;
  const url = await openOrderFor(stack, 'INV-YOURS');
  say(`\nPay an order yourself, with PIN 123456: ${url}`);
  say(
    `Watch it:                            ${stack.uiUrl}/namespaces/default/workflows/purchase%2FINV-YOURS`,
  );
  say(
    `Or with Temporal's own CLI:           temporal workflow show -w purchase/INV-YOURS --codec-endpoint ${stack.codecEndpoint}`,
  );
  say('Ctrl-C ends everything.');
  await interrupted;
  return 0;
}

/** The usual ports, so that links stay the same; `--once` takes free ones rather than disturb a running stack. */
async function portsFor(isOnce: boolean) {
  if (isOnce) {
    const [temporal, ui] = await Promise.all([freePort(), freePort()]);
    return { sandbox: 0, temporal: temporal as number, ui: ui as number };
  }
  const ports = { sandbox: SANDBOX_PORT, temporal: TEMPORAL_PORT, ui: UI_PORT };
  for (const [part, port] of Object.entries(ports)) {
    if ((await freePort(port)) === undefined) {
      throw new Error(`port ${port} for ${part} is taken: is another "npm start" running?`);
    }
  }
  return ports;
}

function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    let times = 0;
    const stop = () => {
      times += 1;
      if (times > 1) process.exit(130);
      say('\nStopping…');
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
    // Whoever read along is gone (`npm start | head`): nothing may be left running.
    process.stdout.on('error', () => resolve());
  });
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`doku-journeys: ${error.message}\n`);
    process.exit(1);
  },
);
