import { ApplicationFailure } from '@temporalio/workflow';

/** For the validator of an update that would change nothing now: it leaves no event behind. */
export function assertNow(isNow: boolean, why: string): void {
  if (!isNow) throw ApplicationFailure.nonRetryable(`not now: ${why}`, 'NotNow');
}
