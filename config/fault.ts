import { printable } from "./wording";

/** Where a value stands: keys and indexes from the root of a document or of a part of it. */
export type Path = readonly (string | number)[];

/** A rule that a value breaks, and what to write instead. */
export interface Finding {
  readonly message: string;
  readonly cure: string;
}

/** A finding at its place. */
export interface Fault extends Finding {
  readonly path: Path;
  /** Which part of `key: value` is at fault. */
  readonly at: "key" | "value";
}

/** Looks at one value; undefined means it is fine. */
export type Rule<T> = (value: T) => Finding | undefined;

/** `agents[0].env.PATH`; a key that could be misread stands in quotes: `cluster["a b"]`. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    if (!/^[\w:*-]+$/.test(part)) return `${text}[${printable(JSON.stringify(part.slice(0, 60)))}]`;
    return text === "" ? part : `${text}.${part}`;
  }, "");
}
