import { describe, expect, test } from 'vitest';

import { CircuitBreaker } from '../../../src/speech/circuit-breaker.ts';
import { guardVoice } from '../../../src/speech/guard-voice.ts';
import { SpeechFault, type SpeechFaultCode } from '../../../src/speech/speech-fault.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const rules = { failures: 3, restMs: 1_000, longestRestMs: 3_000 };

function fail(breaker: CircuitBreaker, times: number): void {
  for (let time = 0; time < times; time += 1) {
    expect(breaker.admits()).toBe(true);
    breaker.failed();
  }
}

describe('the breaker', () => {
  test('lets a service rest after so many failures in a row, and a success starts the count anew', () => {
    const breaker = new CircuitBreaker(new VirtualClock(), rules);
    fail(breaker, 2);
    breaker.succeeded();
    fail(breaker, 3);
    expect(breaker.admits()).toBe(false);
  });

  test('lets one request through after the rest, and the others when that one succeeded', async () => {
    const clock = new VirtualClock();
    const breaker = new CircuitBreaker(clock, rules);
    fail(breaker, 3);
    await clock.advanceBy(999);
    expect([breaker.isOpenToRequests, breaker.admits()]).toEqual([false, false]);
    await clock.advanceBy(1);
    expect(breaker.isOpenToRequests).toBe(true);
    expect([breaker.admits(), breaker.admits(), breaker.isOpenToRequests]).toEqual([true, false, false]);
    breaker.succeeded();
    expect([breaker.admits(), breaker.admits()]).toEqual([true, true]);
  });

  test('rests twice as long after each trial that failed, up to a limit', async () => {
    const clock = new VirtualClock();
    const breaker = new CircuitBreaker(clock, rules);
    fail(breaker, 3);
    for (const restMs of [1_000, 2_000, 3_000, 3_000]) {
      await clock.advanceBy(restMs - 1);
      expect(breaker.admits()).toBe(false);
      await clock.advanceBy(1);
      expect(breaker.admits()).toBe(true);
      breaker.failed();
    }
  });

  test('lets a service rest at once that refuses us, for as long as it says, within the limit', async () => {
    const clock = new VirtualClock();
    const breaker = new CircuitBreaker(clock, rules);
    breaker.failed({ retryAfterMs: 2_500 });
    await clock.advanceBy(2_499);
    expect(breaker.admits()).toBe(false);
    await clock.advanceBy(1);
    expect(breaker.admits()).toBe(true);
    breaker.failed({ retryAfterMs: 86_400_000 });
    await clock.advanceBy(3_000);
    expect(breaker.admits()).toBe(true);
  });

  test('does not take late failures of requests from before the rest for new ones', async () => {
    const clock = new VirtualClock();
    const breaker = new CircuitBreaker(clock, rules);
    expect(breaker.admits() && breaker.admits()).toBe(true);
    breaker.failed({ retryAfterMs: null });
    await clock.advanceBy(500);
    breaker.failed();
    await clock.advanceBy(500);
    expect(breaker.admits()).toBe(true);
  });

  test('tries again when the trial came to nothing', async () => {
    const clock = new VirtualClock();
    const breaker = new CircuitBreaker(clock, rules);
    fail(breaker, 3);
    await clock.advanceBy(1_000);
    expect(breaker.admits()).toBe(true);
    breaker.undecided();
    expect(breaker.admits()).toBe(true);
  });
});

describe('a guarded voice', () => {
  test.each<{ code: SpeechFaultCode; asked: number }>([
    { code: 'synthesiser_blocked', asked: 1 },
    { code: 'synthesiser_unreachable', asked: 3 },
    { code: 'synthesiser_timed_out', asked: 3 },
    { code: 'synthesiser_failed', asked: 3 },
    { code: 'text_refused', asked: 5 },
    { code: 'synthesiser_busy', asked: 5 },
    { code: 'closed', asked: 5 },
  ])('is asked $asked times of 5 when each is $code', async ({ code, asked }) => {
    let times = 0;
    const voice = guardVoice(
      {
        ...{ name: 'google', isAvailable: true, voiceOf: () => 'google' },
        speak() {
          times += 1;
          return Promise.reject(new SpeechFault(code, 'planted'));
        },
      },
      new CircuitBreaker(new VirtualClock(), rules),
    );
    for (let time = 0; time < 5; time += 1)
      await expect(voice.speak({ text: 'a', language: 'en' })).rejects.toBeInstanceOf(SpeechFault);
    expect(times).toBe(asked);
    expect(voice.isAvailable).toBe(asked === 5);
  });
});
