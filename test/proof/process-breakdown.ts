import type { SnapSettingsInput } from '../../activities/snap/settings.js';
import { ProcessSite } from '../setting/process-site.js';
import type { Cell } from './cells.js';

/** A site whose calls may hang for as long as their activities run, and which asks often. */
export const startBreakable = (settings?: SnapSettingsInput): Promise<ProcessSite> =>
  ProcessSite.start({
    settings: { timeoutMs: 18_000, ...settings },
    environment: {
      POLL_FIRST_MS: '300',
      POLL_MOST_MS: '1000',
      // What hung has not happened, and never will.
      ABSENT_AFTER: '20 seconds',
      TRANSFER_ABSENT_AFTER: '20 seconds',
    },
  });

/** Kills the site's worker or restarts its Temporal server, as the cell says. */
export function breakProcess(site: ProcessSite, { breakdown }: Cell): Promise<void> {
  return breakdown === 'workerKilled' ? site.renewWorker() : site.restartServer();
}
