/**
 * Connections to DOKU through a proxy, which makes them by CONNECT and then only passes bytes on.
 *
 * @module
 */
import type { ClientRequest } from 'node:http';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { getProxyForUrl } from 'proxy-from-env';
import { ConnectTimeoutError } from './connect-timeout-error.js';
import type { SnapSettings } from './settings.js';
import { trustOf, trustOfProxy } from './trust.js';

/** The proxy's own answer, which is never DOKU's: nothing of ours was sent. */
class ProxyRefusalError extends Error {
  override readonly name = 'ProxyRefusalError';
  readonly code: string;

  constructor(status: number) {
    super(`the proxy answered ${status}`);
    this.code = Number.isInteger(status) ? `PROXY_${status}` : 'PROXY_UNREADABLE';
  }
}

/** @returns the proxy's URL; nothing where DOKU is reached directly, as over plain HTTP, which is loopback's. */
export function proxyOf({ baseUrl, proxy }: SnapSettings): string | undefined {
  if (!baseUrl.startsWith('https:') || proxy === 'none') return undefined;
  return proxy ?? proxyInEnvironment(baseUrl);
}

const VARIABLES = ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'];

function proxyInEnvironment(baseUrl: string): string | undefined {
  const found = getProxyForUrl(baseUrl);
  // Where none says it, it was given DOKU's own scheme: with curl it is a proxy over http.
  const isAsGiven = VARIABLES.some((name) => process.env[name] === found);
  return (isAsGiven ? found : found.replace(/^https:/, 'http:')) || undefined;
}

type Connecting = Parameters<HttpsProxyAgent<string>['connect']>;

/** An agent all of whose connections go through a proxy, and never show a proxy's own page as an answer. */
export class Tunnels extends HttpsProxyAgent<string> {
  readonly #underWay = new WeakSet<ClientRequest>();
  readonly #tls: ReturnType<typeof trustOf>;
  readonly #limitMs: number;

  constructor(proxy: string, settings: SnapSettings) {
    super(proxy, { keepAlive: true, maxSockets: settings.maxSockets, scheduling: 'lifo' });
    // Known from here on, it need not be guessed from a stack for each request.
    this.protocol = 'https:';
    this.#tls = trustOf(settings);
    this.#limitMs = settings.connectTimeoutMs;
    Object.assign(this.connectOpts, trustOfProxy(settings));
    this.on('proxyConnect', ({ statusCode }) => {
      // Thrown here, as the agent would go on to play the proxy's page to the request.
      if (statusCode !== 200) throw new ProxyRefusalError(statusCode);
    });
  }

  /** Whether the proxy is still to connect what this request waits for. */
  isUnderWay(request: ClientRequest): boolean {
    return this.#underWay.has(request);
  }

  override async connect(request: Connecting[0], options: Connecting[1]) {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), this.#limitMs);
    this.#underWay.add(request);
    const direct = this.connectOpts;
    try {
      // The agent opens its connection to the proxy before it first waits: the limit is of this one alone.
      this.connectOpts = { ...direct, signal: limit.signal } as typeof direct;
      const connecting = super.connect(request, { ...options, ...this.#tls });
      this.connectOpts = direct;
      const socket = await connecting;
      this.#underWay.delete(request);
      return socket;
    } catch (error) {
      throw limit.signal.aborted ? new ConnectTimeoutError(this.#limitMs) : error;
    } finally {
      clearTimeout(timer);
    }
  }
}
