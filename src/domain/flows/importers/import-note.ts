/** Where something stands in what was imported: a cell of a form, or a block of a flow. Rows and columns as the spreadsheet shows them. */
export type SourcePlace =
  | { sheet: string; row: number; column: string | null }
  | { flow: string; block: string | null; pointer: string };

/**
 * What an importer could not carry over as it stands: `left_out` is missing from the flow, `changed` is there in another form, `not_needed` means
 * nothing in a phone call.
 */
export interface ImportNote {
  kind: 'left_out' | 'changed' | 'not_needed';
  place: SourcePlace;
  /** The question's or block's name; null where it has none. */
  name: string | null;
  /** A sentence. */
  detail: string;
  suggestion?: string;
}

/** A prompt that the flow names: to be put into the library in this language before the flow is stored. */
export interface WantedPrompt {
  id: string;
  language: string;
  /** The recording that the source names: a file's name or an address; null where the source has words only. */
  file: string | null;
  /** The words, where the source has them. */
  text: string | null;
}

/** What an importer makes; `flow` is a flow as somebody would write it, and not validated yet. */
export interface Imported {
  flow: FlowDraft;
  notes: ImportNote[];
  prompts: WantedPrompt[];
  /** A name for the flow, made from the one that it had. */
  suggestedId: string;
}

/** A flow before it is validated. */
export interface FlowDraft {
  title: string;
  languages: string[];
  keys?: { repeat: '*' };
  steps: StepDraft[];
}

/** A step as it is written in a flow's JSON. */
export interface StepDraft {
  id: string;
  type: string;
  [field: string]: unknown;
}

/** Beyond this, a source repeats one mistake; the rest is counted. */
export const mostNotes = 2_000;
