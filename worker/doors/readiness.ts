/**
 * Why a worker cannot do its work, which `/ready` tells its platform.
 *
 * @module
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type Client, isGrpcServiceError } from '@temporalio/client';
import type { WorkerStatus } from '@temporalio/worker';
import { searchAttributes } from '../../contract/search-attributes.js';
import { isOtherMerchantThere, OTHER_MERCHANT } from '../temporal/one-merchant.js';
import type { Acceptance } from './acceptance.js';

/** Temporal is asked once, however many probes come at once. */
const FRESH_FOR_MS = 1_000;
const ANSWER_WITHIN_MS = 3_000;
/** A probe waits for a second by default. Of a slow Temporal what it said last stands for a while. */
const PROBE_WAITS_MS = 700;
const STANDS_FOR_MS = 5_000;
/** Attributes do not go away by themselves. */
const ATTRIBUTES_FRESH_FOR_MS = 60_000;
const MERCHANTS_FRESH_FOR_MS = 60_000;

const UNREACHABLE = 'Temporal does not answer';

const GRPC_INVALID_ARGUMENT = 3;
const GRPC_NOT_FOUND = 5;
const GRPC_PERMISSION_DENIED = 7;
const GRPC_UNAUTHENTICATED = 16;

export interface ReadinessOptions {
  /** On the connection that the worker polls with: what does not reach it, does not reach the worker. */
  readonly client: Client;
  /** Nothing until there is one. */
  readonly worker: () =>
    | { getStatus(): Pick<WorkerStatus, 'workflowPollerState' | 'activityPollerState'> }
    | undefined;
  readonly acceptance: Acceptance;
  /** The merchant's, in DOKU's words. */
  readonly clientId: string;
}

export class Readiness {
  readonly #options: ReadinessOptions;
  #said: { readonly at: number; readonly reasons: string[] } | undefined;
  #asking: Promise<string[]> | undefined;
  #attributesThereAt = -Infinity;
  #merchants = { askedAt: -Infinity, isOtherThere: false };

  constructor(options: ReadinessOptions) {
    this.#options = options;
  }

  /** @returns why it is not ready; nothing where it is. */
  async reasons(): Promise<string[]> {
    const { acceptance } = this.#options;
    const refused = acceptance
      .neverAccepted()
      .map((variable) => `DOKU refuses the signature: is ${variable} that of DOKU_CLIENT_ID?`);
    return [...this.#pollers(), ...(await this.#temporalNow()), ...refused];
  }

  #pollers(): string[] {
    const status = this.#options.worker()?.getStatus();
    if (status === undefined) return ['the worker has not started'];
    const { workflowPollerState, activityPollerState } = status;
    return [
      ...(workflowPollerState === 'POLLING' ? [] : ['nobody polls for workflow tasks']),
      ...(activityPollerState === 'POLLING' ? [] : ['nobody polls for activities']),
    ];
  }

  async #temporalNow(): Promise<string[]> {
    const age = () => performance.now() - (this.#said?.at ?? -Infinity);
    if (this.#said && age() < FRESH_FOR_MS) return this.#said.reasons;
    this.#asking ??= this.#askTemporal().then((reasons) => {
      this.#said = { at: performance.now(), reasons };
      this.#asking = undefined;
      return reasons;
    });
    const silence = pause(PROBE_WAITS_MS, undefined, { ref: false });
    const reasons = await Promise.race([this.#asking, silence]);
    if (reasons) return reasons;
    return this.#said && age() < STANDS_FOR_MS ? this.#said.reasons : [UNREACHABLE];
  }

  async #askTemporal(): Promise<string[]> {
    const { client } = this.#options;
    const { namespace } = client.options;
    try {
      return await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, async () => {
        await client.workflowService.describeNamespace({ namespace });
        return [...(await this.#attributes()), ...(await this.#otherMerchant())];
      });
    } catch (error) {
      return [whyOf(error, namespace)];
    }
  }

  async #attributes(): Promise<string[]> {
    const now = performance.now();
    if (now - this.#attributesThereAt < ATTRIBUTES_FRESH_FOR_MS) return [];
    const names = Object.values(searchAttributes).map(({ name }) => name);
    const found = await Promise.all(names.map((name) => this.#isAttribute(name)));
    const missing = names.filter((_name, at) => found[at] === false);
    // What could not be told proves nothing, and is asked again.
    if (found.every((one) => one === true)) this.#attributesThereAt = now;
    return missing.map((name) => `search attribute ${name} is not registered as Keyword`);
  }

  /** One that began at the same moment, or once this one's session was ended. What Temporal does not tell proves nothing. */
  async #otherMerchant(): Promise<string[]> {
    const { client, clientId } = this.#options;
    const now = performance.now();
    if (now - this.#merchants.askedAt > MERCHANTS_FRESH_FOR_MS) {
      const isOtherThere = await isOtherMerchantThere(client, clientId).catch(() => false);
      this.#merchants = { askedAt: now, isOtherThere };
    }
    return this.#merchants.isOtherThere ? [OTHER_MERCHANT] : [];
  }

  /** As everybody may ask who may list journeys. @returns nothing where Temporal does not tell. */
  async #isAttribute(name: string): Promise<boolean | undefined> {
    const { client } = this.#options;
    try {
      await client.workflow.count(`${name} = 'x'`);
      return true;
    } catch (error) {
      return grpcCodeOf(error) === GRPC_INVALID_ARGUMENT ? false : undefined;
    }
  }
}

function whyOf(error: unknown, namespace: string): string {
  switch (grpcCodeOf(error)) {
    case GRPC_NOT_FOUND:
      return `Temporal has no namespace ${namespace}`;
    case GRPC_PERMISSION_DENIED:
    case GRPC_UNAUTHENTICATED:
      return `Temporal refuses this worker in namespace ${namespace}`;
    default:
      return UNREACHABLE;
  }
}

/** The client wraps what the service answers. */
function grpcCodeOf(error: unknown): number | undefined {
  if (isGrpcServiceError(error)) return error.code;
  const cause = (error as { cause?: unknown } | undefined)?.cause;
  return isGrpcServiceError(cause) ? cause.code : undefined;
}
