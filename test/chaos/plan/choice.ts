import { FAULT_NAMES } from '../../../sandbox/doku/faults.js';
import { ACTS, JOURNEY_KINDS, UPHEAVALS } from './plan.js';
import { TEMPERAMENT_KINDS } from './temperaments.js';

/** What a run may be made of, by what it is. */
const GROUPS = {
  journey: JOURNEY_KINDS as readonly string[],
  fault: FAULT_NAMES as readonly string[],
  temperament: TEMPERAMENT_KINDS,
  act: ACTS as readonly string[],
  upheaval: UPHEAVALS as readonly string[],
} as const;
export type Group = keyof typeof GROUPS;

/** Which kinds are drawn. */
export interface Choice {
  takes(group: Group, kind: string): boolean;
}

export const EVERYTHING: Choice = { takes: () => true };

/**
 * @param only - kinds: of a group of which some are named, only those are drawn; `none` before a group's name, such as
 * `no-fault`, draws none of it.
 * @param without - kinds that are not drawn.
 * @throws RangeError naming a kind that there is not.
 */
export function choiceOf(only: readonly string[], without: readonly string[] = []): Choice {
  const names = Object.values(GROUPS).flat();
  const unknown = [...only, ...without].filter(
    (name) =>
      !names.includes(name) && !(name.replace(/^no-/, '') in GROUPS && name.startsWith('no-')),
  );
  if (unknown.length > 0)
    throw new RangeError(`no kind is named ${unknown.join(', ')}; there are ${names.join(', ')}`);
  return {
    takes(group, kind) {
      if (only.includes(`no-${group}`) || without.includes(kind)) return false;
      const named = only.filter((name) => GROUPS[group].includes(name));
      return named.length === 0 || named.includes(kind);
    },
  };
}
