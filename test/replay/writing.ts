import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';

const { History } = proto.temporal.api.history.v1;

/**
 * Writes each history that Temporal has to a file of a folder.
 *
 * @param query - of Temporal's list; without it all.
 */
export async function writeHistories(
  client: Client,
  folder: string,
  query?: string,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for await (const { workflowId, runId, type } of client.workflow.list({
    ...(query && { query }),
  })) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const name = `${type}-${workflowId
      .replace(/^[a-z-]+\//, '')
      .replace(/[^A-Za-z0-9]+/g, '-')
      .slice(0, 24)}`;
    const plain = History.toObject(History.fromObject(history), {
      enums: String,
      longs: String,
      bytes: String,
    });
    // Whose machine it was is nobody's business.
    const text = JSON.stringify(plain).replaceAll(`@${hostname()}`, '@worker');
    writeFileSync(fileOf(folder, name), `${text}\n`);
  }
}

/** Several runs of one journey are files of their own. */
function fileOf(folder: string, name: string, count = 1): string {
  const file = path.join(folder, `${name}${count === 1 ? '' : `-run-${count}`}.json`);
  return existsSync(file) ? fileOf(folder, name, count + 1) : file;
}
