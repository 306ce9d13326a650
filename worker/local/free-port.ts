import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below those that systems give to connections: no connection takes one before who asked for it listens. */
const PICKED = [10_000, 32_000] as const;
const TRIES = 50;

/** @returns the port if it is free; a free one where 0 is asked for. */
export async function freePort(port = 0): Promise<number | undefined> {
  if (port !== 0) return ifFree(port);
  for (let tries = 0; tries < TRIES; tries++) {
    const free = await ifFree(randomInt(...PICKED));
    if (free !== undefined) return free;
  }
  return undefined;
}

function ifFree(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(port)));
  });
}
