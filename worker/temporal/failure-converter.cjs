/**
 * Puts the message and stack trace of failures into the encrypted part, so that nothing a failure says stands
 * in Temporal in the clear (money rule 7). CommonJS because Temporal's SDK loads it by `require`, in the worker and
 * in the workflow bundle.
 */
const { DefaultFailureConverter } = require('@temporalio/common');

exports.failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
