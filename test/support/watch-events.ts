import type { Telephony, TelephonyEvent } from '../../src/telephony/telephony.ts';

/** Everything that a telephony told, and waiting for what it will tell. */
export interface WatchedEvents {
  all: TelephonyEvent[];
  of(leg: string): TelephonyEvent[];
  /** The first event, already told or yet to come, that fits; the test's own time limit ends a wait in vain. */
  until<T extends TelephonyEvent['type']>(
    type: T,
    fits?: (event: Extract<TelephonyEvent, { type: T }>) => boolean,
  ): Promise<Extract<TelephonyEvent, { type: T }>>;
  /** Forgets what was told. */
  clear(): void;
}

export function watchEvents(telephony: Telephony): WatchedEvents {
  const all: TelephonyEvent[] = [];
  const waiting = new Set<(event: TelephonyEvent) => void>();
  telephony.onEvent((event) => {
    all.push(event);
    for (const take of [...waiting]) take(event);
  });
  return {
    all,
    of: (leg) => all.filter((event) => 'leg' in event && event.leg === leg),
    until(type, fits = () => true) {
      type Wanted = Extract<TelephonyEvent, { type: typeof type }>;
      const isWanted = (event: TelephonyEvent): event is Wanted =>
        event.type === type && fits(event as Wanted);
      const told = all.find(isWanted);
      if (told !== undefined) return Promise.resolve(told);
      return new Promise((resolve) => {
        const take = (event: TelephonyEvent): void => {
          if (!isWanted(event)) return;
          waiting.delete(take);
          resolve(event);
        };
        waiting.add(take);
      });
    },
    clear: () => (all.length = 0),
  };
}
