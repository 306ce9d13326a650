import type { FastifyInstance } from 'fastify';

/**
 * Turns away what a page of somebody else's site has a browser on this machine send: requests that such a page makes
 * itself (another `Origin`), and those that come under a name of its own which it has pointed here (another `Host`).
 *
 * @param hosts - names and addresses under which the sandbox is known, without ports.
 */
export function refuseStrangers(scope: FastifyInstance, hosts: readonly string[]): void {
  scope.addHook('onRequest', async (request, reply) => {
    const { host, origin } = request.headers;
    if (!hosts.includes(hostnameOf(`http://${host}`)))
      return reply.code(403).send({ error: 'the control API is not known by this host' });
    if (origin !== undefined && hostOf(origin) !== host)
      return reply.code(403).send({ error: 'the control API takes nothing from this origin' });
  });
}

const hostnameOf = (url: string) => parsed(url)?.hostname.replace(/^\[|\]$/g, '') ?? '';
const hostOf = (url: string) => parsed(url)?.host ?? '';
const parsed = (url: string) => (URL.canParse(url) ? new URL(url) : undefined);
