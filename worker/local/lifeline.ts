import { spawn } from 'node:child_process';

/**
 * Reads until the pipe from its starter ends. A line came first: all is over as it should be. None came: the starter is gone,
 * and its process is ended, if the number is still that process's.
 */
const WATCH = `read -r over || case "$({ tr '\\0' ' ' <"/proc/$1/cmdline" || ps -o args= -p "$1"; } 2>/dev/null)" in
  *"$2"*) kill -9 "$1" ;;
esac`;

/**
 * Has a process ended once this one is gone, however it went. By a shell in a session of its own: neither Ctrl-C nor what ends
 * us reaches it. Windows has no such shell, and no lifeline.
 *
 * @param mark - what its command line, and nobody else's of that number, holds.
 * @returns lets the process go on, or be over.
 */
export function tieToUs(pid: number, mark: string): () => void {
  if (process.platform === 'win32') return () => {};
  const watch = spawn('sh', ['-c', WATCH, 'sh', String(pid), mark], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
  });
  // Without a shell there is none, and all else works.
  watch.on('error', () => {});
  watch.stdin.on('error', () => {});
  watch.unref();
  (watch.stdin as unknown as { unref(): void }).unref();
  return () => watch.stdin.end('over\n');
}
