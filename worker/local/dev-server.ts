/**
 * Temporal's development server with our settings.
 *
 * @module
 */

import type { DataConverter } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { endingRetries } from '../../client/temporal/retries.js';
import { searchAttributes } from '../../contract/search-attributes.js';
import { DEV_SERVER, obtain } from './binaries.js';
import { tieToUs } from './lifeline.js';
import { processes } from './process-table.js';

const DYNAMIC_CONFIG = [
  ...['transfer', 'timer', 'visibility'].flatMap((queue) => [
    // By default 20 a second a shard, which holds each task back by up to 50 ms.
    `history.${queue}ProcessorMaxPollRPS=2000`,
    // Each of these polls walks through all tasks done since they were last dropped, by default every half a minute.
    `history.${queue}ProcessorUpdateAckInterval="1s"`,
  ]),
  // Ours are there from its start; it would read them from its database for each write to its lists.
  'system.forceSearchAttributesCacheRefreshOnRead=false',
];
/** Percent that the heap grows by between two of Go's collections, which take a tenth of the server's CPU by default. */
const HEAP_GROWTH = '400';

export interface DevServerOptions {
  readonly dataConverter?: DataConverter;
  /** Default: a free one. */
  readonly port?: number;
  /** With a UI on this port; without one there is none. */
  readonly uiPort?: number;
  /** A file that keeps everything over a restart; in memory without one. */
  readonly dbFilename?: string;
  /** More of the server's dynamic configuration, `name=value` each. */
  readonly dynamicConfig?: readonly string[];
  /** What the server complains of. Default `error`. */
  readonly logLevel?: 'error' | 'never';
  /** Where the UI has payloads decoded. */
  readonly codecUrl?: string;
}

/** The server picks ports for itself and may meet one that was taken a moment ago. */
const TRIES = 3;

/**
 * It ends with this process, also where that is killed.
 *
 * @throws Error when a binary is not to be had or the port is taken.
 */
export async function startDevServer(
  options: DevServerOptions = {},
): Promise<TestWorkflowEnvironment> {
  for (let tries = 1; ; tries++) {
    try {
      return tiedToUs(await startOnce(options));
    } catch (error) {
      if (tries === TRIES || !/did not start/.test((error as Error).message)) throw error;
    }
  }
}

async function startOnce(options: DevServerOptions): Promise<TestWorkflowEnvironment> {
  const { dataConverter, port, uiPort, dbFilename, codecUrl, dynamicConfig = [] } = options;
  const { logLevel = 'error' } = options;
  // The server inherits it; `createLocal` takes no environment.
  process.env.GOGC ??= HEAP_GROWTH;
  return TestWorkflowEnvironment.createLocal({
    server: {
      executable: await obtain(DEV_SERVER),
      ip: '127.0.0.1',
      log: { format: 'pretty', level: logLevel },
      searchAttributes: Object.values(searchAttributes),
      ...(port !== undefined && { port }),
      ...(dbFilename !== undefined && { dbFilename }),
      ...(uiPort !== undefined && { ui: true, uiPort }),
      extraArgs: [
        // It writes to our standard output, where others may expect ours only: the document of `bench --json`, say.
        '--output',
        'none',
        ...[...DYNAMIC_CONFIG, ...dynamicConfig].flatMap((value) => [
          '--dynamic-config-value',
          value,
        ]),
        ...(codecUrl ? ['--ui-codec-endpoint', codecUrl] : []),
      ],
    },
    ...(dataConverter && { client: { dataConverter } }),
    plugins: [
      {
        name: 'ending-retries',
        configureConnection: (given) => ({ ...given, interceptors: endingRetries }),
      },
    ],
  });
}

/** A part of the command line of the server on this port. */
const markOf = (port: number | string) => `server start-dev --port ${port} `;

/** @returns the processes of development servers on this port, whoever started them. */
export const devServersOn = (port: number | string) =>
  processes().filter(({ command }) => command.includes(markOf(port)));

function tiedToUs(temporal: TestWorkflowEnvironment): TestWorkflowEnvironment {
  const port = temporal.address.split(':').at(-1) ?? '';
  const server = devServersOn(port).find(({ parent }) => parent === process.pid);
  if (server === undefined) return temporal;
  const untie = tieToUs(server.pid, markOf(port));
  const teardown = temporal.teardown.bind(temporal);
  temporal.teardown = async () => {
    await teardown();
    untie();
  };
  return temporal;
}
