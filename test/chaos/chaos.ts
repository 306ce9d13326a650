import { evidenceOf } from './evidence.js';
import type { Wrong } from './judge/case.js';
import { judged } from './judge/judge.js';
import type { Plan } from './plan/plan.js';
import { storyOf, summaryOf } from './report.js';
import { play } from './run.js';
import { Site, type SiteOptions } from './site.js';

export interface ChaosOptions extends SiteOptions {
  readonly say?: (text: string) => void;
  readonly atOnce?: number;
  /** Stories of what is right, too. */
  readonly tellsAll?: boolean | undefined;
}

export interface Outcome {
  readonly wrong: readonly Wrong[];
  readonly stories: readonly { readonly name: string; readonly text: string }[];
  readonly summary: string;
  /** Warnings and errors of its programs, where something was wrong. */
  readonly said: readonly string[];
}

/** Plays a plan on a site of its own, and judges it. */
export async function chaos(
  plan: Plan,
  { say, atOnce, tellsAll, ...options }: ChaosOptions = {},
): Promise<Outcome> {
  const site = await Site.start(options);
  try {
    const played = await play({ site, plan, ...(say && { say }), ...(atOnce && { atOnce }) });
    try {
      const evidence = await evidenceOf(site, played, say);
      const wrong = judged(evidence);
      const names = tellsAll
        ? plan.journeys.map(({ name }) => name)
        : [...new Set(wrong.flatMap(({ name }) => name ?? []))];
      return {
        wrong,
        stories: names.map((name) => ({ name, text: storyOf(name, played, evidence, wrong) })),
        summary: summaryOf(site, played, evidence, wrong),
        said: wrong.length > 0 ? site.said : [],
      };
    } finally {
      await played.backend.close();
    }
  } finally {
    await site.stop();
  }
}
