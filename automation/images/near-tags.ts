import { editDistance } from "../../config/nearest";

const most = 5;

/** Those of a repository's tags that are most like one that it has not: with the longest common beginning first. */
export function nearTags(wanted: string, tags: readonly string[]): string[] {
  const ranked = tags
    .filter((tag) => tag.length <= 128)
    .map((tag) => ({ tag, common: commonBeginning(wanted, tag), distance: editDistance(wanted, tag) }))
    .sort((a, b) => b.common - a.common || a.distance - b.distance || byNumbers(b.tag, a.tag));
  return ranked.slice(0, most).map(({ tag }) => tag);
}

/** Order of tags in which 1.10 comes after 1.9. */
export function byNumbers(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

function commonBeginning(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
