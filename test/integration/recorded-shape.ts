/** Every member of a JSON value as `path: type`; the members of a list count as one. */
export function shapeOf(value: unknown, path = ""): string[] {
  if (Array.isArray(value)) {
    return unique([`${path}: list`, ...value.flatMap((item) => shapeOf(item, `${path}[]`))]);
  }
  if (typeof value !== "object" || value === null)
    return [`${path}: ${value === null ? "null" : typeof value}`];
  return unique(
    Object.entries(value).flatMap(([name, member]) =>
      shapeOf(member, path === "" ? name : `${path}.${name}`),
    ),
  );
}

/** What only one of two lists of lines has, marked `-` and `+`, but for what is expected; and what is expected in vain. */
export function unexplained(
  recorded: readonly string[],
  ours: readonly string[],
  expected: Readonly<Record<string, string>>,
): string[] {
  const found = [
    ...recorded.filter((line) => !ours.includes(line)).map((line) => `- ${line}`),
    ...ours.filter((line) => !recorded.includes(line)).map((line) => `+ ${line}`),
  ];
  const stale = Object.keys(expected).filter((line) => !found.includes(line));
  return [...found.filter((line) => expected[line] === undefined), ...stale.map((line) => `stale: ${line}`)];
}

function unique(lines: readonly string[]): string[] {
  return [...new Set(lines)];
}
