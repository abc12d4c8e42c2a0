import type { LineRequest } from '../domain/lines/line-request.ts';
import type { Line, LineNumber } from '../domain/lines/line.ts';
import type { Fault } from '../domain/fault.ts';

export type PutLineResult =
  { result: 'created' | 'changed'; line: Line } | { result: 'invalid'; faults: Fault[] };

/** What can be asked of the lines that people call. */
export interface LineUseCases {
  putLine(request: { number: LineNumber; request: LineRequest }): Promise<PutLineResult>;
  readLine(number: LineNumber): Promise<Line | null>;
  /** By number, after the one that the page before ended with. */
  listLines(page: { after: LineNumber | null; limit: number }): Promise<Line[]>;
  deleteLine(number: LineNumber): Promise<'deleted' | 'not_found'>;
}
