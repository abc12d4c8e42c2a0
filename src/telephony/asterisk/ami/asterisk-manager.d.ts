/** What this project uses of asterisk-manager, which brings no types. */
declare module 'asterisk-manager' {
  import type { NetConnectOpts } from 'node:net';

  /** A message of Asterisk: names in small letters; a name that came several times has a list. */
  type AmiMessage = Record<string, unknown>;

  interface Manager {
    /** The first argument goes to `net.createConnection` as it is, so the options of a connection do as well as a port. */
    connect(options: NetConnectOpts, host: string, connected: () => void): void;
    login(done: (error?: AmiMessage) => void): void;
    action(
      action: Record<string, string>,
      done: (error: AmiMessage | undefined, reply: AmiMessage) => void,
    ): string;
    on(event: 'managerevent', listener: (event: AmiMessage) => void): void;
    on(event: 'close', listener: () => void): void;
    on(event: 'error', listener: (error: Error) => void): void;
    removeListener(event: string, listener: (...values: never[]) => void): void;
  }

  /** Without a port it does not connect by itself. `events`: whether Asterisk is to send them. */
  export default function createManager(
    port: undefined,
    host: string,
    user: string,
    password: string,
    events: boolean,
  ): Manager;
}
