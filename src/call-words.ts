import type { FlowStore } from './db/flow-store.ts';
import type { Speech } from './open-speech.ts';
import { createCallRenditions } from './workflows/call-renditions.ts';
import type { CallRunnerDependencies } from './workflows/call-runner-dependencies.ts';
import { createFlowLoader } from './workflows/flow-loader.ts';
import type { PromptLibrary } from './workflows/prompt-library.ts';
import { resolveNamed } from './workflows/resolve-flow.ts';

/** What calls say, and where they have it from. */
export function callWords({
  speech,
  flows,
  library,
}: {
  speech: Pick<Speech, 'words' | 'renditionsFor'>;
  flows: FlowStore;
  library: PromptLibrary;
}): Pick<CallRunnerDependencies, 'words' | 'renditionsFor' | 'flowOf' | 'flowNamed'> {
  return {
    words: speech.words,
    renditionsFor: (codec) => createCallRenditions({ library, renditions: speech.renditionsFor(codec) }),
    flowOf: createFlowLoader({ flows, words: speech.words }),
    async flowNamed(name) {
      const named = await resolveNamed({ flows }, name);
      return named.result === 'resolved' ? named.reference : null;
    },
  };
}
