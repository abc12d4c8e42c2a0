import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stepDefinitions, type FlowDefinition } from '../../src/domain/flows/flow-definition.ts';
import { validateFlow } from '../../src/domain/flows/validate-flow.ts';
import { libraryOf } from '../../src/domain/prompts/library.ts';
import { loadBuiltInWords } from '../../src/speech/load-built-in-words.ts';
import { playScenario, type Scenario } from '../support/play-scenario.ts';

const folder = import.meta.dirname;
const words = await loadBuiltInWords(join(folder, '../../prompts'));

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(join(folder, path), 'utf8'));
}

const stories = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => ({ file, story: readJson(file) as Scenario }));

function flowOf(story: Scenario): FlowDefinition {
  const written = typeof story.flow === 'string' ? readJson(`flows/${story.flow}.json`) : story.flow;
  const validated = validateFlow(written, libraryOf(words));
  if (validated.result === 'invalid')
    throw new Error(`the flow is not valid: ${JSON.stringify(validated.faults, null, 1)}`);
  return validated.flow;
}

describe('stories', () => {
  it.each(stories)('$file', ({ story }) => {
    const { heard, reported, recorded, outcome } = playScenario(story, flowOf(story), words);
    expect({ heard, recorded }).toEqual({ heard: story.heard, recorded: story.recorded });
    expect(outcome).toMatchObject(story.outcome);
    if (story.reported) expect(reported).toEqual(story.reported);
  });
});

describe('every type of step', () => {
  const told = new Set(stories.flatMap(({ story }) => flowOf(story).steps.map((step) => step.type)));
  it.each(Object.keys(stepDefinitions))('«%s» has a story', (type) => {
    expect([...told]).toContain(type);
  });
});
