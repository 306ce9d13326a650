/**
 * Keep-alive connections to DOKU that know, for each request, how far it came.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { createSecureContext, rootCertificates } from 'node:tls';
import type { Phase } from './phase.js';
import type { SnapSettings } from './settings.js';

/** A connection that was not up within its own limit. */
class ConnectTimeoutError extends Error {
  override readonly name = 'ConnectTimeoutError';
  readonly code = 'ETIMEDOUT';
}

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

/** @throws Error when the file of the extra authority cannot be read, or is none. */
export function createConnections(settings: SnapSettings): Connections {
  const openings: Openings = new WeakMap();
  const agent = watchedAgent(settings, openings);
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
          if (!socket) return 'queue';
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

function watchedAgent(settings: SnapSettings, openings: Openings): http.Agent {
  const { maxSockets, connectTimeoutMs } = settings;
  const { protocol, hostname } = new URL(settings.baseUrl);
  const isTls = protocol === 'https:';
  const options = { keepAlive: true, maxSockets, scheduling: 'lifo' } as const;
  const agent = isTls
    ? new https.Agent({ ...options, ...trustOf(settings) })
    : new http.Agent(options);
  const connect = agent.createConnection.bind(agent);
  const first: Phase = isIP(hostname.replace(/[[\]]/g, '')) ? 'connect' : 'name look-up';
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
      socket.destroy(new ConnectTimeoutError(`no connection within ${connectTimeoutMs} ms`));
    }, connectTimeoutMs);
    socket.once('close', () => clearTimeout(limit));
    // It comes before the bytes that wait for it are written: from here on they may be.
    socket.once(isTls ? 'secureConnect' : 'connect', () => {
      openings.delete(socket);
      clearTimeout(limit);
    });
    return socket;
  };
  return agent;
}

/** Read once: every connection would else parse all authorities again. */
function trustOf({ ca, caFile }: SnapSettings) {
  const own = caFile === undefined ? ca : readFileSync(caFile, 'utf8');
  return own === undefined
    ? {}
    : { secureContext: createSecureContext({ ca: [...rootCertificates, own] }) };
}
