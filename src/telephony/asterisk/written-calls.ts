import { readFile, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { CallsWrittenDown, LegId, OfferedCall } from '../telephony.ts';
import { longestCallerText, TelephonyUnavailable } from '../telephony.ts';
import type { AriReply, AriRequest } from './ari-request.ts';
import { ariRequests } from './ari-request.ts';
import { legIdOfChannel, type IncomingChannels } from './incoming-channels.ts';

/**
 * Calls that came in, each in a file that Asterisk wrote before it handed the call to anybody: see the dialplan. The file's name is the channel's
 * unique id; it is removed when the call is on record, so what is left there was not heard of.
 */
export interface WrittenCalls {
  /** All that are there, but those of channels that live. A file that is being written at this moment is left for the next time. */
  list(): Promise<CallsWrittenDown>;
  remove(leg: LegId): Promise<void>;
  /** The file of this channel is that of this leg until it is removed, also when the channel is gone. */
  note(leg: LegId, channelId: string): void;
}

export interface WrittenCallsOptions {
  /** On this machine; null where Asterisk writes nothing down. */
  directory: string | null;
  /** The channels that live, and their legs: also those that a process before this one was offered. */
  incoming: Pick<IncomingChannels, 'legOf' | 'channelOf'>;
  ask: (request: AriRequest) => Promise<AriReply>;
  clock: Clock;
  log: Log;
}

/** Unique ids of Asterisk, and nothing that could lead elsewhere. */
const nameForm = /^[A-Za-z0-9_.-]{1,150}$/;
/** Nobody takes as long to write a line. */
const writingMs = 60_000;

export function createWrittenCalls(options: WrittenCallsOptions): WrittenCalls {
  const { directory, incoming, ask, clock, log } = options;
  const names = new Map<LegId, string>();

  async function list(): Promise<CallsWrittenDown> {
    const untold = await namesUntold();
    if (untold.length === 0) return { over: [], isComplete: true };
    // after the files: a channel has its file before it is there for anybody, and what is not there any more is over
    const there = channelIds(await ask(ariRequests.listChannels()));
    const gone = untold.filter((name) => !there.has(name));
    const calls = await Promise.all(gone.map(read));
    return { over: calls.filter((call) => call !== null), isComplete: gone.length === untold.length };
  }

  /** Of files whose channels we were told nothing of. */
  async function namesUntold(): Promise<string[]> {
    if (directory === null) return [];
    const found = await readdir(directory).catch(nothingThere);
    if (found.length === 0) return [];
    // several Asterisks may share the directory; what comes in to another one is not over because we do not know of it
    const ownName = systemNameOf(await ask(ariRequests.info()));
    return found.filter(
      (name) => nameForm.test(name) && name.startsWith(ownName) && incoming.legOf(name) === null,
    );
  }

  /** Null where it was removed meanwhile, or is not whole. */
  async function read(name: string): Promise<OfferedCall | null> {
    const path = join(directory ?? '', name);
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text === null) return null;
    const leg = legIdOfChannel(name);
    names.set(leg, name);
    const call = parseWrittenCall(leg, text);
    if (call === null) await removeUnreadable(path);
    return call;
  }

  async function removeUnreadable(path: string): Promise<void> {
    const written = await stat(path).catch(() => null);
    if (written === null || clock.now() - written.mtimeMs < writingMs) return;
    log.error({ path }, 'Asterisk wrote down a call that cannot be read: it is lost. Was the disk full?');
    await rm(path, { force: true });
  }

  return {
    list,
    note: (leg, channelId) => void names.set(leg, channelId),
    async remove(leg) {
      const name = names.get(leg) ?? incoming.channelOf(leg);
      names.delete(leg);
      if (directory !== null && nameForm.test(name)) await rm(join(directory, name), { force: true });
    },
  };
}

const info = z.object({ config: z.object({ name: z.string().optional() }) });

/** What the ids of its channels begin with; nothing where its configuration has no name, as that of a lone Asterisk may. */
function systemNameOf({ body }: AriReply): string {
  const name = info.safeParse(body).data?.config.name ?? '';
  return name === '' ? '' : `${name}-`;
}

const channels = z.array(z.object({ id: z.string() }));

/** @throws TelephonyUnavailable where it is no list: then nobody knows what is over */
function channelIds({ status, body }: AriReply): Set<string> {
  const parsed = channels.safeParse(body);
  if (!parsed.success)
    throw new TelephonyUnavailable(`Asterisk gave no list of its channels (status ${status})`);
  return new Set(parsed.data.map(({ id }) => id));
}

function nothingThere(): string[] {
  return [];
}

const writtenForm = /^1 (\d{1,12}) PJSIP\/(\S{1,80})-[0-9a-f]{8} (\S{1,40}) n(\S*) n(\S*) end\n?$/;

/** Null where it is not whole. */
export function parseWrittenCall(leg: LegId, text: string): OfferedCall | null {
  const match = writtenForm.exec(text);
  if (match === null) return null;
  const [, seconds = '', endpoint = '', presentation = '', dialled = '', callerNumber = ''] = match;
  return {
    leg,
    at: Number(seconds) * 1000,
    dialled: decoded(dialled),
    callerNumber: decoded(callerNumber),
    callerWithheld: !presentation.startsWith('allowed'),
    endpoint,
  };
}

/** What was cut in the middle of a character stays as it is: it is no number anyway. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text).slice(0, longestCallerText);
  } catch {
    return text.slice(0, longestCallerText);
  }
}
