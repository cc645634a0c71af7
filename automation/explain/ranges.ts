import { allVersions } from "../../mesos/versions";

/** `in every version`, `since 1.5.0-rc1`, `until 0.21.2`, `0.23.0-rc1 to 0.28.3`, joined by commas. */
export function rangeText(ranges: readonly (readonly [first: string, last: string])[]): string {
  const oldest = allVersions()[0]?.tag;
  const newest = allVersions().at(-1)?.tag;
  return ranges
    .map(([first, last]) => {
      if (first === oldest) return last === newest ? "in every version" : `until ${last}`;
      return last === newest ? `since ${first}` : first === last ? first : `${first} to ${last}`;
    })
    .join(", ");
}
