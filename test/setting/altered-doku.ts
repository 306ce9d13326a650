import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** An answer of DOKU's, before or after it is changed on its way. */
export interface AlteredAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** Between a worker and the sandbox: what DOKU answers, but as a test wants it. */
export interface AlteredDoku {
  readonly url: string;
  /** Whose answers they are. */
  of(url: string): void;
  close(): void;
}

/** @param alter - by the last part of the path, such as "registration-account-binding". */
export async function startAlteredDoku(
  alter: (operation: string, answer: AlteredAnswer) => AlteredAnswer,
): Promise<AlteredDoku> {
  let target = '';
  const server = http.createServer((request, response) => {
    const { method, headers, url = '' } = request;
    const forwarded = http.request(new URL(url, target), { method, headers }, async (answer) => {
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk as Buffer);
      const body = JSON.parse(Buffer.concat(chunks).toString());
      const operation = url.split('/').at(-1) ?? '';
      const altered = alter(operation, { status: answer.statusCode ?? 500, body });
      const { 'content-length': _length, ...rest } = answer.headers;
      response.writeHead(altered.status, rest).end(JSON.stringify(altered.body));
    });
    forwarded.on('error', () => response.destroy());
    request.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    of: (url) => {
      target = url;
    },
    close: () => server.close(),
  };
}
