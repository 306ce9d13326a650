/**
 * What Prometheus would have scraped of a worker, as `promtool` takes it.
 *
 * @module
 */
import { metricsIn, rules } from './rules.js';

export const SCRAPED_EVERY_S = 15;

export interface Series {
  /** `name{label="value"}`. */
  readonly series: string;
  /** In promtool's notation: a sample each {@link SCRAPED_EVERY_S} seconds, `_` where there was none. */
  readonly values: string;
}

/** The samples of one worker, of those metrics that a rule is about; latencies apart, as no incident here is of them. */
export class Recording {
  readonly #address: string;
  readonly #wanted = new Set(rules.flatMap(({ expr }) => metricsIn(expr)));
  readonly #samples = new Map<string, string[]>();
  #scrapes = 0;
  #beganAt = Number.NaN;

  /** @param address - the worker's `METRICS_ADDRESS`. */
  constructor(address: string) {
    this.#address = address;
  }

  async scrape(at: number): Promise<void> {
    if (at === 0) this.#beganAt = Date.now() / 1_000;
    const page = await (await fetch(`http://${this.#address}/metrics`)).text();
    for (const [, name = '', labels = '', value = ''] of page.matchAll(
      /^(\w+)(\{.*\})? (\S+)$/gm,
    )) {
      if (!this.#wanted.has(name) || name.endsWith('_bucket')) continue;
      const series = `${name}${labels}`;
      const samples = this.#samples.get(series) ?? Array(this.#scrapes).fill('_');
      samples.push(this.#shifted(name, value));
      this.#samples.set(series, samples);
    }
    this.#scrapes += 1;
    for (const samples of this.#samples.values())
      if (samples.length < this.#scrapes) samples.push('_');
  }

  /** promtool's time begins at 0, as does the recording's. */
  #shifted(name: string, value: string): string {
    const isTime = /_(?:since|at)_seconds$/.test(name) && Number(value) > 0;
    return isTime ? String(Math.round(Number(value) - this.#beganAt)) : value;
  }

  get series(): Series[] {
    return [...this.#samples]
      .map(([series, samples]) => ({ series, values: runsOf(samples).join(' ') }))
      .sort((one, other) => one.series.localeCompare(other.series));
  }
}

/** Repeated samples in short: `3x4` is a 3 and four more of it. */
function runsOf(samples: readonly string[]): string[] {
  const runs: { value: string; more: number }[] = [];
  for (const value of samples) {
    const last = runs.at(-1);
    if (last?.value === value) last.more += 1;
    else runs.push({ value, more: 0 });
  }
  return runs.map(({ value, more }) => {
    if (more === 0) return value;
    return value === '_' ? `_x${more + 1}` : `${value}x${more}`;
  });
}
