import { isDeepStrictEqual } from "node:util";

/** Whether two plain values say the same: the order of keys does not count, nor whether an undefined one is written. */
export function same(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(written(one), written(other));
}

/** As a state keeps it. */
function written(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
