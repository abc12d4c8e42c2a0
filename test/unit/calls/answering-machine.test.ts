import { describe, expect, it } from 'vitest';
import { mayTurnOutMachine, soundsLikeMachine } from '../../../src/domain/calls/answering-machine.ts';

/** Seconds after the answer; before it where they are negative. */
const answeredAt = 1_000_000;
const at = (seconds: number): number => answeredAt + 1000 * seconds;

describe('what is heard of whoever answered', () => {
  it.each([
    { what: '«hello?»', from: 0.3, until: 1.3, machine: false },
    { what: '«hello? yes? who is speaking?» in one breath', from: 0.2, until: 3.4, machine: false },
    { what: 'four seconds of talk', from: 0.1, until: 4.1, machine: false },
    {
      what: 'the shortest talk that is a greeting, from the first frame on',
      from: 0,
      until: 5,
      machine: true,
    },
    { what: 'a moment less', from: 0, until: 4.999, machine: false },
    { what: 'eight seconds of greeting', from: 0.1, until: 8.6, machine: true },
    { what: 'a greeting after a name and a pause', from: 4, until: 10, machine: true },
    { what: 'the latest beginning of a greeting', from: 6, until: 12, machine: true },
    { what: 'long talk with others in the room, later on', from: 6.001, until: 20, machine: false },
    { what: 'a caller tune that ends with the answer', from: -20, until: 0.1, machine: false },
    { what: 'a caller tune, and a person right behind it', from: -20, until: 3, machine: false },
    { what: 'ringing as sound, and a greeting right behind it', from: -2, until: 7, machine: true },
  ])('$what: machine $machine', ({ from, until, machine }) => {
    expect(soundsLikeMachine({ from: at(from), until: at(until) }, answeredAt)).toBe(machine);
  });

  it.each([
    { from: -20, doubt: true },
    { from: 0, doubt: true },
    { from: 6, doubt: true },
    { from: 6.001, doubt: false },
  ])('speech since $from s leaves a doubt: $doubt', ({ from, doubt }) => {
    expect(mayTurnOutMachine(at(from), answeredAt)).toBe(doubt);
  });
});
