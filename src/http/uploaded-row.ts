import { callRequestSchema, type CallRequest } from '../domain/calls/call-request.ts';
import type { Fault } from '../domain/fault.ts';
import { faultsOfBody } from './validate-body.ts';

/** A row as it came, before it is known to be a request; `line` counts from 1. */
export type UploadedRow = { line: number; received: unknown } | { line: number; faults: Fault[] };

/** The row as a request for a call, or everything that is wrong with its form. */
export function requestOfRow(
  row: UploadedRow,
): { line: number; request: CallRequest } | { line: number; faults: Fault[] } {
  if ('faults' in row) return row;
  const read = faultsOfBody(callRequestSchema, row.received);
  return read.result === 'valid'
    ? { line: row.line, request: read.body }
    : { line: row.line, faults: read.faults };
}
