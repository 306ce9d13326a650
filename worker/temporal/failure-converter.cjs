/**
 * Puts the message and stack trace of failures into the encrypted part, so that nothing a failure says stands
 * in Temporal in the clear (money rule 7). CommonJS because Temporal's SDK loads it by `require`, in the worker and
 * in the workflow bundle.
 */
const { DefaultFailureConverter } = require('@temporalio/common');

/** As in `workflows/mechanisms/written-as.ts`. */
const FAILURE = 2;
/** What is said of payload keys, by their IDs. */
const OF_KEYS = ['UnknownPayloadKeyError', 'WrongPayloadKeyError', 'PayloadKey'];
/** What is said of a payload that nobody encrypted, or for another workflow. */
const OF_NO_KEY =
  /^\w{1,64}: (?:is (?:not encrypted|encrypted for another workflow|malformed)|its headers are not encrypted)$/;

/** Whoever lacks the key has to be able to read it, and it says nothing of a journey. */
const isForAnybody = ({ name, type, message, cause }) =>
  cause === undefined &&
  (OF_KEYS.includes(type ?? name) || (type === 'InvalidInput' && OF_NO_KEY.test(message)));

/**
 * The type decides, and stands in the clear: within what is encrypted it cannot be changed. The mark tells what failed from an
 * answer.
 */
function withItsType(failure, payloadConverter, ...more) {
  const { encodedAttributes, applicationFailureInfo } = failure;
  if (!encodedAttributes) return failure;
  const { type, nonRetryable } = applicationFailureInfo ?? {};
  const said = payloadConverter.fromPayload(encodedAttributes, ...more);
  const payload = payloadConverter.toPayload(
    {
      ...said,
      ...(applicationFailureInfo && { type: type ?? '', non_retryable: nonRetryable ?? false }),
    },
    ...more,
  );
  failure.encodedAttributes = {
    ...payload,
    metadata: { ...payload.metadata, as: new Uint8Array([FAILURE]) },
  };
  return failure;
}

class ClearOfKeys extends DefaultFailureConverter {
  errorToFailure(error, ...more) {
    if (!(error instanceof Error) || !isForAnybody(error))
      return withItsType(super.errorToFailure(error, ...more), ...more);
    const failure = this.errorToFailureInner(error, ...more);
    // Details are encrypted, as all payloads: who cannot read them could not read the rest either.
    if (failure.applicationFailureInfo) failure.applicationFailureInfo.details = undefined;
    return { ...failure, stackTrace: '' };
  }
}

exports.failureConverter = new ClearOfKeys({ encodeCommonAttributes: true });
