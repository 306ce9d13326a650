/** Certainly nothing reached DOKU (name not found, connection refused): sending again is safe. */
export class NotSentError extends Error {
  override readonly name = 'NotSentError';
}
