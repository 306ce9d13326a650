import type { Client } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import type { DokuJourneys } from '../../client/index.js';
import type { Calls } from '../calls/answer.js';
import type { Cursors } from '../calls/cursors.js';
import type { KeyFit } from '../calls/key-fit.js';
import type { Waits } from '../calls/waits.js';

/** What routes are made of: one file of routes takes this, and adds its own to the server. */
export interface Gateway {
  readonly server: FastifyInstance;
  readonly client: Client;
  /** The workers'. */
  readonly taskQueue: string;
  readonly journeys: DokuJourneys;
  readonly calls: Calls;
  readonly waits: Waits;
  readonly cursors: Cursors;
  /** Asserted before anything is begun. */
  readonly keyFit: KeyFit;
  /** Aborted when the gateway ends: whoever waits is answered then. */
  readonly closing: AbortSignal;
}
