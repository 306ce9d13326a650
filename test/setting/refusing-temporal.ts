/**
 * Between a backend and Temporal: what goes through is refused so often, as a run that was reset, or one without room, refuses it.
 *
 * @module
 */
import { once } from 'node:events';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import proto from '@temporalio/proto';

const { workflowservice } = proto.temporal.api;
const SERVICE = '/temporal.api.workflowservice.v1.WorkflowService';
const UPDATES = ['UpdateWorkflowExecution', 'ExecuteMultiOperation'];
/** Of gRPC: whether it is compressed, and how long it is. */
const PREFIX_BYTES = 5;
/** Temporal's number of a stage. */
const COMPLETED = 3;

interface Refusal {
  /** The failure's type. */
  readonly type: string;
  readonly updateId: string;
}

export class RefusingTemporal {
  /** What was refused, in its order. */
  readonly refused: Refusal[] = [];
  /** Update IDs of what was let through. */
  readonly passed: string[] = [];
  readonly #types: string[] = [];
  readonly #behind: http2.ClientHttp2Session;
  readonly #server = http2.createServer();
  readonly #sessions = new Set<http2.ServerHttp2Session>();

  private constructor(address: string) {
    this.#behind = http2.connect(`http://${address}`);
    this.#server.on('session', (session) => this.#sessions.add(session));
    this.#server.on('stream', (stream, headers) => void this.#answer(stream, headers));
  }

  static async before(address: string): Promise<RefusingTemporal> {
    const door = new RefusingTemporal(address);
    door.#server.listen(0, '127.0.0.1');
    await once(door.#server, 'listening');
    return door;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Each of the next updates, one by one. */
  refuses(...types: readonly string[]): void {
    this.#types.push(...types);
  }

  close(): void {
    for (const session of this.#sessions) session.destroy();
    this.#behind.destroy();
    this.#server.close();
  }

  async #answer(stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders) {
    stream.on('error', () => {});
    const body = await buffer(stream);
    const updateId = updateIdIn(headers[':path'], body);
    if (updateId === undefined) return this.#passOn(stream, headers, body);
    const type = this.#types.shift();
    if (type === undefined) {
      this.passed.push(updateId);
      return this.#passOn(stream, headers, body);
    }
    this.refused.push({ type, updateId });
    respondWith(stream, refusalOf(headers[':path'], type));
  }

  #passOn(stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders, body: Buffer) {
    const asked = this.#behind.request(headers);
    asked.on('error', () => stream.destroy());
    stream.on('close', () => asked.close(http2.constants.NGHTTP2_CANCEL));
    asked.on('response', (answer, flags) => {
      // An answer without a body is all trailers.
      const endStream = (flags & http2.constants.NGHTTP2_FLAG_END_STREAM) !== 0;
      if (stream.destroyed) return;
      stream.respond(answer, { endStream, waitForTrailers: !endStream });
      if (endStream) return;
      let trailers: http2.IncomingHttpHeaders = {};
      asked.on('trailers', (told) => {
        trailers = told;
      });
      stream.on('wantTrailers', () => stream.sendTrailers(trailers));
      asked.pipe(stream);
    });
    asked.end(body);
  }
}

function updateIdIn(path: string | undefined, body: Buffer): string | undefined {
  if (!UPDATES.some((name) => path === `${SERVICE}/${name}`)) return undefined;
  const sent = body.subarray(PREFIX_BYTES);
  const message = body[0] === 1 ? gunzipSync(sent) : sent;
  const own = (request: proto.temporal.api.workflowservice.v1.IUpdateWorkflowExecutionRequest) =>
    request.request?.meta?.updateId ?? undefined;
  if (path === `${SERVICE}/UpdateWorkflowExecution`)
    return own(workflowservice.v1.UpdateWorkflowExecutionRequest.decode(message));
  const { operations } = workflowservice.v1.ExecuteMultiOperationRequest.decode(message);
  const [update] = operations.flatMap(({ updateWorkflow }) => updateWorkflow ?? []);
  return update && own(update);
}

/** In the clear, as Temporal itself writes it; a type decides in the clear. */
function refusalOf(path: string | undefined, type: string): Uint8Array {
  const failure = { message: type, applicationFailureInfo: { type, nonRetryable: true } };
  const updateWorkflow = { stage: COMPLETED, outcome: { failure } };
  if (path === `${SERVICE}/UpdateWorkflowExecution`)
    return workflowservice.v1.UpdateWorkflowExecutionResponse.encode(updateWorkflow).finish();
  const startWorkflow = { runId: '00000000-0000-4000-8000-000000000000', started: true };
  return workflowservice.v1.ExecuteMultiOperationResponse.encode({
    responses: [{ startWorkflow }, { updateWorkflow }],
  }).finish();
}

function respondWith(stream: http2.ServerHttp2Stream, message: Uint8Array): void {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(message.length, 1);
  const headers = { ':status': 200, 'content-type': 'application/grpc' };
  stream.respond(headers, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(Buffer.concat([prefix, message]));
}
