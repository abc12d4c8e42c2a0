import type { Weather } from '../support/process-gate.ts';
import type { ErasureWitness } from './erasure-witness.ts';

const longestUsualMs = 100;
/** What a fault costs whoever is forgotten: the portion that was under way, until somebody takes it up again. */
const lostByFaultMs = 10_000;

/** The same weather; what it does to requests is noted, and whoever waits for something to be done in time is told of it. */
export function watchedWeather(
  weather: Weather,
  { erasures, note }: { erasures: ErasureWitness; note: (line: string) => void },
): Weather {
  return {
    latencyMs(point) {
      const latencyMs = weather.latencyMs(point);
      if (latencyMs > longestUsualMs) erasures.disturbed(latencyMs);
      return latencyMs;
    },
    strike(point) {
      const strike = weather.strike(point);
      if (strike !== 'nothing') erasures.disturbed(lostByFaultMs);
      const told = strike === 'nothing' ? '' : ` ${strike.toUpperCase()}`;
      note(`${point.operation} ${point.stage}${told}`);
      return strike;
    },
  };
}
