import type { Fault } from '../domain/fault.ts';
import { importFloip } from '../domain/flows/importers/floip/import-floip.ts';
import type { Imported } from '../domain/flows/importers/import-note.ts';
import { formSheets, importXlsForm } from '../domain/flows/importers/xlsform/import-xlsform.ts';
import { validateFlow } from '../domain/flows/validate-flow.ts';
import type { BuiltInWords } from '../domain/prompts/built-in-words.ts';
import { libraryOf } from '../domain/prompts/library.ts';
import type { FlowStore } from '../db/flow-store.ts';
import { readWorkbook } from '../workbooks/read-workbook.ts';
import { WorkbookFault } from '../workbooks/workbook-fault.ts';
import { loadSubFlows, subFlowNamesIn } from './load-sub-flows.ts';

export interface ImportFlowDependencies {
  words: BuiltInWords;
  flows: Pick<FlowStore, 'getFlow'>;
}

export type ImportFlow =
  | { source: 'xlsform'; bytes: Uint8Array; language: string | null }
  /** @param flow uuid or name of the one to import, of a container that has several */
  | { source: 'floip'; json: unknown; flow: string | null };

export type ImportFlowResult =
  | {
      result: 'imported';
      source: ImportFlow['source'];
      imported: Imported;
      /** What storing the flow would still find wrong, once its prompts are in the library. */
      faults: Fault[];
    }
  | { result: 'unusable'; faults: Fault[] }
  | { result: 'too_large'; detail: string };

/** Makes a flow of somebody else's form and says what could not be carried over. Stores nothing. */
export async function importFlow(
  deps: ImportFlowDependencies,
  request: ImportFlow,
): Promise<ImportFlowResult> {
  const read = await readSource(request);
  if (read.result !== 'imported') return read;
  const { imported } = read;
  // As it will be judged when the prompts that the source brings are in the library.
  const subFlows = await loadSubFlows(deps, subFlowNamesIn(imported.flow));
  const library = libraryOf(deps.words, imported.prompts);
  const validated = validateFlow(imported.flow, library, { subFlows, within: [] });
  const faults = validated.result === 'invalid' ? validated.faults : [];
  return { result: 'imported', source: request.source, imported, faults };
}

async function readSource(request: ImportFlow) {
  if (request.source === 'floip') return importFloip(request.json, { flow: request.flow });
  try {
    const sheets = await readWorkbook(request.bytes, isFormSheet);
    return importXlsForm(sheets, { language: request.language });
  } catch (error) {
    if (!(error instanceof WorkbookFault)) throw error;
    if (error.code === 'workbook_too_large') return { result: 'too_large' as const, detail: error.message };
    return { result: 'unusable' as const, faults: [{ pointer: '', detail: error.message }] };
  }
}

function isFormSheet(name: string): boolean {
  return formSheets.some((sheet) => sheet === name.trim().toLowerCase());
}
