/**
 * `npm run site`: server, sandbox, workers, gateway and codec as processes of their own, as a site has them, where there is no
 * container engine. For development.
 *
 * @module
 */
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { endingRetries } from '../../client/temporal/retries.js';
import { createDataConverter, payloadKeysOf } from '../temporal/encryption.js';
import { fillWallet, openOrder, sayWhatNow, tellOfEarlier } from './afterwards.js';
import { typedName, writeDevEnv } from './dev-env.js';
import { startDevServer } from './dev-server.js';
import { type Kept, openKept } from './kept.js';
import { lockFolder } from './lock.js';
import { anotherBeside, commandOf, type LocalOptions, localOptionsFrom } from './options.js';
import { tellOfOthers } from './others.js';
import { type Part, type Ports, portHelp, takenPorts } from './ports.js';
import { inheritedEnvironment, Processes } from './processes.js';
import { checkWorkerSettings, programsOf, type SiteParts } from './programs.js';
import { writeKeysFile, writeProgramsFile } from './programs-file.js';
import { isOpening, prepareCustomer } from './story.js';
import { installRuntime, runProgram, say, sayEnded, untilInterrupted } from './terminal.js';

/** As docker-compose.yml has them. */
const USUAL_PORTS = {
  temporal: 7233,
  ui: 8233,
  sandbox: 4780,
  health: 8081,
  notifications: 8082,
  codec: 8083,
  gateway: 8084,
};
const PARTS: readonly Part[] = [
  'temporal',
  'ui',
  'sandbox',
  'health',
  'notifications',
  'codec',
  'gateway',
];

const NAME = 'npm run site';
const COMMAND = `${NAME} --`;

const HELP = `npm run site -- [options]: a site for development without containers. Temporal, a DOKU sandbox, workers, a gateway
and a codec, each a process of its own, on this machine only.

  --workers NUMBER          worker processes (1)
  --keep                    goes on with the data of the last --keep, and leaves its own for the next
  --data FOLDER             where dev.env stands, and keys, logs and data are kept (DOKU_JOURNEYS_DATA; .local)
${portHelp(USUAL_PORTS, PARTS).join('\n')}

Keys are made up once and stay the same: dev.env has them, in the folder. PAYLOAD_KEYS (or PAYLOAD_KEYS_FILE, and
PAYLOAD_ACTIVE_KEY_ID) add others. Other variables of a worker, such as ABSENT_AFTER, are passed on. A folder has one
site at a time; another beside it:
  ${anotherBeside(COMMAND, { ports: USUAL_PORTS, needed: PARTS, takes: [] })}`;

async function main(): Promise<number> {
  const takes = ['help', 'keep', 'data', 'workers'];
  const program = { ports: USUAL_PORTS, needed: PARTS, takes };
  const options = localOptionsFrom(process.argv.slice(2), process.env, program);
  if (options.wantsHelp) {
    say(HELP);
    return 0;
  }
  const interrupted = untilInterrupted();
  installRuntime();
  const unlock = await lockFolder(options.folder, NAME, anotherBeside(COMMAND, program));
  const ends: (() => Promise<unknown> | unknown)[] = [unlock];
  let code: number;
  try {
    const kept = await openKept(options.folder, options.payloadKeys);
    const ports = await takenPorts(options.ports, PARTS, commandOf(COMMAND, options));
    const site = { options, kept, ports, ends };
    checkWorkerSettings(partsOf(site), inheritedEnvironment());
    // A server that is about to start could not be ended.
    const address = await startTemporal(site);
    code = await Promise.race([interrupted.then(() => 0), runSite(site, address)]);
  } finally {
    for (const end of ends.reverse()) await end();
  }
  if (code === 0) sayEnded(NAME, options.keeps ? options.folder : undefined);
  return code;
}

interface Site {
  readonly options: LocalOptions;
  readonly kept: Kept;
  readonly ports: Ports;
  /** What ends it, in the order of the starts. */
  readonly ends: (() => Promise<unknown> | unknown)[];
}

const uiUrlOf = ({ ports }: Site) => `http://127.0.0.1:${ports.ui}`;

/** For the UI, and Temporal's own CLI. */
const codecEndpointOf = ({ ports, kept }: Site) =>
  `http://127.0.0.1:${ports.codec}/${kept.secrets.codecToken}`;

const partsOf = (site: Site, keysFile = ''): SiteParts => ({
  secrets: site.kept.secrets,
  ports: site.ports,
  temporalAddress: `127.0.0.1:${site.ports.temporal}`,
  uiUrl: uiUrlOf(site),
  keysFile,
  workers: site.options.workers,
  booksFile: site.options.keeps ? site.kept.booksFile : undefined,
});

/** @returns its address. */
async function startTemporal(site: Site): Promise<string> {
  const { options, kept, ports, ends } = site;
  say('Starting Temporal, the sandbox, workers, the codec and the gateway, each a process…');
  const temporal = await startDevServer({
    port: ports.temporal,
    uiPort: ports.ui,
    codecUrl: codecEndpointOf(site),
    ...(options.keeps && { dbFilename: kept.databaseFile }),
  });
  ends.push(() => temporal.teardown());
  told('temporal', uiUrlOf(site));
  return temporal.address;
}

async function runSite(site: Site, temporalAddress: string): Promise<number> {
  const { options, kept, ports, ends } = site;
  const { secrets } = kept;
  const uiUrl = uiUrlOf(site);
  const keysFile = await writeKeysFile(options.folder, secrets, options.keeps);
  ends.push(keysFile.remove);
  const processes = new Processes({ folder: path.join(options.folder, 'logs'), say });
  ends.push(() => processes.stop());
  const parts = { ...partsOf(site, keysFile.name), temporalAddress };
  await Promise.all(
    programsOf(parts).map(async ({ where, ...program }) => {
      await processes.start(program);
      told(program.name, where);
    }),
  );
  const connection = await Connection.connect({
    address: temporalAddress,
    interceptors: endingRetries,
  });
  ends.push(() => connection.close());
  const dataConverter = createDataConverter(payloadKeysOf(secrets.payloadKeys));
  const client = new Client({ connection, dataConverter });
  const stage = { client, sandbox: { url: `http://127.0.0.1:${ports.sandbox}` }, uiUrl };
  const gatewayUrl = `http://127.0.0.1:${ports.gateway}`;
  const devEnv = await writeDevEnv(options.folder, NAME, {
    secrets,
    temporalAddress,
    codecEndpoint: codecEndpointOf(site),
    gatewayUrl,
    uiUrl,
    sandboxUrl: stage.sandbox.url,
  });
  ends.push(devEnv.remove, await writeProgramsFile(options.folder, NAME, parts));
  ends.push(
    tellOfOthers({ client: stage.client, isOwn: isOpening, tell: (line) => say(`  ▸ ${line}`) }),
  );
  if (options.keeps && kept.isOld) await tellOfEarlier(stage, say);
  else await fillWallet(stage, await prepareCustomer(stage));
  const order = await openOrder(stage);
  const keptIn = options.keeps ? options.folder : undefined;
  sayWhatNow({ stage, order, gatewayUrl, devEnv, keptIn, command: COMMAND }, say);
  say(`Each process has its log in ${typedName(path.join(options.folder, 'logs'))}.`);
  await processes.lost;
  return 1;
}

const told = (name: string, where: string) => say(`  ${name.padEnd(9)} ${where}`);

runProgram(main);
