/**
 * `npm start`: the whole stack on this machine and the story; `--once` ends after it.
 *
 * @module
 */
import { Runtime } from '@temporalio/worker';
import { KeysFile } from '../../gateway/access/keys-file.js';
import { createLogger, temporalLogger } from '../logger.js';
import { fillWallet, openOrder, sayWhatNow, tellOfEarlier } from './afterwards.js';
import { type DevEnvFile, writeDevEnv } from './dev-env.js';
import { type Kept, openKept } from './kept.js';
import { lockFolder } from './lock.js';
import { type LocalSecrets, newSecrets } from './merchant.js';
import { anotherBeside, commandOf, type LocalOptions, localOptionsFrom } from './options.js';
import { tellOfOthers } from './others.js';
import { type Part, type Ports, portHelp, takenPorts } from './ports.js';
import { writeKeysFile, writeProgramsFile } from './programs-file.js';
import { type Stack, startStack } from './stack.js';
import { isOfStory, tellStory } from './story.js';
import { runProgram, say, teller, untilInterrupted } from './terminal.js';

/** So that links stay the same. */
const USUAL_PORTS = {
  temporal: 7233,
  ui: 8233,
  sandbox: 4780,
  notifications: 0,
  codec: 0,
  gateway: 8084,
  health: 0,
};
/** A story that is told once takes free ones rather than disturb a running stack. */
const FREE_PORTS = { ...USUAL_PORTS, temporal: 0, ui: 0, sandbox: 0, gateway: 0 };
const NEEDED: readonly Part[] = ['temporal', 'ui', 'sandbox', 'gateway', 'notifications', 'codec'];

const NAME = 'npm start';
const COMMAND = `${NAME} --`;

const HELP = `npm start -- [options]: Temporal, a DOKU sandbox, a worker and a gateway on this machine, and a story of every journey.

  --once                    ends after the story; exit code 0 if the ledger is as it should be
  --keep                    goes on with the data of the last --keep, and leaves its own for the next
  --data FOLDER             where dev.env stands and data are kept (DOKU_JOURNEYS_DATA; .local)
${portHelp(USUAL_PORTS, NEEDED).join('\n')}

PAYLOAD_KEYS (or PAYLOAD_KEYS_FILE, and PAYLOAD_ACTIVE_KEY_ID) are the keys to encrypt with; made up without.
EVENTS_URL and EVENTS_SECRET are a receiver of events, such as a shop of yours; nobody is told without.
While it runs, .local/dev.env has its keys and addresses: "set -a; . .local/dev.env; set +a" loads them into a
shell; "npm run cli", "worker", "gateway" and "codec" find them by themselves. A folder has one stack at a time:
  ${anotherBeside(COMMAND, { ports: USUAL_PORTS, needed: NEEDED, takes: [] })}
starts another beside it, and DOKU_JOURNEYS_DATA=.local/another has those programs work with that.`;

/** A receiver of one's own, on this machine too: what the worker takes in production. */
const eventSettingsIn = ({ EVENTS_URL, EVENTS_SECRET }: NodeJS.ProcessEnv) =>
  EVENTS_URL && EVENTS_SECRET ? { EVENTS_URL, EVENTS_SECRET } : {};

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  const ports = args.includes('--once') ? FREE_PORTS : USUAL_PORTS;
  const takes = ['help', 'once', 'keep', 'data'];
  const program = { ports, needed: NEEDED, takes };
  const options = localOptionsFrom(args, process.env, program);
  if (options.wantsHelp) {
    say(HELP);
    return 0;
  }
  const interrupted = untilInterrupted();
  Runtime.install({
    logger: temporalLogger(createLogger({ level: 'error' }), 'error'),
    shutdownSignals: [],
  });
  const unlock = writesFiles(options)
    ? await lockFolder(options.folder, NAME, anotherBeside(COMMAND, program))
    : undefined;
  try {
    const kept = options.keeps ? await openKept(options.folder, options.payloadKeys) : undefined;
    return await run(options, kept, interrupted);
  } finally {
    await unlock?.();
  }
}

async function run(
  options: LocalOptions,
  kept: Kept | undefined,
  interrupted: Promise<void>,
): Promise<number> {
  const ports = await takenPorts(options.ports, NEEDED, commandOf(COMMAND, options));
  say('Starting the sandbox, Temporal, a worker and the gateway…');
  const secrets = kept?.secrets ?? (await newSecrets(options.payloadKeys));
  const keysFile = writesFiles(options)
    ? await writeKeysFile(options.folder, secrets, options.keeps)
    : undefined;
  const keys = keysFile && (await KeysFile.open(keysFile, { onMistake: say }));
  const stack = await startStack({
    ...(keys && { gatewayKeys: () => keys.entries() }),
    sandbox: { port: ports.sandbox, ...(kept && { booksFile: kept.booksFile }) },
    secrets,
    takesNotifications: true,
    notificationsPort: ports.notifications,
    temporalPort: ports.temporal,
    uiPort: ports.ui,
    codecPort: ports.codec,
    gatewayPort: ports.gateway,
    environment: eventSettingsIn(process.env),
    ...(kept && { dbFilename: kept.databaseFile }),
    onReady: (part, where) => say(`  ${part.padEnd(9)} ${where}`),
  });
  let devEnv: DevEnvFile | undefined;
  let endTelling = () => {};
  try {
    // Not before the story is over: orders of others would stand in its way.
    const tellOfItself = async () => {
      if (keysFile) devEnv = await devEnvOf(stack, { secrets, ports, options, keysFile });
      return devEnv;
    };
    if (!options.isOnce)
      endTelling = tellOfOthers({
        client: stack.client,
        isOwn: isOfStory,
        tell: (line) => say(`  ▸ ${line}`),
      });
    return await Promise.race([
      interrupted.then(() => (options.isOnce ? 130 : 0)),
      show(stack, { options, kept, tellOfItself, interrupted }),
    ]);
  } finally {
    endTelling();
    await devEnv?.remove();
    await stack.stop();
  }
}

/** A story that is told once does so only where it is told a folder: another stack's may be there. */
const writesFiles = ({ isOnce, isOwnFolder }: LocalOptions) => !isOnce || isOwnFolder;

interface Started {
  readonly secrets: LocalSecrets;
  readonly ports: Ports;
  readonly options: LocalOptions;
  readonly keysFile: string;
}

async function devEnvOf(
  stack: Stack,
  { secrets, ports, options: { folder, keeps: isKept }, keysFile }: Started,
): Promise<DevEnvFile> {
  const { temporal, codecEndpoint, gatewayUrl, uiUrl = '', sandbox } = stack;
  const temporalAddress = temporal.address;
  const site = {
    secrets,
    ports,
    temporalAddress,
    uiUrl,
    keysFile,
    workers: 1,
    booksFile: undefined,
  };
  const removePrograms = await writeProgramsFile(folder, NAME, site, {
    worker: eventSettingsIn(process.env),
    isKept,
  });
  const file = await writeDevEnv(folder, NAME, {
    secrets,
    temporalAddress,
    codecEndpoint,
    gatewayUrl,
    uiUrl,
    sandboxUrl: sandbox.url,
  });
  say(`\nIts keys and addresses, for a shell of yours: ${file.loadedBy}`);
  return {
    ...file,
    remove: async () => {
      await file.remove();
      await removePrograms();
    },
  };
}

interface Shown {
  readonly options: LocalOptions;
  readonly kept: Kept | undefined;
  readonly tellOfItself: () => Promise<DevEnvFile | undefined>;
  readonly interrupted: Promise<void>;
}

async function show(
  stack: Stack,
  { options, kept, tellOfItself, interrupted }: Shown,
): Promise<number> {
  if (kept?.isOld) {
    await tellOfEarlier(stack, say);
  } else {
    const { mistakes, accountId } = await tellStory(stack, teller);
    for (const mistake of mistakes) say(`  WRONG: ${mistake}`);
    if (mistakes.length > 0) return 1;
    say('\nThe ledger is as it should be.');
    if (options.isOnce) return 0;
    await fillWallet(stack, accountId);
  }
  const devEnv = await tellOfItself();
  const order = await openOrder(stack);
  const keptIn = kept && options.folder;
  sayWhatNow({ stage: stack, order, gatewayUrl: stack.gatewayUrl, devEnv, keptIn }, say);
  await interrupted;
  return 0;
}

runProgram(main);
