/**
 * ISO 8601 durations that have one length only: weeks, days of 24 hours, hours, minutes, seconds. Years and months are
 * refused, since their length depends on the calendar. The numbers of digits keep every sum a safe integer.
 */
const durationForm =
  /^P(?:(\d{1,7})W|(?:(\d{1,8})D)?(?:T(?=\d)(?:(\d{1,7})H)?(?:(\d{1,7})M)?(?:(\d{1,7})(?:\.(\d{1,3}))?S)?)?)$/;

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Milliseconds of a duration such as `PT10M`, `P7D`, `PT0.5S`; null where the text is none. Never throws. */
export function parseDurationMs(text: string): number | null {
  const match = text === 'P' ? null : durationForm.exec(text);
  if (match === null) return null;
  const [, weeks, days, hours, minutes, seconds, fraction] = match;
  return (
    Number(weeks ?? 0) * 7 * dayMs +
    Number(days ?? 0) * dayMs +
    Number(hours ?? 0) * hourMs +
    Number(minutes ?? 0) * minuteMs +
    Number(seconds ?? 0) * secondMs +
    Number((fraction ?? '').padEnd(3, '0'))
  );
}

/** The shortest text that `parseDurationMs` reads as this many whole milliseconds (at least 0): `PT10M`, `P1DT2H`, `PT0S`. */
export function formatDuration(durationMs: number): string {
  const days = Math.floor(durationMs / dayMs);
  const hours = Math.floor((durationMs % dayMs) / hourMs);
  const minutes = Math.floor((durationMs % hourMs) / minuteMs);
  const seconds = (durationMs % minuteMs) / secondMs;
  const time = part(hours, 'H') + part(minutes, 'M') + part(seconds, 'S');
  if (days === 0 && time === '') return 'PT0S';
  return `P${part(days, 'D')}${time === '' ? '' : `T${time}`}`;
}

function part(count: number, unit: string): string {
  return count === 0 ? '' : `${count}${unit}`;
}
