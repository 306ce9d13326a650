import type { DataConverter } from '@temporalio/common';
import type { EventSettings } from '../../activities/events/settings.js';
import { tellingDataConverter } from '../temporal/encryption.js';
import type { DokuCredentials } from './credentials.js';
import type { Configuration } from './environment.js';

/**
 * Who is told of events; nothing where nobody is.
 *
 * @param credentials - read anew for each event.
 */
export function eventSettingsIn(
  { EVENTS_URL, EVENTS_LONGEST_PAUSE }: Configuration,
  credentials: DokuCredentials,
): EventSettings | undefined {
  if (EVENTS_URL === undefined) return undefined;
  return {
    url: EVENTS_URL,
    get secrets() {
      return credentials.eventSecrets;
    },
    longestPauseMs: EVENTS_LONGEST_PAUSE,
  };
}

/** What this process writes with, where it may be a journey's first word: that says whether anybody is told of events. */
export const tellingBy = (
  { EVENTS_URL }: Configuration,
  dataConverter: DataConverter,
): DataConverter =>
  EVENTS_URL === undefined ? dataConverter : tellingDataConverter(dataConverter);
