import createManager from 'asterisk-manager';
import type { Clock } from '../../../lib/clock.ts';
import { within } from '../../../lib/wait.ts';
import { AmiError } from './ami-error.ts';

export interface AmiAccess {
  host: string;
  port: number;
  user: string;
  password: string;
}

/** Fields of an event, by name in small letters; one that is no plain text is left out. */
export type AmiEvent = Readonly<Record<string, string>>;

/** One connection, logged in. It is never mended: whoever lost it opens another. */
export interface AmiConnection {
  /**
   * Asks one thing, and gives the events of its list.
   *
   * @throws AmiError `refused`; `unreachable` where the answer is not whole in time
   */
  ask(action: Readonly<Record<string, string>>): Promise<AmiEvent[]>;
  /** Resolves with the reason once the connection is of no use any more. */
  readonly lost: Promise<string>;
  /** Leaves no socket behind, in whatever state it is. */
  close(): void;
}

export interface AmiConnectionOptions {
  clock: Clock;
  /** What Asterisk tells by itself. */
  onEvent: (event: AmiEvent) => void;
  /** Closes it, or ends its opening. */
  signal: AbortSignal;
}

/** Asterisk answers at once; a network that loses packets takes a second or two. */
const limitMs = 5_000;

/**
 * A fresh instance of `asterisk-manager` for each connection. Three things of it (0.2.0) are kept from happening:
 * - its own reconnecting, in fixed steps and without end, is never switched on;
 * - it knows no time limits and no heartbeat: every step here has a limit;
 * - its `disconnect` leaves sockets behind that are still connecting, or whose far end is gone without a word: the socket has an abort signal instead.
 *
 * @throws AmiError
 */
export async function openAmi(access: AmiAccess, options: AmiConnectionOptions): Promise<AmiConnection> {
  const { host, port } = access;
  const ending = new AbortController();
  const { promise: lost, resolve: lose } = Promise.withResolvers<string>();
  const manager = createManager(undefined, host, access.user, access.password, true);
  manager.on('error', (error) => lose(`the connection failed: ${error.message}`));
  manager.on('close', () => lose('Asterisk closed the connection'));
  const close = (): void => {
    lose('it was closed');
    ending.abort();
    options.signal.removeEventListener('abort', close);
  };
  options.signal.addEventListener('abort', close, { once: true });
  const inTime = async <T>(work: Promise<T>, what: string): Promise<T> => {
    const cut = lost.then((reason) => Promise.reject(new AmiError('unreachable', reason)));
    const done = await within(options.clock, limitMs, Promise.race([work, cut]));
    if (done !== 'timed_out') return done;
    throw new AmiError('unreachable', `${what} took longer than ${limitMs / 1000} s`);
  };
  try {
    await inTime(
      new Promise<void>((resolve) => manager.connect({ host, port, signal: ending.signal }, host, resolve)),
      'connecting to the manager interface',
    );
    await inTime(loggedIn(manager), 'logging in to the manager interface');
  } catch (error) {
    close();
    throw error;
  }
  manager.on('managerevent', (message) => {
    if (message['actionid'] === undefined) options.onEvent(eventOf(message));
  });
  let asked = 0;
  return {
    lost,
    close,
    async ask(action) {
      const question = askFor(manager, { ...action, actionid: `ivrs-${++asked}` });
      try {
        return await inTime(question.answer, `the manager's ${action['action'] ?? 'action'}`);
      } finally {
        question.leave();
      }
    },
  };
}

type Manager = ReturnType<typeof createManager>;

function loggedIn(manager: Manager): Promise<void> {
  return new Promise((resolve, reject) => {
    manager.login((error) => {
      if (error === undefined) resolve();
      else
        reject(new AmiError('unauthorised', 'the manager interface does not accept its user and password'));
    });
  });
}

/** A reply with a list is whole with the event that completes it; another one by itself. */
function askFor(
  manager: Manager,
  action: Record<string, string> & { actionid: string },
): { answer: Promise<AmiEvent[]>; leave: () => void } {
  const { actionid } = action;
  const { promise: answer, resolve, reject } = Promise.withResolvers<AmiEvent[]>();
  const events: AmiEvent[] = [];
  const onEvent = (message: Record<string, unknown>): void => {
    if (message['actionid'] !== actionid) return;
    if (message['eventlist'] === 'Complete') resolve(events);
    else events.push(eventOf(message));
  };
  const onReply = (error: Record<string, unknown> | undefined, reply: Record<string, unknown>): void => {
    const { message = '' } = eventOf(reply);
    if (error !== undefined)
      reject(new AmiError('refused', `the manager refused ${action['action']}: ${message}`));
    else if (reply['eventlist'] !== 'start') resolve(events);
  };
  manager.on('managerevent', onEvent);
  manager.action(action, onReply);
  // whoever gave up waiting has said why already
  answer.catch(() => undefined);
  return {
    answer,
    leave() {
      manager.removeListener('managerevent', onEvent);
      manager.removeListener(actionid, onReply);
    },
  };
}

function eventOf(message: Record<string, unknown>): AmiEvent {
  const plain = Object.entries(message).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(plain);
}
