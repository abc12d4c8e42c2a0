import { attemptsInNeed } from './db/attempts-in-need.ts';
import type { Work } from './jobs/run-jobs.ts';
import type { Parts } from './open-parts.ts';
import { clearAsterisks } from './workflows/clear-asterisks.ts';
import type { UseCaseDependencies } from './workflows/create-use-cases.ts';
import { erasePersons } from './workflows/erase-persons.ts';
import { definitionAsPlayed } from './workflows/load-sub-flows.ts';
import { createPersonalSounds } from './workflows/personal-sounds.ts';

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
/** What an Asterisk that was away has written down comes within its days, and so does what lay in the memory of a gateway. */
const lookedAfterMs = 7 * 24 * 60 * minuteMs;

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
    'late-for-erasures': [() => minuteMs, () => lookAfter({ erasures, clock, log })],
  };
}

async function lookAfter({ erasures, clock, log }: Pick<Parts, 'erasures' | 'clock' | 'log'>): Promise<void> {
  await erasures.reopen(clock.now() - lookedAfterMs);
  const late = await erasures.pendingSince(clock.now() - minuteMs);
  if (late.length > 0)
    log.warn({ erasures: late }, 'somebody is not forgotten yet, after more than a minute');
}
