/**
 * `npm start`: the whole stack on this machine and the story; `--once` ends after it.
 *
 * @module
 */
import { KeysFile } from '../../gateway/access/keys-file.js';
import { fillWallet, openOrder, sayWhatNow, tellOfEarlier } from './afterwards.js';
import { type DevEnvFile, writeDevEnv } from './dev-env.js';
import { type Kept, openKept } from './kept.js';
import { lockFolder } from './lock.js';
import { type LocalSecrets, newSecrets } from './merchant.js';
import { anotherBeside, commandOf, type LocalOptions, localOptionsFrom } from './options.js';
import { tellOfOthers, toldStanding } from './others.js';
import { type Part, type Ports, portHelp, takenPorts } from './ports.js';
import { checkWorkerSettings, type SiteParts } from './programs.js';
import { type GatewayKeysFile, writeKeysFile, writeProgramsFile } from './programs-file.js';
import { type Stack, startStack } from './stack.js';
import { isOfStory, tellStory } from './story.js';
import { installRuntime, runProgram, say, sayEnded, teller, untilInterrupted } from './terminal.js';

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
EVENTS_URL and EVENTS_SECRET are a receiver of events, such as a shop of yours, which is told of the story as well; nobody
is told without.
LOG_LEVEL (error) has its worker log more.
While it runs, .local/dev.env has its keys and addresses: "set -a; . .local/dev.env; set +a" loads them into a
shell; "npm run cli", "worker", "gateway" and "codec" find them by themselves. A folder has one stack at a time:
  ${anotherBeside(COMMAND, { ports: USUAL_PORTS, needed: NEEDED, takes: [] })}
starts another beside it, and DOKU_JOURNEYS_DATA=.local/another has those programs work with that.`;

/** A receiver of one's own, on this machine too: what the worker takes in production. */
const eventSettingsIn = (environment: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value && name.startsWith('EVENTS_') ? [[name, value]] : [],
    ),
  );

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
  installRuntime();
  const unlock = writesFiles(options)
    ? await lockFolder(options.folder, NAME, anotherBeside(COMMAND, program))
    : undefined;
  let code: number;
  try {
    const kept = options.keeps ? await openKept(options.folder, options.payloadKeys) : undefined;
    code = await run(options, kept, interrupted);
  } finally {
    await unlock?.();
  }
  if (!options.isOnce && code === 0) sayEnded(NAME, options.keeps ? options.folder : undefined);
  return code;
}

async function run(
  options: LocalOptions,
  kept: Kept | undefined,
  interrupted: Promise<void>,
): Promise<number> {
  const ports = await takenPorts(options.ports, NEEDED, commandOf(COMMAND, options));
  const secrets = kept?.secrets ?? (await newSecrets(options.payloadKeys));
  const events = eventSettingsIn(process.env);
  const LOG_LEVEL = process.env.LOG_LEVEL || 'error';
  const settings = { LOG_LEVEL, ...events };
  checkWorkerSettings(siteOf(secrets, ports), settings);
  say('Starting the sandbox, Temporal, a worker and the gateway…');
  const keysFile = writesFiles(options)
    ? await writeKeysFile(options.folder, secrets, options.keeps)
    : undefined;
  try {
    return await runStack(
      { options, kept, secrets, ports, settings, events, keysFile },
      interrupted,
    );
  } finally {
    await keysFile?.remove();
  }
}

interface Settled {
  readonly options: LocalOptions;
  readonly kept: Kept | undefined;
  readonly secrets: LocalSecrets;
  readonly ports: Ports;
  /** Of the worker, which a story is told over: it says no more than what fails. */
  readonly settings: Record<string, string>;
  readonly events: Record<string, string>;
  readonly keysFile: GatewayKeysFile | undefined;
}

async function runStack(settled: Settled, interrupted: Promise<void>): Promise<number> {
  const { options, kept, secrets, ports, settings, keysFile } = settled;
  const keys = keysFile && (await KeysFile.open(keysFile.name, { onMistake: say }));
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
    environment: settings,
    ...(kept && { dbFilename: kept.databaseFile }),
    onEventStanding: (why) => say(`  ▸ ${toldStanding(why)}`),
    onReady: (part, where) => say(`  ${part.padEnd(9)} ${where}`),
  });
  let devEnv: Promise<DevEnvFile> | undefined;
  let endTelling = () => {};
  let isEnding = false;
  try {
    // Not before the story is over: orders of others would stand in its way.
    const tellOfItself = async () => {
      if (keysFile && !isEnding) devEnv = devEnvOf(stack, { ...settled, keysFile });
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
    isEnding = true;
    endTelling();
    await (await devEnv)?.remove();
    await stack.stop();
  }
}

/** A story that is told once does so only where it is told a folder: another stack's may be there. */
const writesFiles = ({ isOnce, isOwnFolder }: LocalOptions) => !isOnce || isOwnFolder;

/** As the programs of a site, which one more worker, gateway or codec is one of. */
const siteOf = (secrets: LocalSecrets, ports: Ports, keysFile = ''): SiteParts => ({
  secrets,
  ports,
  temporalAddress: `127.0.0.1:${ports.temporal}`,
  uiUrl: `http://127.0.0.1:${ports.ui}`,
  keysFile,
  workers: 1,
  booksFile: undefined,
});

async function devEnvOf(
  { temporal, codecEndpoint, gatewayUrl, uiUrl, sandbox }: Stack,
  {
    secrets,
    ports,
    options: { folder },
    events,
    keysFile,
  }: Settled & { keysFile: GatewayKeysFile },
): Promise<DevEnvFile> {
  const temporalAddress = temporal.address;
  const site = siteOf(secrets, ports, keysFile.name);
  const removePrograms = await writeProgramsFile(folder, NAME, site, events);
  const file = await writeDevEnv(folder, NAME, {
    secrets,
    temporalAddress,
    codecEndpoint,
    gatewayUrl,
    uiUrl,
    sandboxUrl: sandbox.url,
  });
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
    // They are journeys like any others.
    if (stack.configuration.EVENTS_URL)
      say(
        '\nEVENTS_URL is told of the orders of this story as well, which no shop knows: INV-1 and others.',
      );
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
  const { gatewayUrl } = stack;
  sayWhatNow({ stage: stack, order, gatewayUrl, devEnv, keptIn, command: COMMAND }, say);
  await interrupted;
  return 0;
}

runProgram(main);
