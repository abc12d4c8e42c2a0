import { createHash } from 'node:crypto';
import type { ErasureStore } from '../../src/db/erasure-store.ts';
import type { Erasure } from '../../src/domain/privacy/erasure.ts';
import type { BuiltInWords } from '../../src/domain/prompts/built-in-words.ts';
import type { SoundPart } from '../../src/domain/prompts/spoken-part.ts';
import type { Work } from '../../src/jobs/run-jobs.ts';
import { assert } from '../../src/lib/assert.ts';
import type { Log } from '../../src/lib/log.ts';
import { clearAsterisks, type ClearAsterisksDependencies } from '../../src/workflows/clear-asterisks.ts';
import {
  erasePersons,
  type ErasePersonsDependencies,
  type PersonalSounds,
} from '../../src/workflows/erase-persons.ts';
import { lookAfterErasures } from '../../src/workflows/look-after-erasures.ts';
import { createErasureUseCases, type ErasureDependencies } from '../../src/workflows/manage-erasures.ts';
import {
  createPersonalSounds,
  type PersonalSoundsDependencies,
} from '../../src/workflows/personal-sounds.ts';

interface Dependencies
  extends Omit<ErasePersonsDependencies, 'personalSounds'>, ClearAsterisksDependencies, ErasureDependencies {
  erasures: ErasureStore;
  words: BuiltInWords;
  flowOf: PersonalSoundsDependencies['flowOf'];
  personOf: ErasureDependencies['personOf'];
  log: Log;
}

/** What a simulated process does about erasures, as `erasure-jobs.ts` puts it together. */
export class SimulatedErasures {
  readonly #deps: Dependencies;
  readonly #personalSounds: PersonalSounds;

  constructor(deps: Dependencies) {
    this.#deps = deps;
    this.#personalSounds = soundsOnNoDisk(deps);
  }

  async request(to: string): Promise<Erasure> {
    const requested = await createErasureUseCases(this.#deps).requestErasure({ to, by: 'orchestrator' });
    assert(requested.result === 'requested', 'what is planned is valid');
    return requested.erasure;
  }

  jobs(): Work {
    const deps = { ...this.#deps, personalSounds: this.#personalSounds };
    return {
      erasures: [() => 1_000, () => erasePersons(deps)],
      'erased-asterisks': [() => 1_000, () => clearAsterisks(deps)],
      'late-for-erasures': [() => 60_000, () => lookAfterErasures(deps)],
    };
  }
}

/** Which words were one person's is found as in the service; that their files go from a disk is tried where there is one. */
function soundsOnNoDisk({ words, flowOf, clock }: Dependencies): PersonalSounds {
  const personalFiles = (part: SoundPart): string[] => [
    `personal/${createHash('sha256').update(JSON.stringify(part)).digest('hex')}`,
  ];
  const found = createPersonalSounds({ words, flowOf, clock, renditions: [{ personalFiles }], dataDir: '' });
  return {
    of: (call, salt) => found.of(call, salt),
    async remove(_, isNeeded) {
      await isNeeded();
    },
  };
}
