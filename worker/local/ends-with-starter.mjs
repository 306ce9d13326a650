/**
 * `node --import …/ends-with-starter.mjs`: the program ends in its own way once whoever started it, and holds the other end of its
 * standard input, is gone. Plain JavaScript, as it is loaded before anything else.
 */
import { isMainThread } from 'node:worker_threads';

const END_WITHIN_MS = 15_000;

if (isMainThread) {
  process.stdin
    .on('error', () => {})
    .on('end', end)
    .resume();
  // It holds no program up that has nothing more to do.
  process.stdin.unref();
}

function end() {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(1), END_WITHIN_MS).unref();
}
