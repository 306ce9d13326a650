import type { Contender, ContenderOptions } from '../contender.js';
import { findPostgreSql, startPostgreSql } from '../peers/postgresql.js';
import { peerEnvironment } from '../peers/setting.js';
import { Program } from '../program.js';
import type { Site } from '../site.js';
import { behindDoor } from './behind-door.js';

/** Half of it may wait for messages, events and results; the default of 10 holds 50 purchases at once back. */
const POOL_SIZE = 40;

/** DBOS on a PostgreSQL of its own. @returns nothing where PostgreSQL is not installed. */
export async function startDbos(
  site: Site,
  { pollMs = 3_000, profileFolder }: ContenderOptions = {},
): Promise<Contender | undefined> {
  const binaries = await findPostgreSql();
  if (binaries === undefined) return undefined;
  const postgreSql = await startPostgreSql(binaries);
  try {
    const program = await Program.start({
      args: ['--import', 'tsx', 'bench/peers/dbos/main.ts'],
      environment: {
        ...peerEnvironment(site, pollMs),
        PEER_DATABASE_URL: `${postgreSql.url}/dbos`,
        PEER_POOL_SIZE: String(POOL_SIZE),
      },
      isReady: (line) => line.startsWith('{'),
      ...(profileFolder && { profileFolder }),
    });
    const contender = behindDoor('DBOS', program);
    return {
      ...contender,
      pids: [program.pid, postgreSql.pid],
      stop: async () => {
        await contender.stop();
        await postgreSql.stop();
      },
    };
  } catch (error) {
    await postgreSql.stop();
    throw error;
  }
}
