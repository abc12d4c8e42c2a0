import type { PromptName } from '../domain/prompts/library.ts';
import {
  languagesToTry,
  versionOfEra,
  type PromptEra,
  type PromptVersion,
} from '../domain/prompts/prompt-version.ts';
import type { Clock } from '../lib/clock.ts';
import type { PromptStore } from '../db/prompt-store.ts';

export interface PromptLibraryDependencies {
  prompts: Pick<PromptStore, 'versionsIn'>;
  clock: Clock;
}

export interface WantedPrompt extends PromptName {
  /** Nothing else can be spoken in its place. */
  isNeeded: boolean;
}

/** All calls of a second look at the same shelf; a recording that another gateway took up is spoken that much later. */
const freshForMs = 1_000;

interface Shelf {
  readAt: number;
  /** By id, in each language that is tried for this one, in that order. */
  versions: Promise<ReadonlyMap<string, PromptVersion[]>[]>;
}

/** The library as calls see it. */
export class PromptLibrary {
  readonly #deps: PromptLibraryDependencies;
  readonly #shelves = new Map<string, Shelf>();

  constructor(deps: PromptLibraryDependencies) {
    this.#deps = deps;
  }

  /** The versions that a call of this era speaks, by `promptKey`. What is needed is called missing only after a look at the database. */
  async find(wanted: readonly WantedPrompt[], era: PromptEra): Promise<ReadonlyMap<string, PromptVersion>> {
    const found = await this.#look(wanted, era);
    const lacking = wanted.filter((prompt) => prompt.isNeeded && !found.has(promptKey(prompt)));
    for (const { language } of lacking) this.#shelves.delete(language);
    return new Map([...found, ...(await this.#look(lacking, era))]);
  }

  async #look(wanted: readonly WantedPrompt[], era: PromptEra): Promise<Map<string, PromptVersion>> {
    const found = await Promise.all(
      wanted.map(async (prompt) => {
        const shelf = await this.#shelf(prompt.language).versions;
        const versions = shelf.map((byId) => versionOfEra(byId.get(prompt.id) ?? [], era));
        return { prompt, version: versions.find((version) => version !== null) };
      }),
    );
    return new Map(
      found.flatMap(({ prompt, version }) => (version ? [[promptKey(prompt), version] as const] : [])),
    );
  }

  #shelf(language: string): Shelf {
    const now = this.#deps.clock.now();
    const known = this.#shelves.get(language);
    if (known && now - known.readAt < freshForMs) return known;
    const shelf = { readAt: now, versions: this.#read(language) };
    this.#shelves.set(language, shelf);
    // A look that failed is not one to remember; whoever waits for it learns of the fault.
    shelf.versions.catch(() => {
      if (this.#shelves.get(language) === shelf) this.#shelves.delete(language);
    });
    return shelf;
  }

  async #read(language: string): Promise<ReadonlyMap<string, PromptVersion[]>[]> {
    const languages = languagesToTry(language);
    const versions = await this.#deps.prompts.versionsIn(languages);
    return languages.map((each) =>
      Map.groupBy(
        versions.filter((version) => version.language === each),
        ({ id }) => id,
      ),
    );
  }
}

export function promptKey({ id, language }: PromptName): string {
  return `${language}:${id}`;
}
