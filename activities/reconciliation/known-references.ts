/**
 * The numbers under which this merchant's journeys moved money.
 *
 * @module
 */
import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { TopUpBatchPartResult } from '../../contract/top-up-batch.js';
import { allListed } from './listed-journeys.js';

/** A day's batch rows serve all pages of a reconciliation, */
const ROWS_KEPT_MS = 600_000;
/** but nothing is called missing by rows that were read longer ago. */
const ROWS_DECIDE_MS = 30_000;

interface Range {
  readonly from: string;
  readonly to: string;
}

interface BatchRows {
  readonly range: string;
  readonly readAt: number;
  readonly references: Promise<ReadonlySet<string>>;
}

export class KnownReferences {
  readonly #client: Client;
  #batchRows: BatchRows | undefined;

  constructor(client: Client) {
    this.#client = client;
  }

  /** All numbers that a customer's journeys have used, whenever they ran. */
  async ofCustomer(customerId: string): Promise<Set<string>> {
    const known = new Set<string>();
    for await (const journey of allListed(this.#client, `CustomerId = '${customerId}'`)) {
      known.add(journey.partnerReferenceNo);
      known.add(journey.workflowId.slice(journey.workflowId.lastIndexOf('/') + 1));
      if (journey.type !== 'authorizedPurchase') continue;
      const view = await this.#client.workflow
        .getHandle(journey.workflowId)
        .query<{ steps: readonly { partnerNo: string }[] }>('status');
      for (const { partnerNo } of view.steps) known.add(partnerNo);
    }
    return known;
  }

  /** Whether it is the number of one of the period's batch rows, which are no journeys of their own. */
  async hasBatchRow(partnerReferenceNo: string, range: Range): Promise<boolean> {
    const held = this.#rowsOf(range, ROWS_KEPT_MS);
    if ((await held.references).has(partnerReferenceNo)) return true;
    const { references } = this.#rowsOf(range, ROWS_DECIDE_MS);
    return (await references).has(partnerReferenceNo);
  }

  #rowsOf(range: Range, keptMs: number): BatchRows {
    const held = this.#batchRows;
    const key = `${range.from} ${range.to}`;
    if (held?.range === key && held.readAt > Date.now() - keptMs) return held;
    const rows = { range: key, readAt: Date.now(), references: this.#readRows(range) };
    this.#batchRows = rows;
    // What could not be read is read again.
    rows.references.catch(() => {
      if (this.#batchRows === rows) this.#batchRows = undefined;
    });
    return rows;
  }

  async #readRows(range: Range): Promise<Set<string>> {
    // A batch may have started the day before its last row was sent.
    const from = new Date(Date.parse(range.from) - 86_400_000).toISOString();
    const query = `WorkflowType = 'topUpBatchPart' AND StartTime >= '${from}' AND StartTime < '${range.to}'`;
    const rows = new Set<string>();
    for await (const part of allListed(this.#client, query)) {
      if (part.status !== 'COMPLETED') continue;
      Context.current().heartbeat();
      const handle = this.#client.workflow.getHandle(part.workflowId);
      const { results } = (await handle.result()) as TopUpBatchPartResult;
      for (const { partnerReferenceNo } of results) rows.add(partnerReferenceNo);
    }
    return rows;
  }
}
