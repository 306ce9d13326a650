/**
 * Of which namespaces and workflows somebody reads, for the audit.
 *
 * @module
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Payload } from '@temporalio/common';

export type PlaceOf = (
  payload: Payload,
) => { readonly namespace: string; readonly workflowId: string } | undefined;

/** Temporal's own IDs are shorter. */
const MOST_OF_ID = 1_000;
/** Named in one line; a request of the Temporal UI is about one. */
const MOST_NAMED = 20;

export class Places {
  readonly #told: {
    readonly namespace: string | undefined;
    readonly workflowId: string | undefined;
  };
  readonly #namespaces = new Set<string>();
  readonly #workflowIds = new Set<string>();

  /** @param headers - `X-Namespace`, which the Temporal UI and CLI send, and `X-Workflow-ID`, which the CLI can be told to. */
  constructor(headers: IncomingHttpHeaders) {
    this.#told = {
      namespace: idIn(headers['x-namespace']),
      workflowId: idIn(headers['x-workflow-id']),
    };
  }

  /** What was decrypted knows better than whoever asked for it. */
  note(payloads: readonly Payload[], placeOf: PlaceOf): void {
    for (const payload of payloads) {
      const place = placeOf(payload);
      if (place === undefined) continue;
      this.#namespaces.add(place.namespace);
      this.#workflowIds.add(place.workflowId);
    }
  }

  get namespaces(): string[] {
    return named(this.#namespaces, this.#told.namespace);
  }

  get workflowIds(): string[] {
    return named(this.#workflowIds, this.#told.workflowId);
  }
}

const idIn = (value: string | string[] | undefined) =>
  typeof value === 'string' && value !== '' ? value.slice(0, MOST_OF_ID) : undefined;

const named = (known: ReadonlySet<string>, told: string | undefined) =>
  known.size > 0 ? [...known].slice(0, MOST_NAMED) : told === undefined ? [] : [told];
