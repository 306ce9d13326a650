import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { PROBLEM_TYPE, Problem } from './problem.js';
import { invalidInput } from './translation.js';

/** By Node's codes. */
const MESSAGES: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: 'its headers are longer than 16 KiB',
  ERR_HTTP_REQUEST_TIMEOUT: 'did not come whole in time',
};

/** Answers what Node could not read, and what therefore reaches no route, as every other error is answered. */
export function answerUnread({ code }: NodeJS.ErrnoException, socket: Duplex): void {
  // A connection that ends without a request is nobody's mistake.
  if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  end(socket, problemOf(code));
}

/** Answers CONNECT, which Node would end without a word: nobody is led on from here. */
export function answerTunnel(socket: Duplex): void {
  // Whoever hangs up meanwhile is gone.
  socket.on('error', () => socket.destroy());
  end(socket, new Problem('NoSuchResource'));
}

function end(socket: Duplex, problem: Problem): void {
  const body = JSON.stringify(problem.body(randomUUID()));
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
      `content-type: ${PROBLEM_TYPE}`,
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

function problemOf(code: string | undefined): Problem {
  return invalidInput([{ path: 'request', message: MESSAGES[code ?? ''] ?? 'is no HTTP/1.1' }]);
}
