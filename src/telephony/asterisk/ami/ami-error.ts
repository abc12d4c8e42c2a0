/**
 * - `unreachable`: there is no connection, or it was lost, or no reply came in time.
 * - `unauthorised`: user or password are wrong.
 * - `refused`: Asterisk answered, and said no.
 */
export class AmiError extends Error {
  override readonly name = 'AmiError';
  readonly code: 'unreachable' | 'unauthorised' | 'refused';

  constructor(code: AmiError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
