/**
 * The sandbox as a program's part: `startSandbox()`.
 *
 * @module
 */
import fastify, { type FastifyInstance } from 'fastify';
import { control } from './control/index.js';
import { identitiesOf } from './doku/identities.js';
import { Doku } from './doku/index.js';
import { type SandboxOptions, sandboxOptionsSchema } from './doku/settings.js';
import { deliver } from './exchange/delivery.js';
import { handle } from './exchange/handle.js';
import { Notifications } from './exchange/notifications.js';
import { OPERATIONS } from './operations/index.js';
import { pages } from './pages/index.js';

/** A body larger than this is refused unread. */
const BODY_LIMIT = 1_048_576;

export interface Sandbox {
  /** Base URL of API, pages and control. */
  readonly url: string;
  readonly port: number;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly authCodeSecret: string;
  /** The account behind the merchant's corporate balance. */
  readonly corporateAccountNo: string;
  /** Present when the merchant's key pair was generated here. */
  readonly merchantPrivateKeyPem: string | undefined;
  /** Verifies DOKU's own requests to the merchant. */
  readonly dokuPublicKeyPem: string;
  close(): Promise<void>;
}

/**
 * Starts a sandbox of its own; several may run in one process.
 *
 * @throws ZodError for wrong options, Node's `EADDRINUSE` when the port is taken.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const settings = sandboxOptionsSchema.parse(options);
  const notifications = new Notifications();
  const doku = new Doku(settings, await identitiesOf(settings), (purchase) =>
    notifications.tell(purchase),
  );
  notifications.attach(doku);
  const server = serve(doku, notifications);
  await server.listen({ host: settings.host, port: settings.port });
  const { port } = server.server.address() as { port: number };
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
  doku.url = settings.publicUrl ?? `http://${host}:${port}`;
  const { clientId, clientSecret, authCodeSecret, privateKeyPem } = doku.merchant;
  return {
    url: doku.url,
    port,
    clientId,
    clientSecret,
    authCodeSecret,
    corporateAccountNo: settings.corporateAccountNo,
    merchantPrivateKeyPem: privateKeyPem,
    dokuPublicKeyPem: doku.publicKeyPem,
    close: async () => {
      notifications.stop();
      await server.close();
    },
  };
}

function serve(doku: Doku, notifications: Notifications): FastifyInstance {
  const server = fastify({
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
  });
  // The signature is over the bytes, whatever their declared type.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
  for (const operation of OPERATIONS) {
    for (const path of operation.paths) {
      server.post(path, async (request, reply) => {
        const rawBody = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        // What was signed is the path as the client wrote it, its query included.
        const arrived = { path: request.url, headers: request.headers, rawBody };
        return deliver(reply, doku.clock, await handle(doku, operation, arrived));
      });
    }
  }
  control(server, doku, notifications);
  pages(server, doku);
  answerAnything(server);
  return server;
}

/** Always JSON with a response code, whatever arrives. */
function answerAnything(server: FastifyInstance): void {
  const known = new Map(
    OPERATIONS.flatMap(({ paths, serviceCode }) => paths.map((path) => [path, serviceCode])),
  );
  const codeOf = (url: string) => known.get(url.split('?')[0] ?? '') ?? '00';
  server.setNotFoundHandler((request, reply) => {
    const serviceCode = codeOf(request.url);
    const [status, responseMessage] =
      serviceCode === '00' ? [404, 'Not Found'] : [405, 'Requested Function Is Not Supported'];
    return reply
      .code(status as number)
      .send({ responseCode: `${status}${serviceCode}00`, responseMessage });
  });
  server.setErrorHandler((error: { statusCode?: number }, request, reply) => {
    const isTheirs = error.statusCode !== undefined && error.statusCode < 500;
    const status = isTheirs ? 400 : 500;
    const responseMessage = isTheirs ? 'Bad Request' : 'General Error';
    return reply
      .code(status)
      .send({ responseCode: `${status}${codeOf(request.url)}00`, responseMessage });
  });
}
