import type { CallOptions } from '../../client/temporal/in-time.js';

/** A journey that can be looked at, and waited for. */
export interface Followed<Key, View extends { readonly status: string }> {
  readonly status: (key: Key, options: CallOptions) => Promise<View>;
  readonly until: (key: Key, statuses: readonly string[], options: CallOptions) => Promise<View>;
}

interface Journey<Key, View extends { readonly status: string }> {
  status(key: Key, options: CallOptions): Promise<View>;
  until(key: Key, statuses: readonly View['status'][], options: CallOptions): Promise<View>;
}

/** The client's journey by a URL's parameters. */
export const followed = <Key, JourneyKey, View extends { readonly status: string }>(
  journey: Journey<JourneyKey, View>,
  keyOf: (key: Key) => JourneyKey,
): Followed<Key, View> => ({
  status: (key, options) => journey.status(keyOf(key), options),
  until: (key, statuses, options) => journey.until(keyOf(key), statuses, options),
});
