import { z } from 'zod';

/** The fields that an object may have at this place of a schema, whatever the forms are that it may take; none where no object can be. */
export function knownFields(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const places = path.reduce<z.core.$ZodType[]>(
    (open, key) => open.flatMap((place) => innerOf(place, key)),
    formsOf(schema),
  );
  return [
    ...new Set(places.flatMap((place) => (place instanceof z.ZodObject ? Object.keys(place.shape) : []))),
  ];
}

function innerOf(schema: z.core.$ZodType, key: PropertyKey): z.core.$ZodType[] {
  if (schema instanceof z.ZodObject) {
    const shape: Readonly<Record<PropertyKey, z.core.$ZodType>> = schema.shape;
    return Object.hasOwn(shape, key) && shape[key] !== undefined ? formsOf(shape[key]) : [];
  }
  if (schema instanceof z.ZodArray) return formsOf(schema.element);
  return schema instanceof z.ZodRecord ? formsOf(schema.valueType) : [];
}

/** Without what is wrapped around it: each form that it may take. */
function formsOf(schema: z.core.$ZodType): z.core.$ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return formsOf(schema.unwrap());
  return schema instanceof z.ZodUnion ? schema.options.flatMap(formsOf) : [schema];
}
