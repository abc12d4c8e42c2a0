import { describe, expect, it } from 'vitest';
import { parseTrunks, trunkSchema } from '../../../src/domain/calls/trunk.ts';
import { callRequestSchema } from '../../../src/domain/calls/call-request.ts';
import { validateFlow } from '../../../src/domain/flows/validate-flow.ts';
import { rehearsalRequest } from '../../../src/domain/flows/rehearsal/rehearsal-request.ts';
import { newEndpointSchema } from '../../../src/http/webhook-endpoint-schema.ts';
import { dryRunRequestSchema } from '../../../src/http/trunk-schema.ts';
import { problemCodes } from '../../../src/http/problem-codes.ts';
import { readConfig } from '../../../src/config/read-config.ts';
import {
  blocksOf,
  fileNames,
  isThere,
  linkedPaths,
  namedFiles,
  namedPaths,
  readDocuments,
  sentBodies,
} from './read-documents.ts';

const documents = readDocuments();
const sourceFiles = fileNames();
const readme = documents.find(({ path }) => path === 'README.md')!;

describe('the documents', () => {
  it.each(documents.map((document) => [document.path, document] as const))(
    '%s names only files that are there',
    (_path, document) => {
      expect(namedPaths(document).filter((path) => !isThere(path))).toEqual([]);
      expect(namedFiles(document).filter((name) => !sourceFiles.has(name))).toEqual([]);
    },
  );

  it.each(documents.map((document) => [document.path, document] as const))(
    '%s links only to files that are there',
    (_path, document) => {
      expect(linkedPaths(document).filter((path) => !isThere(path))).toEqual([]);
    },
  );

  it('name files and links, or the two tests above would prove nothing', () => {
    expect(documents.flatMap(namedPaths).length).toBeGreaterThan(50);
    expect(documents.flatMap(linkedPaths).length).toBeGreaterThan(20);
  });

  it.each(['adr', 'operations'])('list every page of docs/%s in its README', (folder) => {
    const pages = documents.filter(({ path }) => path.startsWith(`docs/${folder}/`));
    const index = pages.find(({ path }) => path.endsWith('/README.md'))!;
    const others = pages.filter((page) => page !== index).map(({ path }) => path);
    expect(linkedPaths(index)).toEqual(expect.arrayContaining(others));
  });

  it('tell of the architecture in ten minutes, and link each page that tells more', () => {
    const wordsAMinute = 250;
    const architecture = documents.find(({ path }) => path === 'ARCHITECTURE.md')!;
    expect(architecture.text.split(/\s+/).length).toBeLessThanOrEqual(10 * wordsAMinute);
    const pages = documents.filter(({ path }) => path.startsWith('docs/architecture/'));
    expect(pages).not.toEqual([]);
    expect(linkedPaths(architecture)).toEqual(expect.arrayContaining(pages.map(({ path }) => path)));
  });
});

describe("the README's table of the configuration", () => {
  const table = readme.text.slice(readme.text.indexOf('## Configuration'), readme.text.indexOf('## Tests'));
  const described = new Set(table.match(/\b(IVRS|FFMPEG)_[A-Z_]*[A-Z]\b/g));

  it('has exactly the variables that the program reads', () => {
    const isSecret = (name: string): boolean => name.endsWith('_FILE') && described.has(name.slice(0, -5));
    const read = variablesThatAreRead().filter((name) => !isSecret(name));
    expect(read).not.toEqual([]);
    expect([...described].filter((name) => !isSecret(name)).sort()).toEqual(read.sort());
  });
});

describe("the README's examples", () => {
  const bodies = sentBodies(readme);

  it('store a flow without a mistake', () => {
    const definition = bodies.get('/v1/flows/teacher-quiz');
    const library = {
      promptIds: [],
      has: () => false,
      hasWords: (language: string) => language === 'en',
      saysCurrency: () => false,
    };
    expect(validateFlow(definition, library)).toMatchObject({ result: 'valid' });
  });

  it('ask for a call with fields that there are', () => {
    expect(callRequestSchema.safeParse(bodies.get('/v1/calls')).success).toBe(true);
  });

  it('rehearse the flow with fields that there are', () => {
    const body = bodies.get('/v1/flows/teacher-quiz/rehearse');
    expect(rehearsalRequest.safeParse(body).success).toBe(true);
  });

  it('make a webhook endpoint with fields that there are', () => {
    expect(newEndpointSchema.safeParse(bodies.get('/v1/webhook-endpoints')).success).toBe(true);
  });
});

describe('the page on the trunks file', () => {
  const page = documents.find(({ path }) => path === 'docs/operations/trunks-file.md')!;

  it('shows a file that the gateway takes', () => {
    const examples = blocksOf(page, 'json').map((text) => JSON.parse(text) as Record<string, unknown>);
    const files = examples.filter((example) => 'trunks' in example);
    expect(files).toHaveLength(2);
    for (const file of files) expect(parseTrunks(file)).toMatchObject({ result: 'parsed' });
  });

  it('shows rows of verdicts that the gateway takes', () => {
    const examples = blocksOf(page, 'json').map((text) => JSON.parse(text) as Record<string, unknown>);
    const { verdicts } = examples.find((example) => 'verdicts' in example) ?? {};
    expect(trunkSchema.shape.verdicts.safeParse(verdicts)).toMatchObject({ success: true });
    expect(verdicts).not.toEqual([]);
  });

  it('has a line for every field, and for no other', () => {
    const table = page.text.slice(
      page.text.indexOf('| field |'),
      page.text.indexOf('Which trunk a call takes'),
    );
    const described = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    expect(described.toSorted()).toEqual(Object.keys(trunkSchema.shape).toSorted());
  });

  it('asks for a dry run with fields that there are', () => {
    const [, body = ''] = /\/v1\/trunks\/dry-run[^{]*'({[^']*})'/.exec(page.text) ?? [];
    expect(dryRunRequestSchema.safeParse(JSON.parse(body))).toMatchObject({ success: true });
  });
});

describe('the pages for operators', () => {
  it.each(['database_unavailable', 'draining', 'events_gone'] as const)(
    'name the problem %s as it is',
    (code) => {
      expect(Object.keys(problemCodes)).toContain(code);
      expect(
        documents.some(({ path, text }) => path.startsWith('docs/operations/') && text.includes(code)),
      ).toBe(true);
    },
  );
});

/** Every name that `readConfig` asks for, with telephony of either kind. */
function variablesThatAreRead(): string[] {
  const names = new Set<string>();
  const variables = new Proxy<Record<string, string | undefined>>(
    {},
    {
      get(_target, name) {
        if (typeof name === 'string') names.add(name);
        return undefined;
      },
    },
  );
  // It has nothing that is required, and says so; what matters is what it asked for.
  expect(() => readConfig(variables)).toThrow('The configuration has');
  return [...names];
}
