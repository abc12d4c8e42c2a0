import type { AttemptId } from '../../domain/ids.ts';
import { isId } from '../../domain/ids.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { LegId, Telephony, TelephonyEvent, TelephonyProblem } from '../telephony.ts';
import { ariAddress } from './ari-address.ts';
import type { AriTiming } from './ari-client.ts';
import { createAriClient } from './ari-client.ts';
import { AriError } from './ari-error.ts';
import type { AriChannelEvent } from './ari-message.ts';
import type { WrittenAt } from './ari-problem.ts';
import { ariRequests } from './ari-request.ts';
import { createAskAsterisk } from './ask-asterisk.ts';
import { createBridges } from './bridges.ts';
import { createLegComparison } from './compare-legs.ts';
import { createDialler } from './dialler.ts';
import { createIncomingCalls } from './incoming-calls.ts';
import { createIncomingChannels } from './incoming-channels.ts';
import { createLegRegistry } from './leg-registry.ts';
import { adoptedLeg } from './leg.ts';
import { prepareApplication } from './prepare-application.ts';
import { createPrompts } from './prompts.ts';
import { createRecentIds } from './recent-ids.ts';
import { createRecordings } from './recordings.ts';
import { createWrittenCalls } from './written-calls.ts';
import { createSnoopArrivals } from './snoop-arrivals.ts';
import { createSoundProbe } from './sound-probe.ts';
import { createSoundsCheck } from './sounds-check.ts';

export interface AsteriskTelephonyOptions {
  /** `http://host:port` of Asterisk's HTTP server, with its prefix if it has one. */
  url: string;
  user: string;
  password: string;
  /** Name of the Stasis application: fixed for each Asterisk. */
  app: string;
  /** Where answered phones land in the dialplan; its extension `attempt` loops Stasis. */
  context: string;
  /** The data directory as Asterisk sees it: absolute, without a slash at its end. */
  soundsRoot: string;
  /** Where the operator finds how this Asterisk is reached, and which directory it is to see. */
  writtenAt: WrittenAt & { dataDir: string };
  /** Where Asterisk writes down the calls that come in, on this machine; null where it does not. */
  writtenCallsDir: string | null;
  /** Sounds of silence, relative to the data directory, that last `durationMs` (over 0) together. */
  silenceSounds: (durationMs: number) => readonly string[];
  clock: Clock;
  /** From 0 up to, but without, 1. */
  random: () => number;
  log: Log;
  timing?: Partial<AsteriskTiming>;
}

export interface AsteriskTiming extends AriTiming {
  /** Wait after Asterisk could not be asked whether it can read our sounds. */
  soundsRetryMs: number;
}

export interface AsteriskTelephony extends Telephony {
  /**
   * Proves that Asterisk can read the data directory by playing a sound of it to nobody. Until that is proven it is a `problem()`, so
   * that nothing is dialled. It is repeated by itself after each new connection, and where Asterisk could not be asked: it is enough
   * to have asked once.
   *
   * @param sound relative to the data directory, without extension
   * @returns `problem()` after the check
   */
  checkSounds(sound: string): Promise<TelephonyProblem | null>;
}

const extension = 'attempt';
/** Well over the legs that can end while an event or a reply is still on its way. */
const rememberedLegs = 10_000;
const usualSoundsRetryMs = 5_000;

/** Telephony by Asterisk over ARI; the rules are told at `Telephony`, the states of a leg at `advanceLeg`. */
export function createAsteriskTelephony(options: AsteriskTelephonyOptions): AsteriskTelephony {
  const { app, clock, context, log } = options;
  const ended = createRecentIds(rememberedLegs);
  const arrivals = createSnoopArrivals(clock);
  const probe = createSoundProbe({ clock, context, extension });
  let listener: (event: TelephonyEvent) => void = () => undefined;
  let resynchronise = (): void => undefined;

  const incoming = createIncomingChannels();
  const legs = createLegRegistry({
    clock,
    tell(event) {
      if (event.type === 'hung_up') {
        ended.add(event.leg);
        incoming.remove(event.leg);
      }
      listener(event);
    },
    hangUp: (id) => void endQuietly(id),
    stopPlayback: (playbackId) => void prompts.stopPlayback(playbackId).catch(() => undefined),
    endSnoop: (id, recordingId) => recordings.endSnoop(id, recordingId),
    send: (request) => client.request(request),
  });

  const client = createAriClient(
    { ...options, address: ariAddress(options.url) },
    {
      event: onEvent,
      async prepare(send) {
        const unfit = await prepareApplication(send, app);
        if (unfit === null) resynchronise = await comparison.afterLoss(send);
        return unfit;
      },
      ready() {
        resynchronise();
        // first: whoever hears of the connection must not dial before the sounds are proven
        soundsCheck.connected();
        listener({ type: 'connected' });
      },
      lost(reason) {
        soundsCheck.disconnected();
        probe.abandon();
        arrivals.abandon();
        listener({ type: 'disconnected', reason });
      },
    },
  );

  const { ask, doneOrGone } = createAskAsterisk(client.request);

  const soundsCheck = createSoundsCheck((path) => probe.canPlay(client.request, path), {
    ...{ clock, log, dataDirWrittenAt: options.writtenAt.dataDir },
    retryMs: options.timing?.soundsRetryMs ?? usualSoundsRetryMs,
  });

  const recordings = createRecordings({
    ask,
    download: (request) => client.download(request),
    ...{ app, arrivals },
    channelOf: (id) => incoming.channelOf(id),
    mark: (id, input) => {
      if (legs.get(id) === null) legs.add(id, adoptedLeg(id), null);
      legs.apply(id, input);
    },
  });

  const prompts = createPrompts({
    ...{ ask, doneOrGone, legs, log, soundsRoot: options.soundsRoot, silenceSounds: options.silenceSounds },
    channelOf: (id) => incoming.channelOf(id),
    hasEnded: (id) => ended.has(id),
  });

  const written = createWrittenCalls({ directory: options.writtenCallsDir, incoming, ask, clock, log });
  const incomingCalls = createIncomingCalls({
    onCall: (id, channelId) => written.note(id, channelId),
    ...{ clock, legs, incoming, doneOrGone, ask },
    hasEnded: (id) => ended.has(id),
    tell: (event) => listener(event),
  });

  const bridges = createBridges({
    ask,
    silence: (leg) => prompts.silence(leg),
    channelOf: (id) => incoming.channelOf(id),
  });

  const dialler = createDialler({ send: client.request, legs, problem, context, extension });

  const comparison = createLegComparison({
    ...{ send: client.request, app, legs, incoming, ended },
    wasSent: (id) => dialler.wasSent(id),
  });

  function problem(): TelephonyProblem | null {
    return client.problem() ?? soundsCheck.problem();
  }

  function onEvent(event: AriChannelEvent): void {
    probe.onEvent(event);
    arrivals.onEvent(event);
    if (event.type === 'StasisStart' && event.incoming !== null)
      return incomingCalls.begin(event.channelId, event.incoming);
    const id = incoming.legOf(event.channelId) ?? event.channelId;
    if (!isId('att', id) || ended.has(id)) return;
    // dialled by a process before this one
    if (legs.get(id) === null) legs.add(id, adoptedLeg(id), null);
    legs.apply(id, { input: 'event', event });
  }

  /** By a time limit of ours. Where Asterisk cannot be told now, it is told when it is back. */
  async function endQuietly(id: AttemptId): Promise<void> {
    try {
      const { status } = await client.request(ariRequests.hangUp(incoming.channelOf(id)));
      // nothing was ever heard of it: the request to dial did not arrive
      if (status === 404 && !dialler.wasSent(id)) legs.forget(id);
    } catch (error) {
      if (!(error instanceof AriError)) throw error;
      log.warn({ leg: id, code: error.code }, 'A leg could not be ended at its time limit.');
    }
  }

  async function hangUp(id: LegId): Promise<'done' | 'gone'> {
    legs.apply(id, { input: 'hang_up' });
    return doneOrGone(ariRequests.hangUp(incoming.channelOf(id)));
  }

  async function checkSounds(sound: string): Promise<TelephonyProblem | null> {
    await soundsCheck.check(`${options.soundsRoot}/${sound}`);
    return problem();
  }

  return {
    start: () => client.start(),
    async stop() {
      soundsCheck.disconnected();
      probe.abandon();
      arrivals.abandon();
      await client.stop();
      legs.clear();
    },
    problem,
    onEvent: (given) => (listener = given),
    dial: (request) => dialler.dial(request),
    ring: (id) => incomingCalls.ring(id),
    answer: (id, limits) => incomingCalls.answer(id, limits),
    refuse: (id) => incomingCalls.refuse(id),
    offered: async () => incomingCalls.offered(await comparison.listed()),
    writtenCalls: () => written.list(),
    removeWritten: (id) => written.remove(id),
    hangUp,
    say: (id, prompt) => prompts.say(id, prompt),
    stopPrompt: (id, promptId) => prompts.stop(id, promptId),
    legs: () => comparison.live(),
    join: (joined) => bridges.join(joined),
    part: (joined) => bridges.part(joined),
    async record(id, recording) {
      if (ended.has(id)) return 'gone';
      const wasKnown = legs.get(id) !== null;
      const result = await recordings.record(id, recording);
      if (result === 'gone' && !wasKnown) legs.forget(id);
      return result;
    },
    stopRecording: (id, recordingId) => recordings.stop(id, recordingId),
    recordingState: (id, recordingId) => recordings.state(id, recordingId),
    readRecording: (id, recordingId) => recordings.read(id, recordingId),
    removeRecording: (id, recordingId) => recordings.remove(id, recordingId),
    storedRecordings: () => recordings.stored(),
    checkSounds,
  };
}
