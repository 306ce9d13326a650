import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { createDataConverter, payloadKeysOf } from '../../worker/temporal/encryption.js';
import type { ContenderOptions } from '../contender.js';
import { peerEnvironment } from '../peers/setting.js';
import { Program } from '../program.js';
import type { Site } from '../site.js';

export interface PeerWorkerOptions extends ContenderOptions {
  readonly taskQueue: string;
  /** In `bench/peers/`. */
  readonly workflows: string;
}

/** A peer's Temporal worker, and what its backend asks it by. */
export interface PeerWorker {
  readonly client: Client;
  readonly pids: readonly number[];
  stop(): Promise<void>;
}

/** Starts the worker in a process of its own, with the product's settings. */
export async function startPeerWorker(site: Site, options: PeerWorkerOptions): Promise<PeerWorker> {
  const { taskQueue, workflows, pollMs = 3_000, profileFolder } = options;
  const connection = await Connection.connect({ address: site.temporal.address });
  const dataConverter = createDataConverter(payloadKeysOf(site.payloadKeys));
  const worker = await Program.start({
    args: ['--import', 'tsx', 'bench/peers/idiomatic/worker.ts'],
    environment: {
      ...peerEnvironment(site, pollMs),
      DOKU_TASK_QUEUE: taskQueue,
      PEER_WORKFLOW_BUNDLE: await bundledOnce(workflows),
    },
    isReady: (line) => line === 'ready',
    ...(profileFolder && { profileFolder }),
  });
  return {
    client: new Client({ connection, dataConverter }),
    pids: [worker.pid],
    stop: async () => {
      await worker.stop();
      await connection.close();
    },
  };
}

const bundles = new Map<string, Promise<string>>();

/** Ahead of the workers, as the product's own build does it. @returns the file. */
function bundledOnce(workflows: string): Promise<string> {
  const bundle = bundles.get(workflows) ?? bundled(workflows);
  bundles.set(workflows, bundle);
  return bundle;
}

async function bundled(workflows: string): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL(`../peers/${workflows}`, import.meta.url)),
    logger: new DefaultLogger('WARN'),
  });
  const folder = await mkdtemp(path.join(tmpdir(), 'doku-journeys-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'workflows.js');
  await writeFile(file, code);
  return file;
}
