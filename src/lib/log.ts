/** What the program needs of a logger; pino satisfies it. `fields` are for machines, `message` is a sentence for people, without numbers of phones. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
