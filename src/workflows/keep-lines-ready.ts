import type { Trunk } from '../domain/calls/trunk.ts';
import type { Flow } from '../domain/flows/compile-flow.ts';
import type { FlowReference } from '../domain/flows/flow-definition.ts';
import type { AnsweredLine } from '../domain/lines/line.ts';
import type { BuiltInWords } from '../domain/prompts/built-in-words.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { PromptUnavailable } from '../speech/speech-fault.ts';
import type { CallRenditions } from './call-renditions.ts';
import type { LineBook } from './line-book.ts';
import { prepareCall } from './prepare-call.ts';

export interface KeepLinesReadyDependencies {
  lines: Pick<LineBook, 'all'>;
  trunks: readonly Trunk[];
  words: BuiltInWords;
  flowNamed: (name: string) => Promise<FlowReference | null>;
  flowOf: (flow: FlowReference) => Promise<Flow>;
  renditionsFor: (codec: Trunk['codec']) => CallRenditions;
  clock: Clock;
  log: Log;
}

/**
 * Has everything made that lines say, in each language of their flows and for each trunk that somebody may call by, and keeps it from being swept: whoever
 * calls is not to listen to ringing while a voice speaks. What cannot be made is told, and the other lines go on.
 */
export async function keepLinesReady(deps: KeepLinesReadyDependencies, signal: AbortSignal): Promise<void> {
  const lines = [...(await deps.lines.all()).values()].filter((line) => line.mode === 'answer');
  for (const name of new Set(lines.flatMap(flowsOf))) {
    const reference = await deps.flowNamed(name);
    if (reference === null) deps.log.warn({ flow: name }, 'a line names a flow that is not there');
    else await makeFlow(deps, reference, signal);
  }
}

function flowsOf({ flow, closedFlow }: AnsweredLine): string[] {
  return closedFlow === null ? [flow] : [flow, closedFlow];
}

async function makeFlow(
  deps: KeepLinesReadyDependencies,
  reference: FlowReference,
  signal: AbortSignal,
): Promise<void> {
  const flow = await deps.flowOf(reference);
  const call = { flow: reference, variables: {}, people: [], record: false, attempts: [] };
  for (const codec of new Set(deps.trunks.map((trunk) => trunk.codec))) {
    const renditions = deps.renditionsFor(codec);
    for (const language of flow.definition.languages) {
      const asked = { call: { ...call, language, createdAt: deps.clock.now() }, flow, signal };
      try {
        await prepareCall({ renditions, words: deps.words }, asked);
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof PromptUnavailable)) throw error;
        deps.log.warn({ flow: reference, language, err: error }, 'the words of a line cannot be made');
      }
    }
  }
}
