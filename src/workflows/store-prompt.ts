import { builtInPromptIds } from '../domain/prompts/built-in-words.ts';
import type { Fault } from '../domain/fault.ts';
import { checkSpeakable } from '../domain/prompts/check-speakable.ts';
import { languageTag, promptId } from '../domain/prompts/say.ts';
import { namesIn, isTemplate } from '../domain/prompts/template.ts';
import type { PutPrompt } from '../domain/prompts/prompt-version.ts';
import type { Clock } from '../lib/clock.ts';
import type { PromptStore } from '../db/prompt-store.ts';
import type { Recordings } from '../speech/recordings.ts';
import { describePrompt, type DescribePromptDependencies } from './describe-prompt.ts';
import type { StorePrompt, StorePromptResult } from './prompt-use-cases.ts';

export interface StorePromptDependencies extends DescribePromptDependencies {
  prompts: Pick<PromptStore, 'put'>;
  recordings: Recordings;
  clock: Clock;
  /** Whether there is a voice for the language. */
  speaks: (language: string) => boolean;
}

/** Ids under which the gateway's own words are kept. */
const ownPrefix = 'system.';

/** Puts words or a recording into the library, as a new version. Nothing is kept of what cannot be spoken. */
export async function storePrompt(
  deps: StorePromptDependencies,
  request: StorePrompt,
): Promise<StorePromptResult> {
  const { id, language } = request;
  const misnamed = nameFaults(request);
  if (misnamed.length > 0) return { result: 'misnamed', faults: misnamed };
  const content = await contentOf(deps, request);
  if (content.result !== 'content') return content;
  const at = deps.clock.now();
  const { prompt, created } = await deps.prompts.put({ id, language, put: content.put, at });
  return { result: 'stored', created, prompt: await describePrompt(deps, prompt) };
}

function nameFaults({ id, language }: StorePrompt): { parameter: 'id' | 'language'; detail: string }[] {
  const faults: { parameter: 'id' | 'language'; detail: string }[] = [];
  const badId = promptId.safeParse(id).error?.issues[0]?.message;
  const badLanguage = languageTag.safeParse(language).error?.issues[0]?.message;
  if (badId !== undefined) faults.push({ parameter: 'id', detail: badId });
  else if (id.startsWith(ownPrefix) && !builtInPromptIds.has(id))
    faults.push({
      parameter: 'id',
      detail: `must not begin with ${ownPrefix} unless it is one of: ${[...builtInPromptIds].join(', ')}`,
    });
  if (badLanguage !== undefined) faults.push({ parameter: 'language', detail: badLanguage });
  return faults;
}

type Content =
  { result: 'content'; put: PutPrompt } | Extract<StorePromptResult, { result: 'invalid' | 'too_large' }>;

async function contentOf(deps: StorePromptDependencies, request: StorePrompt): Promise<Content> {
  if ('text' in request.put) {
    const { text } = request.put;
    const faults = textFaults(deps, { text, language: request.language });
    return faults.length > 0 ? { result: 'invalid', faults } : { result: 'content', put: { text } };
  }
  const kept = await deps.recordings.keep(request.put.chunks);
  switch (kept.result) {
    case 'kept':
      return { result: 'content', put: { recording: kept.recording } };
    case 'refused':
      return { result: 'invalid', faults: [{ pointer: '', detail: kept.detail }] };
    case 'too_large':
      return { result: 'too_large' };
  }
}

/** The words of a prompt are the same for everybody: what is personal is spoken by the flow's own texts. */
function textFaults(
  deps: Pick<StorePromptDependencies, 'speaks'>,
  { text, language }: { text: string; language: string },
): Fault[] {
  const fault = (detail: string): Fault => ({ pointer: '/text', detail });
  if (!isTemplate(text) || namesIn(text).length > 0) {
    return [
      fault(
        'must not have placeholders: a prompt is the same for everybody; put {{…}} into a text of the flow',
      ),
    ];
  }
  const faults = checkSpeakable(text, language).map(({ detail, suggestion }) =>
    fault(`${detail}. ${suggestion.replace(/\.$/, '')}`),
  );
  if (faults.length === 0 && !deps.speaks(language))
    return [fault(`is in «${language}», for which there is no voice: upload a recording instead`)];
  return faults;
}
