import type { DataConverter } from '@temporalio/common';
import type { EventSettings } from '../../activities/events/settings.js';
import { tellingDataConverter } from '../temporal/encryption.js';
import type { Configuration } from './environment.js';

/** Who is told of events; nothing where nobody is. */
export function eventSettingsIn(configuration: Configuration): EventSettings | undefined {
  const { EVENTS_URL, EVENTS_SECRET, EVENTS_SECOND_SECRET } = configuration;
  if (EVENTS_URL === undefined) return undefined;
  const secrets = [EVENTS_SECRET, EVENTS_SECOND_SECRET].filter((secret) => secret !== undefined);
  return { url: EVENTS_URL, secrets };
}

/** What this process writes with, where it may be a journey's first word: that says whether anybody is told of events. */
export const tellingBy = (
  { EVENTS_URL }: Configuration,
  dataConverter: DataConverter,
): DataConverter =>
  EVENTS_URL === undefined ? dataConverter : tellingDataConverter(dataConverter);
