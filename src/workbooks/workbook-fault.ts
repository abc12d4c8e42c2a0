/** A file that cannot be read as a spreadsheet, or one that is larger than any form. The message is the end of a sentence for who sent it: «is no …», «has more than …». */
export class WorkbookFault extends Error {
  override readonly name = 'WorkbookFault';
  readonly code: 'workbook_unreadable' | 'workbook_too_large';

  constructor(code: WorkbookFault['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export function unreadable(message: string, cause?: unknown): WorkbookFault {
  return new WorkbookFault('workbook_unreadable', message, { cause });
}

export function tooLarge(message: string): WorkbookFault {
  return new WorkbookFault('workbook_too_large', message);
}
