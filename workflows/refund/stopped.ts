/** A refund is stopped before anything was asked of DOKU. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}
