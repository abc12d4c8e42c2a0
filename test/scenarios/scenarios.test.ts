import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stepDefinitions } from '../../src/domain/flows/flow-definition.ts';
import { loadBuiltInWords } from '../../src/speech/load-built-in-words.ts';
import { playScenario, type Scenario } from '../support/play-scenario.ts';
import { scenarioFlow } from '../support/scenario-flow.ts';

const folder = import.meta.dirname;
const words = await loadBuiltInWords(join(folder, '../../prompts'));

const stories = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => ({ file, story: JSON.parse(readFileSync(join(folder, file), 'utf8')) as Scenario }));

describe('stories', () => {
  it.each(stories)('$file', ({ story }) => {
    const { heard, reported, recorded, asked, wanted, outcome } = playScenario(
      story,
      scenarioFlow(story, words),
      words,
    );
    expect({ heard, recorded }).toEqual({ heard: story.heard, recorded: story.recorded });
    expect(outcome).toMatchObject(story.outcome);
    if (story.asked) expect(asked).toEqual(story.asked);
    if (story.wanted) expect(wanted).toEqual(story.wanted);
    if (story.reported) expect(reported).toEqual(story.reported);
  });
});

describe('every type of step', () => {
  const met = stories.flatMap(({ story }) => {
    const flow = scenarioFlow(story, words);
    const reached = new Set(playScenario(story, flow, words).reported);
    const types = flow.steps.filter((step) => reached.has(`at ${step.id}`)).map((step) => step.type);
    return [...new Set(types)];
  });
  it.each(Object.keys(stepDefinitions))('«%s» is met in five stories at least', (type) => {
    expect(met.filter((each) => each === type).length).toBeGreaterThanOrEqual(5);
  });
});
