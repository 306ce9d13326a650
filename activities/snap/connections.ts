/**
 * Keep-alive connections to DOKU that know, for each request, how far it came.
 *
 * @module
 */
import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { ConnectTimeoutError } from './connect-timeout-error.js';
import type { Phase } from './phase.js';
import type { SnapSettings } from './settings.js';
import { trustOf } from './trust.js';
import { proxyOf, Tunnels } from './tunnels.js';

/** How far one request came. */
export interface Passage {
  readonly phase: Phase;
  /** To be told once the answer's head is there. */
  answered(): void;
}

export interface Connections {
  /** The agent for one request, and where it tells how far that came. */
  forOne(): { readonly passage: Passage; readonly agent: () => http.Agent };
  close(): void;
}

/** How Node's client hands a request to its agent: undocumented, as old as agents, and what all agents build on. */
interface TakesRequests {
  addRequest(request: http.ClientRequest, ...more: unknown[]): void;
}

/** What a connection does until it is up. A connection that is missing here carries requests. */
type Openings = WeakMap<Duplex, Phase>;

/** @throws Error that names the setting whose file cannot be read, or is not what it should be. */
export function createConnections(settings: SnapSettings): Connections {
  const openings: Openings = new WeakMap();
  const agent = agentOf(settings);
  watch(agent, settings, openings);
  giveUpIdle(agent, settings);
  return {
    forOne() {
      let request: http.ClientRequest | undefined;
      let socket: Duplex | undefined;
      let isHandedOver = false;
      let isAnswered = false;
      const own = Object.create(agent) as http.Agent & TakesRequests;
      own.addRequest = (made, ...more) => {
        request = made;
        made.once('socket', (given) => {
          socket = given;
        });
        (agent as unknown as TakesRequests).addRequest(made, ...more);
      };
      const passage: Passage = {
        get phase() {
          // A request that its agent was never shown has to count as sent.
          if (!request) return isHandedOver ? 'sending' : 'preparing';
          if (!socket) return isWithProxy(agent, request) ? 'proxy' : 'queue';
          const opening = openings.get(socket);
          if (opening) return opening;
          if (isAnswered) return 'reading';
          return request.writableFinished ? 'waiting' : 'sending';
        },
        answered() {
          isAnswered = true;
        },
      };
      return {
        passage,
        agent: () => {
          isHandedOver = true;
          return own;
        },
      };
    },
    close: () => agent.destroy(),
  };
}

function agentOf(settings: SnapSettings): http.Agent {
  const proxy = proxyOf(settings);
  if (proxy !== undefined) return new Tunnels(proxy, settings);
  const options = {
    keepAlive: true,
    maxSockets: settings.maxSockets,
    scheduling: 'lifo',
  } as const;
  return settings.baseUrl.startsWith('https:')
    ? new https.Agent({ ...options, ...trustOf(settings) })
    : new http.Agent(options);
}

const isWithProxy = (agent: http.Agent, request: http.ClientRequest) =>
  agent instanceof Tunnels && agent.isUnderWay(request);

/** Notes how far each connection came, and ends those that are not up in time. */
function watch(agent: http.Agent, settings: SnapSettings, openings: Openings): void {
  const { connectTimeoutMs } = settings;
  const { protocol, hostname } = new URL(settings.baseUrl);
  const isTls = protocol === 'https:';
  const connect = agent.createConnection.bind(agent);
  const first = firstPhase(agent, hostname);
  agent.createConnection = (...args) => {
    const socket = connect(...args);
    if (!socket) return socket;
    openings.set(socket, first);
    socket.once('lookup', (error: Error | null) => {
      if (!error) openings.set(socket, 'connect');
    });
    socket.once('connect', () => {
      if (isTls) openings.set(socket, 'TLS handshake');
    });
    const limit = setTimeout(() => {
      socket.destroy(new ConnectTimeoutError(connectTimeoutMs));
    }, connectTimeoutMs);
    socket.once('close', () => clearTimeout(limit));
    // It comes before the bytes that wait for it are written: from here on they may be.
    socket.once(isTls ? 'secureConnect' : 'connect', () => {
      openings.delete(socket);
      clearTimeout(limit);
    });
    return socket;
  };
}

function firstPhase(agent: http.Agent, hostname: string): Phase {
  if (agent instanceof Tunnels) return 'TLS handshake';
  return isIP(hostname.replace(/[[\]]/g, '')) ? 'connect' : 'name look-up';
}

/** What a server needs to hear that we gave a connection up, before it gives it up itself. */
const BEFORE_SERVER_MS = 1_000;

/** Gives idle connections up before DOKU's side does: what is sent on one that is closed there just then is in doubt. */
function giveUpIdle(agent: http.Agent, { idleTimeoutMs }: SnapSettings): void {
  const keep = agent.keepSocketAlive.bind(agent);
  const limits = new WeakMap<Duplex, NodeJS.Timeout>();
  agent.keepSocketAlive = (socket) => {
    const ms = Math.min(idleTimeoutMs, hintedMs(socket) - BEFORE_SERVER_MS);
    if (ms <= 0) return false;
    if (!limits.has(socket)) socket.once('close', () => clearTimeout(limits.get(socket)));
    limits.set(socket, setTimeout(() => socket.destroy(), ms).unref());
    // Node's typings say void; an agent keeps a socket only for `true`.
    return keep(socket) as unknown as boolean;
  };
  const reuse = agent.reuseSocket.bind(agent);
  agent.reuseSocket = (socket, request) => {
    clearTimeout(limits.get(socket));
    reuse(socket, request);
  };
}

/** How long the server says, in the answer that this connection brought last, that it keeps it. */
function hintedMs(socket: Duplex): number {
  const { _httpMessage: request } = socket as { _httpMessage?: { res?: http.IncomingMessage } };
  const [, seconds] =
    /\btimeout=(\d{1,9})\b/.exec(String(request?.res?.headers['keep-alive'])) ?? [];
  return seconds === undefined ? Number.POSITIVE_INFINITY : Number(seconds) * 1_000;
}
