import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

/** A document of the project, by its path from the root. */
export interface Document {
  path: string;
  text: string;
}

/** All that people read; what is generated from code is checked where it is generated. */
export function readDocuments(): Document[] {
  return globSync(['*.md', 'docs/**/*.md', 'asterisk/*.md'], { cwd: root })
    .filter((path) => !path.startsWith('docs/generated/'))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** Files and folders of the project that a document names in backticks: all that begin with a folder of ours. */
export function namedPaths({ text }: Document): string[] {
  const folders = 'src|test|docs|demo|asterisk|scripts|prompts|bench';
  const named = text.matchAll(new RegExp(`\`((?:${folders})/[\\w./-]*)\``, 'g'));
  return [...named].map((match) => match[1] ?? '');
}

/** Files that a document names in backticks without their folder, such as `talk.ts`. */
export function namedFiles({ text }: Document): string[] {
  return [...text.matchAll(/`([\w-]+\.ts)`/g)].map((match) => match[1] ?? '');
}

/** Names of all our source files, without folders. */
export function fileNames(): Set<string> {
  return new Set(
    globSync('{src,test,asterisk,demo,scripts}/**/*.ts', { cwd: root }).map((path) => basename(path)),
  );
}

/** Where a document's links to other files of the project lead, from the root. */
export function linkedPaths({ path, text }: Document): string[] {
  const links = text.matchAll(/\]\((?!https?:)([^)#\s]+)[^)]*\)/g);
  return [...links].map((match) => join(dirname(path), match[1] ?? ''));
}

/** Code blocks of one language, without their fences. */
export function blocksOf({ text }: Document, language: string): string[] {
  return [...text.matchAll(/^```(\w+)\n(.*?)^```/gms)]
    .filter((match) => match[1] === language)
    .map((match) => match[2] ?? '');
}

/** JSON that a shell example sends, by the route that it is sent to. */
export function sentBodies(document: Document): Map<string, unknown> {
  const shell = blocksOf(document, 'sh').join('\n').replaceAll('\\\n', ' ');
  const requests = shell.matchAll(/curl [^']*?\$API(\/[\w/-]+)[^\n]*? -d '([^']*)'/g);
  return new Map([...requests].map((match) => [match[1] ?? '', JSON.parse(match[2] ?? '') as unknown]));
}

export function isThere(path: string): boolean {
  return existsSync(join(root, path));
}
