/** A request that the codec answers with an error. The message is for whoever asked, and says nothing of what was asked. */
export class CodecRefusal extends Error {
  override readonly name = 'CodecRefusal';
  constructor(
    readonly status: 400 | 401 | 403 | 404 | 503,
    message: string,
  ) {
    super(message);
  }
}
