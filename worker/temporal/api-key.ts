import { readFile } from 'node:fs/promises';

const LOOK_EVERY_MS = 60_000;

/** What an API key can be changed of while it is in use. */
interface Keyed {
  setApiKey(apiKey: string): Promise<void> | void;
}

/**
 * Gives a connection the API key of a file whenever that has changed: platforms renew mounted secrets in place, and a key
 * that was rotated would otherwise end with the worker's next restart.
 *
 * @param everyMs - milliseconds between two looks.
 * @returns ends it.
 */
export function followApiKey(
  connection: Keyed,
  file: string,
  everyMs: number = LOOK_EVERY_MS,
): () => void {
  let current: string | undefined;
  const look = async () => {
    // While it is being replaced there is no file, or an empty one: the key in use goes on.
    const found = await readFile(file, 'utf8').then(
      (text) => text.trim(),
      () => '',
    );
    if (found === '' || found === current) return;
    await connection.setApiKey(found);
    current = found;
  };
  // A connection that is gone takes no key, and needs none.
  const timer = setInterval(() => look().catch(() => {}), everyMs).unref();
  return () => clearInterval(timer);
}
