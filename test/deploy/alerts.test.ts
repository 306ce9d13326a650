import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { SCRAPED_EVERY_S, type Series } from './incident/recording.js';
import { metricsIn, RULES_FILE, rules } from './incident/rules.js';

interface Incident {
  /** Seconds from the beginning. */
  readonly times: Readonly<
    Record<
      | 'parked'
      | 'dokuDown'
      | 'dokuUp'
      | 'temporalDown'
      | 'temporalUp'
      | 'blip'
      | 'resolved'
      | 'end',
      number
    >
  >;
  readonly series: readonly Series[];
}

const isThere = spawnSync('promtool', ['--version']).error === undefined;
const skip = isThere ? false : "promtool is not here: it comes with Debian's package prometheus";
const incident = JSON.parse(
  readFileSync(new URL('incident/recorded.json', import.meta.url), 'utf8'),
) as Incident;
const { times } = incident;

describe('alerts, as Prometheus judges them', { skip }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'doku-alerts-'));
  after(() => rmSync(folder, { recursive: true }));
  let files = 0;

  /**
   * The times, in seconds, at which an alert fires on some series; asked for at each scrape.
   *
   * @param labels - those of the alert that fires.
   */
  async function firing(
    alert: string,
    series: readonly Series[],
    until: number,
    labels: Record<string, string> = {},
  ): Promise<number[]> {
    const rule = rules.find((each) => each.alert === alert);
    assert.ok(rule, alert);
    const wanted = new Set(metricsIn(rule.expr));
    const evals = Array.from({ length: until / SCRAPED_EVERY_S }, (_, index) => ({
      eval_time: `${(index + 1) * SCRAPED_EVERY_S}s`,
      // One sample where it fires, none where it does not.
      expr: `count(ALERTS{${labelsOf({ alertname: alert, alertstate: 'firing', ...labels })}})`,
      exp_samples: [],
    }));
    const file = path.join(folder, `${++files}.yml`);
    writeFileSync(
      file,
      stringify({
        rule_files: [RULES_FILE],
        evaluation_interval: `${SCRAPED_EVERY_S}s`,
        tests: [
          {
            interval: `${SCRAPED_EVERY_S}s`,
            input_series: series.filter((each) => wanted.has(each.series.split('{')[0] ?? '')),
            promql_expr_test: evals,
          },
        ],
      }),
    );
    const said = await promisify(execFile)('promtool', ['test', 'rules', file]).catch(
      (error: { stderr: string; stdout: string }) => error,
    );
    const text = `${said.stdout}${said.stderr}`;
    assert.doesNotMatch(text, /parse|unmarshal|error:/i);
    return [...text.matchAll(/time: (?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?,?$/gm)].map(
      ([, days = '0', hours = '0', minutes = '0', seconds = '0']) =>
        Number(days) * 86_400 + Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds),
    );
  }

  const labelsOf = (labels: Record<string, string>) =>
    Object.entries(labels)
      .map(([name, value]) => `${name}="${value}"`)
      .join(',');
  const within = (seconds: readonly number[], from: number, to: number) =>
    seconds.filter((at) => at > from && at <= to);
  const recorded = (alert: string, labels?: Record<string, string>) =>
    firing(alert, incident.series, times.end, labels);

  test('the rules are rules', () => {
    const { status, stderr } = spawnSync('promtool', ['check', 'rules', RULES_FILE]);
    assert.equal(status, 0, String(stderr));
  });

  for (const alert of ['TemporalUnreachable', 'NoWorker']) {
    test(`${alert} fires within two and a half minutes of Temporal's end, and ends with it`, async () => {
      const seen = await recorded(alert);
      const first = within(seen, times.temporalDown, times.temporalUp)[0];
      assert.ok(first && first - times.temporalDown <= 150, `first at ${first}`);
      assert.deepEqual(within(seen, 0, times.temporalDown), []);
      assert.deepEqual(within(seen, times.temporalUp + 120, times.end), []);
    });

    test(`${alert} does not fire for a restart of fifteen seconds`, async () => {
      assert.deepEqual(within(await recorded(alert), times.blip, times.end), []);
    });
  }

  test('NoWorker fires where no worker is', async () => {
    const seen = await firing('NoWorker', [], 300);
    assert.ok(seen[0] && seen[0] <= 120, String(seen));
  });

  test('DokuDown fires within three minutes of 503s, and ends with them', async () => {
    const seen = await recorded('DokuDown');
    const first = within(seen, times.dokuDown, times.dokuUp)[0];
    assert.ok(first && first - times.dokuDown <= 180, `first at ${first}`);
    assert.deepEqual(within(seen, 0, times.dokuDown), []);
    assert.deepEqual(within(seen, times.dokuUp + 150, times.end), []);
  });

  test('JourneyNeedsAttention fires as long as a journey waits, and not a minute longer', async () => {
    const seen = await recorded('JourneyNeedsAttention', { journey: 'purchase' });
    const from = seen[0] ?? Number.NaN;
    assert.ok(from > times.parked && from - times.parked <= 90, `first at ${from}`);
    const whole = Array.from(
      { length: Math.floor((times.resolved - from) / SCRAPED_EVERY_S) + 1 },
      (_, index) => from + index * SCRAPED_EVERY_S,
    );
    assert.ok(times.resolved - from > 900);
    for (const at of whole) assert.ok(seen.includes(at), `not at ${at}`);
    assert.deepEqual(within(seen, times.resolved + 60, times.end), []);
  });

  test('nothing else fires in all of it', async () => {
    for (const alert of ['CredentialRefused', 'ClockWrong', 'WorkflowTasksFail', 'SlotsUsedUp'])
      assert.deepEqual(await recorded(alert), [], alert);
  });

  test('CredentialRefused fires at the first refusal, as it is counted from the start', async () => {
    const series = 'doku_journeys_credential_refused{credential="signature"}';
    const seen = await firing('CredentialRefused', [{ series, values: '0x4 1x40' }], 600);
    assert.equal(seen[0], 75);
    assert.ok((seen.at(-1) ?? 0) < 390);
  });

  test('ClockWrong fires ahead and behind', async () => {
    for (const skew of ['61', '-61']) {
      const series = 'doku_journeys_clock_skew_seconds';
      const seen = await firing('ClockWrong', [{ series, values: `0x3 ${skew}x3 0x3` }], 150);
      assert.deepEqual(seen, [60, 75, 90, 105]);
    }
  });

  test('ReconciliationOverdue fires 26 hours after the last, also once no worker tells of that, and of each queue', async () => {
    const of = (queue: string) => `doku_journeys_reconciled_at_seconds{task_queue="${queue}"}`;
    const series = [
      { series: of('quiet'), values: '60x100' },
      { series: of('busy'), values: '60x3000 50000x3480' },
    ];
    const quiet = await firing('ReconciliationOverdue', series, 94_200, { task_queue: 'quiet' });
    assert.equal(quiet[0], 93_675);
    assert.equal(quiet.at(-1), 94_200);
    assert.deepEqual(await firing('ReconciliationOverdue', [], 600), []);
  });

  test('a single doubt is no outage', async () => {
    const calls = (outcome: string, values: string) => ({
      series: `doku_journeys_calls{operation="purchase",outcome="${outcome}"}`,
      values,
    });
    const series = [calls('doubtful', '0x3 1x40'), calls('succeeded', '0x43')];
    assert.deepEqual(await firing('DokuDown', series, 600), []);
  });

  test('JourneyInDoubt and OpenJourneysNotCounted tell of time that passes', async () => {
    const since = 'doku_journeys_open_since_seconds{journey="topUp",status="in-doubt"}';
    const doubt = await firing('JourneyInDoubt', [{ series: since, values: '60x300' }], 4_500);
    assert.equal(doubt[0], 3_675);
    const counted = 'doku_journeys_counted_at_seconds';
    const old = await firing('OpenJourneysNotCounted', [{ series: counted, values: '30x60' }], 600);
    assert.equal(old[0], 345);
  });
});
