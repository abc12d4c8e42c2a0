import type { LineUseCases } from './line-use-cases.ts';
import { deleteLine, putLine, type ManageLinesDependencies } from './manage-lines.ts';

export type LineUseCaseDependencies = ManageLinesDependencies;

export function createLineUseCases(deps: LineUseCaseDependencies): LineUseCases {
  return {
    putLine: (request) => putLine(deps, request),
    readLine: (number) => deps.lines.get(number),
    listLines: (page) => deps.lines.list(page),
    deleteLine: (number) => deleteLine(deps, number),
  };
}
