import { textArray } from './text-array.ts';

/** The columns of rows of one kind, with their types in SQL. The first tells rows apart: it is never null. */
export type ColumnTypes = Readonly<Record<string, string>>;

/**
 * Many rows as parameters of a statement: what all of them have in common once, as a JSON object, then each column as an array of texts, which is empty where
 * the column is in common. Rows of an upload share most of what they are; sent as JSON, row by row, they cost PostgreSQL more to read than to store (measured).
 */
export function parametersOf<Types extends ColumnTypes>(
  types: Types,
  rows: readonly Readonly<Record<keyof Types, unknown>>[],
): [shared: string, ...columns: Buffer[]] {
  const shared: Record<string, unknown> = {};
  const columns = Object.keys(types).map((column, place) => {
    const texts = rows.map((row) => textOf(row[column]));
    const [first = null] = texts;
    if (place === 0 || texts.some((text) => text !== first)) return textArray(texts);
    if (first !== null) shared[column] = rows[0]?.[column];
    return none;
  });
  return [JSON.stringify(shared), ...columns];
}

const none = textArray([]);

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  return JSON.stringify(value);
}

/**
 * The rows again, as a query.
 *
 * @param types the same, in the same order
 * @param from the number of the first parameter
 */
export function rowsOfParameters(types: ColumnTypes, from: number): string {
  const columns = Object.entries(types);
  const record = columns.map(([column, type]) => `${column} ${type}`);
  const values = columns.map(
    ([column, type]) => `coalesce(own.${column}::${type}, shared.${column}) as ${column}`,
  );
  const arrays = columns.map((_, place) => `$${from + 1 + place}::text[]`);
  return `select ${values.join(', ')}
  from unnest(${arrays.join(', ')}) as own(${columns.map(([column]) => column).join(', ')})
    cross join jsonb_to_record($${from}::jsonb) as shared(${record.join(', ')})`;
}
