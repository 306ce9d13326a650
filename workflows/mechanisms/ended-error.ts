import { ApplicationFailure } from '@temporalio/workflow';
import { journeyEndedError } from '../../contract/errors.js';

/** For an update whose answer there will never be: the journey ended before. */
export const journeyEnded = (message: string, result: unknown) =>
  ApplicationFailure.create({
    message,
    type: journeyEndedError.type,
    nonRetryable: true,
    details: [result],
  });
