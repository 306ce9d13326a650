import { ApplicationFailure } from '@temporalio/common';

/** The failure of a call that the log was told of as it ended: the attempt's own line would say it twice. */
export class ToldFailure extends ApplicationFailure {}
