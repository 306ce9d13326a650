import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, test } from 'node:test';
import type { MetricMeter } from '@temporalio/common';
import { ToldFailure } from '../../../activities/calling/told-failure.js';
import {
  createSnapClient,
  createTokenClient,
  snapSettings,
} from '../../../activities/snap/index.js';
import { createLogger, temporalLogger } from '../../../worker/logger.js';
import { callTelemetry } from '../../../worker/telemetry/doku-calls.js';
import { rsaPair } from '../../setting/key-pairs.js';

const { privateKey } = rsaPair();
const REFUND = {
  originalPartnerReferenceNo: 'INV-1',
  partnerRefundNo: 'REF-1',
  refundAmount: { value: '10000.00', currency: 'IDR' as const },
  reason: 'back',
};
type Answer = readonly [status: number, body: unknown, headers?: Record<string, string>];

describe('each call to DOKU', () => {
  const servers: http.Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  /** A DOKU that answers so; without an answer it hangs up. */
  async function doku(answer?: Answer): Promise<string> {
    const server = http.createServer((request, response) => {
      request.resume().on('end', () => {
        if (!answer) return void response.socket?.destroy();
        const [status, body, headers] = answer;
        response.writeHead(status, headers).end(JSON.stringify(body));
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** A worker's log and metrics, and its clients. */
  function watched(baseUrl: string) {
    const lines: Record<string, unknown>[] = [];
    const metrics = new Map<string, number>();
    const instrument = (name: string) => {
      const key = (tags: object = {}) => [name, ...Object.values(tags)].join(' ');
      return {
        add: (value: number, tags?: object) =>
          metrics.set(key(tags), (metrics.get(key(tags)) ?? 0) + value),
        set: (value: number, tags?: object) => metrics.set(key(tags), value),
      };
    };
    const meter = { createCounter: instrument, createGauge: instrument } as unknown as MetricMeter;
    const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
    const onExchange = callTelemetry(createLogger({ level: 'info', destination }), meter);
    const token = { accessToken: 't', generation: 1, expiresAt: '2099-01-01T00:00:00Z' };
    const credentials = { clientId: 'BRN-1', clientSecret: 'SK', privateKey };
    const settings = snapSettings({ baseUrl, timeoutMs: 2_000 });
    const tokens = { b2b: async () => token, customer: async () => token };
    const client = createSnapClient({ settings, credentials, tokens, onExchange });
    const refund = () =>
      client.purchaseRefund(REFUND, { customerId: 'c' }).catch((error: Error) => error);
    const tokenB2B = () => createTokenClient({ settings, credentials, onExchange }).tokenB2B();
    return { lines, metrics, refund, tokenB2B };
  }

  const CASES: Record<string, { answer?: Answer; line: Record<string, unknown>; outcome: string }> =
    {
      'that DOKU answers with an error': {
        answer: [
          503,
          { responseCode: '5035800', responseMessage: 'busy: siti@example.com 0812-3456-7890' },
        ],
        line: {
          level: 'warn',
          phase: 'answered',
          sent: 'yes',
          detail: 'server-error',
          responseCode: '5035800',
          responseMessage: 'busy: … …',
        },
        outcome: 'doubtful',
      },
      'whose connection breaks': {
        line: { level: 'warn', phase: 'waiting', sent: 'maybe', detail: 'connection-lost' },
        outcome: 'doubtful',
      },
      'that DOKU refuses': {
        answer: [403, { responseCode: '4035814', responseMessage: 'Insufficient Funds' }],
        line: { level: 'info', phase: 'answered', sent: 'yes', detail: 'insufficient-funds' },
        outcome: 'refused',
      },
    };
  for (const [name, { answer, line, outcome }] of Object.entries(CASES)) {
    test(`${name}: one line, with what a ticket needs, and one more in the count`, async () => {
      const baseUrl = await doku(answer);
      const { lines, metrics, refund } = watched(baseUrl);
      await refund();
      assert.equal(lines.length, 1);
      const [said = {}] = lines;
      assert.match(String(said.externalId), /^\d{32}$/);
      const wanted = {
        ...line,
        operation: 'purchaseRefund',
        outcome,
        host: new URL(baseUrl).host,
        partnerReferenceNo: 'INV-1',
        partnerRefundNo: 'REF-1',
      };
      for (const [field, value] of Object.entries(wanted)) assert.equal(said[field], value, field);
      assert.equal(metrics.get(`doku_journeys_calls purchaseRefund ${outcome}`), 1);
    });
  }

  test('that reaches nobody: not sent, how far it came, and counted', async () => {
    const { lines, metrics, refund } = watched('http://127.0.0.1:1');
    await refund();
    const [{ level, phase, sent, detail, outcome } = {}] = lines;
    assert.deepEqual(
      [lines.length, level, outcome, phase, sent, detail],
      [1, 'warn', 'not-sent', 'connect', 'no', 'ECONNREFUSED'],
    );
    assert.equal(metrics.get('doku_journeys_calls purchaseRefund not-sent'), 1);
  });

  test('that succeeds says nothing, and is counted; all counts are there from the start', async () => {
    const done = { responseCode: '2005800', partnerRefundNo: 'REF-1' };
    const { lines, metrics, refund } = watched(await doku([200, done]));
    assert.equal(metrics.get('doku_journeys_calls topUp doubtful'), 0);
    assert.equal(metrics.get('doku_journeys_credential_refused signature'), 0);
    await refund();
    assert.deepEqual(lines, []);
    assert.equal(metrics.get('doku_journeys_calls purchaseRefund succeeded'), 1);
  });

  test('whose credential DOKU refuses is an error that names the setting', async () => {
    const refused = watched(await doku([401, { responseCode: '4015800' }]));
    await refused.refund();
    assert.equal(refused.lines.length, 1);
    assert.equal(refused.lines[0]?.level, 'error');
    assert.match(String(refused.lines[0]?.message), /DOKU_CLIENT_SECRET/);
    assert.equal(refused.metrics.get('doku_journeys_credential_refused signature'), 1);
    const token = watched(await doku([401, { responseCode: '4017300' }]));
    await token.tokenB2B();
    assert.match(String(token.lines[0]?.message), /DOKU_PRIVATE_KEY/);
    assert.equal(token.metrics.get('doku_journeys_credential_refused client-key'), 1);
  });

  for (const [minutes, said] of [
    [5, /(?:299|300) s behind/],
    [-5, /30[01] s ahead of/],
  ] as const) {
    test(`whose answer is ${minutes} minutes off: an error a minute, and a gauge`, async () => {
      const date = new Date(Date.now() + minutes * 60_000).toUTCString();
      const done = { responseCode: '2005800', partnerRefundNo: 'REF-1' };
      const { lines, metrics, refund } = watched(await doku([200, done, { date }]));
      await refund();
      await refund();
      assert.equal(lines.length, 1);
      assert.equal(lines[0]?.level, 'error');
      assert.match(String(lines[0]?.message), said);
      const skew = metrics.get('doku_journeys_clock_skew_seconds') ?? 0;
      assert.ok(Math.abs(skew + minutes * 60) < 5, String(skew));
    });
  }

  test('whose answer is half a minute off is nothing to tell', async () => {
    const date = new Date(Date.now() - 30_000).toUTCString();
    const done = { responseCode: '2005800', partnerRefundNo: 'REF-1' };
    const { lines, metrics, refund } = watched(await doku([200, done, { date }]));
    await refund();
    assert.deepEqual([lines, metrics.get('doku_journeys_clock_skew_seconds')], [[], 0]);
  });

  test('is not told again by the attempt that made it', () => {
    const lines: string[] = [];
    const logger = createLogger({
      level: 'info',
      destination: { write: (line) => void lines.push(line) },
    });
    const temporal = temporalLogger(logger, 'info');
    temporal.warn('Activity failed', { error: ToldFailure.create({ message: 'told' }) });
    temporal.warn('Activity failed', { error: new Error('another') });
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /another/);
  });
});
