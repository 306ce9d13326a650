/**
 * The sandbox as a program's part: `startSandbox()`.
 *
 * @module
 */
import { TLSSocket } from 'node:tls';
import fastify, { type FastifyInstance } from 'fastify';
import { type Controlled, control } from './control/index.js';
import { identitiesOf } from './doku/identities.js';
import { Doku } from './doku/index.js';
import { KeptBooks } from './doku/kept-books.js';
import {
  type SandboxOptions,
  type SandboxSettings,
  sandboxOptionsSchema,
} from './doku/settings.js';
import { deliver } from './exchange/delivery.js';
import { handle } from './exchange/handle.js';
import { Notifications } from './exchange/notifications.js';
import { OPERATIONS } from './operations/index.js';
import { pages } from './pages/index.js';
import { Certificates } from './tls/certificates.js';
import { Front } from './tls/front.js';

/** A body larger than this is refused unread. */
const BODY_LIMIT = 1_048_576;

export interface Sandbox {
  /** Base URL of API, pages and control. */
  readonly url: string;
  /** Of the control API, without TLS where the rest has it. */
  readonly controlUrl: string;
  /** PEM of the CA that a client must trust, with `tls`. */
  readonly caPem: string | undefined;
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
  for (const temperament of settings.temperaments) doku.temperaments.add(temperament);
  const books =
    settings.booksFile === undefined ? undefined : new KeptBooks(settings.booksFile, doku);
  const hosts = hostsOf(settings);
  const certificates = settings.tls ? new Certificates(hosts) : undefined;
  const server = serve({ doku, notifications, certificates, hosts }, books);
  await server.ready();
  const front = new Front({
    http: server.server,
    secureContext: certificates && (() => certificates.context),
    patienceMs: () => doku.temperaments.moodOf(ANYBODY).use('acceptsSlowly')?.ms ?? 0,
  });
  const port = await front.listen(settings.host, settings.port);
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
  doku.url = settings.publicUrl ?? `${settings.tls ? 'https' : 'http'}://${host}:${port}`;
  const { clientId, clientSecret, authCodeSecret, privateKeyPem } = doku.merchant;
  return {
    url: doku.url,
    controlUrl: `http://${host}:${port}`,
    caPem: certificates?.caPem,
    port,
    clientId,
    clientSecret,
    authCodeSecret,
    corporateAccountNo: settings.corporateAccountNo,
    merchantPrivateKeyPem: privateKeyPem,
    dokuPublicKeyPem: doku.publicKeyPem,
    close: async () => {
      notifications.stop();
      doku.agenda.reset();
      await front.close();
      await server.close();
      await books?.close();
    },
  };
}

/** A connection of which nothing is known yet. */
const ANYBODY = { references: [], accountIds: [] };

const hostsOf = ({ host, publicUrl }: SandboxSettings) => [
  ...new Set([
    'localhost',
    '127.0.0.1',
    '::1',
    host,
    ...(publicUrl ? [new URL(publicUrl).hostname] : []),
  ]),
];

function serve(parts: Controlled, books: KeptBooks | undefined): FastifyInstance {
  const { doku, notifications, certificates } = parts;
  const server = fastify({
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
  });
  if (certificates) {
    server.addHook('onRequest', async (request, reply) => {
      const isSecured = request.raw.socket instanceof TLSSocket;
      if (isSecured || request.url.startsWith('/_control/')) return;
      return reply.code(400).type('text/plain').send('HTTPS only');
    });
  }
  // Whatever arrives may change them, also what is never answered.
  for (const moment of ['onRequest', 'onResponse'] as const)
    if (books) server.addHook(moment, async () => books.changed());
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
        return deliver(reply, doku.clock, await handle(doku, operation, arrived, notifications));
      });
    }
  }
  control(server, parts);
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
