import * as z from 'zod';
import { InvalidSettingError } from '../../client/errors.js';
import type { PayloadPlace } from './payload-place.js';

/** For a migration: payloads that are not encrypted are taken for a while. */
export interface PlainPayloads {
  readonly until: Date;
  /** Told of each one that was taken, where the SDK says whose it is. */
  readonly onTaken: (place: PayloadPlace | undefined) => void;
}

const DAY_MS = 86_400_000;
/** A migration has an end: what is taken for ever lets everybody write who reaches Temporal. */
const MOST_DAYS = 366;

/** For a migration: `until:` and the day, or the time, from which on what was taken is refused again. */
export const untilSchema = z
  .string()
  .refine((text) => text.startsWith('until:'), 'must be until: and a date, as until:2026-12-31')
  .transform((text) => text.slice('until:'.length))
  .pipe(
    z.union([z.iso.date(), z.iso.datetime({ offset: true })], {
      error: 'must be until: and a date, as until:2026-12-31',
    }),
  )
  .transform((text) => new Date(text))
  .refine(
    (until) => until.getTime() <= Date.now() + MOST_DAYS * DAY_MS,
    `is more than ${MOST_DAYS} days ahead: a migration ends, so give a day within them`,
  );

/** What a worker's data converter takes, and logs, as its configuration says. */
export function plainPayloadsOf(
  { ACCEPT_PLAIN_PAYLOADS: until }: { readonly ACCEPT_PLAIN_PAYLOADS?: Date | undefined },
  logger: { warn(fields: object, message: string): void },
): { readonly plain?: PlainPayloads } {
  if (until === undefined) return {};
  const onTaken = (place: PayloadPlace | undefined) =>
    logger.warn({ ...place }, 'a payload that is not encrypted was taken');
  return { plain: { until, onTaken } };
}

/**
 * The same by the environment of a command or a backend.
 *
 * @param tell - told of each workflow of which one was taken.
 * @throws InvalidSettingError naming the variable.
 */
export function plainPayloadsFrom(
  environment: NodeJS.ProcessEnv,
  tell: (line: string) => void,
): { readonly plain?: PlainPayloads } {
  const given = environment.ACCEPT_PLAIN_PAYLOADS;
  if (!given) return {};
  const until = untilSchema.safeParse(given);
  if (!until.success)
    throw new InvalidSettingError(`ACCEPT_PLAIN_PAYLOADS: ${until.error.issues[0]?.message}`);
  const onTaken = (place: PayloadPlace | undefined) =>
    tell(`a payload of ${place?.workflowId ?? 'Temporal'} is not encrypted, and was taken`);
  return { plain: { until: until.data, onTaken } };
}
