import type { FlowStore, StoredFlow } from '../../src/db/flow-store.ts';

/** Flows without a database. */
export class InMemoryFlowStore implements FlowStore {
  readonly #versions = new Map<string, StoredFlow[]>();

  putFlow(flow: Parameters<FlowStore['putFlow']>[0]): ReturnType<FlowStore['putFlow']> {
    const versions = this.#versions.get(flow.id) ?? [];
    const newest = versions.at(-1);
    if (newest && JSON.stringify(newest.definition) === JSON.stringify(flow.definition))
      return Promise.resolve({ flow: newest, created: false });
    const { id, definition, at } = flow;
    const stored = { id, version: versions.length + 1, definition, createdAt: at };
    this.#versions.set(id, [...versions, stored]);
    return Promise.resolve({ flow: stored, created: true });
  }

  getFlow(id: string, version: number | null): Promise<StoredFlow | null> {
    const versions = this.#versions.get(id) ?? [];
    return Promise.resolve((version === null ? versions.at(-1) : versions[version - 1]) ?? null);
  }

  listFlows({ after, limit }: { after: string | null; limit: number }): Promise<StoredFlow[]> {
    const newest = this.#newest();
    const wanted = newest.filter((flow) => after === null || flow.id > after);
    return Promise.resolve(wanted.sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, limit));
  }

  flowsWith(value: string): Promise<StoredFlow[]> {
    const isNamed = (flow: StoredFlow): boolean => !flow.id.startsWith('inline-');
    const has = (flow: StoredFlow): boolean =>
      JSON.stringify(flow.definition).includes(JSON.stringify(value));
    return Promise.resolve(this.#newest().filter((flow) => isNamed(flow) && has(flow)));
  }

  #newest(): StoredFlow[] {
    return [...this.#versions.values()].flatMap((versions) => versions.at(-1) ?? []);
  }
}
