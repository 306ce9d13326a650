/**
 * What operators call a journey on the command line: `purchase INV-1`, as commands tell it; `purchase/INV-1`, as the UI and events
 * do; or `INV-1` alone, where no other journey has that number.
 *
 * @module
 */
import * as z from 'zod';
import { UnknownJourneyError } from '../../errors.js';
import { describedRun } from '../../temporal/listing.js';
import type { Desk } from '../mechanisms/desk.js';
import { UsageError } from '../mechanisms/failure.js';
import {
  isOfKind,
  JOURNEY_KINDS,
  type JourneyKind,
  type JourneyName,
  kindNeeds,
  nameOfWorkflowId,
  workflowIdOf,
  written,
} from './name.js';

/** The input of a command on one journey. */
export const givenNameShape = {
  journey: z.string().meta({
    description: `one of ${JOURNEY_KINDS.join(', ')}; or its whole name, such as purchase/INV-1, or its number alone`,
  }),
  id: z.string().optional().meta({ description: "the journey's own number, as `find` shows it" }),
};

interface GivenName {
  readonly journey: string;
  readonly id?: string | undefined;
}

/** Refuses what can be the name of no journey. */
export function assertNamesOne(given: GivenName, context: z.core.$RefinementCtx): void {
  const issue = (key: keyof GivenName, message: string) =>
    context.addIssue({ code: 'custom', path: [key], message });
  const { journey, id } = given;
  const isKind = isJourneyKind(journey);
  if (id === undefined) {
    if (isKind) issue('id', `is missing: ${kindNeeds(journey)}`);
    else if (nameIn(given) === undefined && kindsOf(journey).length === 0)
      issue('journey', 'must name one, such as "purchase INV-1" or purchase/INV-1');
  } else if (!isKind) issue('journey', `must be one of ${JOURNEY_KINDS.join(', ')}`);
  else if (nameIn(given) === undefined)
    issue('id', `must be that of one ${journey}: ${kindNeeds(journey)}`);
}

/**
 * @param given - which {@link assertNamesOne} let pass.
 * @throws UnknownJourneyError, UsageError where several journeys have the number.
 */
export async function theNamed({ client }: Desk, given: GivenName): Promise<JourneyName> {
  const name = nameIn(given);
  if (name) return name;
  const number = given.journey;
  const found = await Promise.all(
    kindsOf(number).map(async (journey) => {
      const candidate = { journey, id: number };
      const isThere = await describedRun(client, workflowIdOf(candidate)).then(
        () => true,
        (error: unknown) => {
          if (error instanceof UnknownJourneyError) return false;
          throw error;
        },
      );
      return isThere ? [candidate] : [];
    }),
  );
  const [one, ...others] = found.flat();
  if (one === undefined) throw new UnknownJourneyError(`no journey ${number} is known`);
  if (others.length === 0) return one;
  throw new UsageError(
    `several have the number ${number}: say which, ${[one, ...others].map(written).join(', ')}`,
  );
}

/** What it says without asking anybody; nothing for a number alone. */
function nameIn({ journey, id }: GivenName): JourneyName | undefined {
  const [first = '', ...rest] = journey.split('/');
  if (id === undefined)
    return (
      nameOfWorkflowId(journey) ?? (rest.length > 0 ? ofKind(first, rest.join('/')) : undefined)
    );
  const whole = nameOfWorkflowId(id);
  return ofKind(journey, id) ?? (whole?.journey === journey ? whole : undefined);
}

const ofKind = (journey: string, id: string): JourneyName | undefined =>
  isJourneyKind(journey) && isOfKind({ journey, id }) ? { journey, id } : undefined;

const isJourneyKind = (text: string): text is JourneyKind =>
  (JOURNEY_KINDS as readonly string[]).includes(text);

const kindsOf = (number: string) =>
  number.includes('/') ? [] : JOURNEY_KINDS.filter((journey) => isOfKind({ journey, id: number }));
