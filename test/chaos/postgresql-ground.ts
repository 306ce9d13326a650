import { readFileSync } from 'node:fs';
import path from 'node:path';
import { startSite } from '../postgresql/site.js';
import { corporateFunds } from './corporate-funds.js';
import { type Ground, HURRIED, HURRIED_SNAP } from './ground.js';

/** The site of docker-compose.yml from binaries. Its one worker makes room for the run's own, which get its variables. */
export async function startPostgresqlGround(): Promise<Ground> {
  const { ground, parts, client, stop } = await startSite();
  await parts.worker.stop();
  await client.connection.close();
  const { machine, folder } = ground;
  const sandboxUrl = `http://127.0.0.1:${machine.port('4780')}`;
  await corporateFunds(sandboxUrl);
  return {
    temporalAddress: `127.0.0.1:${machine.port('7233')}`,
    sandboxUrl,
    // Where the compose file's sandbox notifies its worker.
    doorPort: machine.port('8082'),
    payloadKeys: readFileSync(path.join(folder, 'secrets/payload_keys'), 'utf8').trim(),
    environment: {
      ...ground.environment('worker'),
      ...HURRIED,
      // Ports that one worker has for itself.
      HEALTH_PORT: '0',
      DOKU_SNAP_SETTINGS: JSON.stringify(HURRIED_SNAP),
    },
    restartServer: async () => {
      await parts.temporal.kill();
      await parts.temporal.start();
    },
    restartDatabase: async () => {
      await parts.postgresql.kill();
      await parts.postgresql.start();
    },
    stop,
  };
}
