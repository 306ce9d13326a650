import { ApplicationFailure } from '@temporalio/workflow';

/** For an update whose answer there will never be: the journey ended before. */
export const journeyEnded = (message: string, result: unknown) =>
  ApplicationFailure.create({
    message,
    type: 'JourneyEnded',
    nonRetryable: true,
    details: [result],
  });
