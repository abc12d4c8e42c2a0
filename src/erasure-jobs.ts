import { attemptsInNeed } from './db/attempts-in-need.ts';
import type { Work } from './jobs/run-jobs.ts';
import type { Parts } from './open-parts.ts';
import { clearAsterisks } from './workflows/clear-asterisks.ts';
import type { UseCaseDependencies } from './workflows/create-use-cases.ts';
import { erasePersons } from './workflows/erase-persons.ts';
import { definitionAsPlayed } from './workflows/load-sub-flows.ts';
import { lookAfterErasures } from './workflows/look-after-erasures.ts';
import { createPersonalSounds } from './workflows/personal-sounds.ts';

const secondMs = 1_000;
const minuteMs = 60 * secondMs;

/** What erasures take, on timers: each gateway takes those that are in nobody's hands, and looks through the Asterisks that it drives. */
export function erasureJobs(parts: Parts, { useCaseDeps }: { useCaseDeps: UseCaseDependencies }): Work {
  const { erasures, clock, cluster, storage, trunksFile, flows, speech, spoken, config, log } = parts;
  const { trunks } = trunksFile;
  const codecs = new Set(trunks.map(({ codec }) => codec));
  const personalSounds = createPersonalSounds({
    ...{ words: speech.words, flowOf: spoken.flowOf, dataDir: config.dataDir, clock },
    renditions: [...codecs].map((codec) => speech.renditionsFor(codec)),
  });
  const erasing = {
    ...{ ...useCaseDeps, erasures, personalSounds },
    definitionOf: (flow: Parameters<typeof definitionAsPlayed>[1]) => definitionAsPlayed({ flows }, flow),
  };
  const clearing = {
    ...{ erasures, clock, trunks, personOf: useCaseDeps.personOf },
    attemptsInNeed: (asked: Parameters<typeof attemptsInNeed>[1]) => attemptsInNeed(storage.database, asked),
    asterisks: () => cluster.asterisks.telephoniesByName,
  };
  return {
    erasures: [() => secondMs, () => erasePersons(erasing)],
    'erased-asterisks': [() => secondMs, () => clearAsterisks(clearing)],
    'late-for-erasures': [() => minuteMs, () => lookAfterErasures({ erasures, clock, log })],
  };
}
