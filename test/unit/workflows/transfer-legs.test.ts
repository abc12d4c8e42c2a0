import { describe, expect, it } from 'vitest';
import type { AttemptId } from '../../../src/domain/ids.ts';
import type { LegEvent } from '../../../src/telephony/telephony.ts';
import { TransferLegs, type TransferLeg } from '../../../src/workflows/transfer-legs.ts';

const leg = 'att_01m7y1qb9ycs5r65ms2g4fy4nc' as AttemptId;
const other = 'att_01m7y1qb9ycs5r65ms2g4fy4nd' as AttemptId;
const happens = (type: 'ringing' | 'answered' | 'hung_up', to = leg): LegEvent =>
  ({ type, leg: to, at: 1 }) as LegEvent;

function held(): TransferLeg & { heard: string[] } {
  const heard: string[] = [];
  return {
    heard,
    dialled: true,
    isOver: false,
    onEvent: ({ type }) => heard.push(type),
    onLost: () => undefined,
  };
}

describe('a leg that a process before this one called', () => {
  it.each<[string, ('ringing' | 'answered' | 'hung_up')[], string | undefined]>([
    ['rings still', ['ringing'], 'ringing'],
    ['was answered before anybody had it', ['answered'], 'answered'],
    ['was answered and hung up', ['answered', 'hung_up'], undefined],
  ])('%s', (_name, events, state) => {
    const legs = new TransferLegs();
    legs.expect([leg]);
    for (const event of events) expect(legs.tell(happens(event))).toBe(true);
    expect(legs.stateNow(leg, 'ringing')).toBe(state);
  });

  it('is remembered by the next comparison as well, until somebody has it', () => {
    const legs = new TransferLegs();
    legs.expect([leg]);
    legs.tell(happens('answered'));
    legs.expect([leg]);
    expect(legs.stateNow(leg, 'ringing')).toBe('answered');
    const transfer = held();
    legs.add(leg, transfer);
    expect(legs.tell(happens('hung_up'))).toBe(true);
    expect(transfer.heard).toEqual(['hung_up']);
    expect(legs.stateNow(leg, 'answered')).toBe('answered');
  });

  it('is forgotten when it is on record no more', () => {
    const legs = new TransferLegs();
    legs.expect([leg]);
    legs.expect([other]);
    expect(legs.tell(happens('answered'))).toBe(false);
    expect(legs.tell(happens('answered', other))).toBe(true);
  });
});

describe('a leg that is let go of to be taken up again', () => {
  it('is remembered from then on, also where nobody was told to expect it', () => {
    const legs = new TransferLegs();
    const transfer = held();
    legs.add(leg, transfer);
    legs.release(leg, 'nothing');
    expect(legs.tell(happens('hung_up'))).toBe(true);
    expect(transfer.heard).toEqual([]);
    expect(legs.stateNow(leg, 'answered')).toBeUndefined();
  });

  it('is answered for whoever was told so, though it was listed before', () => {
    const legs = new TransferLegs();
    legs.add(leg, held());
    legs.release(leg, 'answered');
    expect(legs.stateNow(leg, 'ringing')).toBe('answered');
    expect(legs.stateNow(leg, undefined)).toBeUndefined();
  });

  it('is not remembered where nobody had it', () => {
    const legs = new TransferLegs();
    legs.release(leg, 'nothing');
    expect(legs.tell(happens('hung_up'))).toBe(false);
  });
});
