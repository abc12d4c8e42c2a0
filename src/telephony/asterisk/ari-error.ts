/**
 * What can go wrong between us and ARI, as words that code may decide by. Replies with an HTTP status are no errors: they are returned.
 *
 * - `unreachable`: nothing answers at the address. `unauthorised`: wrong user or password. `ari_missing`: an HTTP server without ARI.
 * - `not_connected`: asked while there was no connection.
 * - `connection_lost`, `timed_out`: the request had left, so it was perhaps carried out.
 * - `refused`: ARI answered, with a status that leaves no way on.
 */
export type AriErrorCode =
  | 'unreachable'
  | 'unauthorised'
  | 'ari_missing'
  | 'not_connected'
  | 'connection_lost'
  | 'timed_out'
  | 'refused';

export class AriError extends Error {
  override readonly name = 'AriError';
  readonly code: AriErrorCode;

  constructor(code: AriErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }

  /** Whether Asterisk may have done what was asked though no reply came. */
  get perhapsCarriedOut(): boolean {
    return this.code === 'connection_lost' || this.code === 'timed_out';
  }
}
