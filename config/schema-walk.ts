import { z } from "zod";
import type { Path } from "./fault";

/**
 * The schemas that may hold the value at `path` below `schema`: several where a union leaves it open, none where no
 * such place exists.
 */
export function schemasAt(schema: z.ZodType, path: Path): z.ZodType[] {
  const bare = unwrap(schema);
  const [head, ...rest] = path;
  if (head === undefined) return [bare];
  if (bare instanceof z.ZodUnion) return branches(bare).flatMap((branch) => schemasAt(branch, path));
  const child = childOf(bare, head);
  return child === undefined ? [] : schemasAt(child, rest);
}

/** The keys that a mapping under `schema` may have, in the order of the schema. */
export function keysOf(schema: z.ZodType): string[] {
  const bare = unwrap(schema);
  if (bare instanceof z.ZodUnion) return branches(bare).flatMap(keysOf);
  return bare instanceof z.ZodObject ? Object.keys(bare.shape) : [];
}

/** Whether `schema` takes text or a number, alone or among other things. */
export function takesScalar(schema: z.ZodType): boolean {
  const bare = unwrap(schema);
  if (bare instanceof z.ZodUnion) return branches(bare).some(takesScalar);
  return bare instanceof z.ZodString || bare instanceof z.ZodNumber;
}

/** The paths at which `schema` has a key, with 0 for every index; records have none. */
export function pathsIn(schema: z.ZodType): Path[] {
  const bare = unwrap(schema);
  if (bare instanceof z.ZodUnion) return branches(bare).flatMap(pathsIn);
  if (bare instanceof z.ZodArray) return pathsIn(bare.element as z.ZodType).map((path) => [0, ...path]);
  if (!(bare instanceof z.ZodObject)) return [];
  return Object.entries(bare.shape as Record<string, z.ZodType>).flatMap(([key, child]) => [
    [key],
    ...pathsIn(child).map((path) => [key, ...path]),
  ]);
}

function unwrap(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional ? unwrap(schema.unwrap() as z.ZodType) : schema;
}

function branches(union: z.ZodUnion): z.ZodType[] {
  return union.options as z.ZodType[];
}

function childOf(schema: z.ZodType, key: string | number): z.ZodType | undefined {
  if (schema instanceof z.ZodObject) {
    const shape = schema.shape as Record<string, z.ZodType>;
    return Object.hasOwn(shape, key) ? shape[key] : undefined;
  }
  if (schema instanceof z.ZodArray)
    return typeof key === "number" ? (schema.element as z.ZodType) : undefined;
  if (schema instanceof z.ZodRecord)
    return typeof key === "string" ? (schema.valueType as z.ZodType) : undefined;
  return undefined;
}
