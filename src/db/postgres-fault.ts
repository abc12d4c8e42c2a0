/** Why our own PostgreSQL cannot be started: a sentence for the person who starts the gateway. */
export class PostgresFault extends Error {
  override readonly name = 'PostgresFault';
  readonly code = 'embedded_postgres';
}
