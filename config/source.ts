import { LineCounter, parseDocument } from "yaml";
import type { YAMLError } from "yaml";
import { formatPath } from "./fault";
import type { Fault } from "./fault";
import { ConfigError } from "./problem";
import type { Place, Problem } from "./problem";
import type { View } from "./view";
import { NodeFinder } from "./yaml-nodes";
import { readNodes } from "./yaml-values";
import { printable } from "./wording";

const MOST_SYNTAX_ERRORS = 10;

/** A YAML file: its values, the places of their text, and what is wrong before any schema has looked. */
export interface Source extends View {
  readonly faults: readonly Fault[];
  /** Every fault once, with its place, in the order of the file; the first `hidden` parts of paths are not told. */
  problems(faults: readonly Fault[], hidden?: number): Problem[];
}

/** Reads YAML text; throws ConfigError where it is no YAML, or not one document. */
export function readSource(text: string, file: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    schema: "core",
    // Finding duplicates is quadratic there (a minute for 1 MB); readNodes finds them too.
    uniqueKeys: false,
    logLevel: "error",
  });
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const errors = worthTelling([...document.errors, ...document.warnings]);
  if (errors.length > 0) {
    throw new ConfigError(
      errors.map((error) => ({ place: placeOf(error.pos[0]), path: "", ...explained(error) })),
    );
  }
  const read = readNodes(document.contents);
  if (read.refused !== undefined) {
    const { offset, ...finding } = read.refused;
    throw new ConfigError([{ place: placeOf(offset), path: "", ...finding }]);
  }
  const nodes = new NodeFinder(document.contents, read.anchors);
  const place = ({ path, at }: Fault): Place => placeOf(nodes.offset(path, at));
  return {
    value: read.value,
    faults: read.faults,
    toDocument: (path) => path,
    textAt: (path) => nodes.text(path),
    problems: (faults, hidden = 0) =>
      sorted(
        faults.map((fault) =>
          problemOf(
            { ...fault, path: fault.path.length > hidden ? fault.path.slice(hidden) : fault.path },
            place(fault),
          ),
        ),
      ),
  };
}

function problemOf({ path, message, cure }: Fault, place: Place): Problem {
  return { place, path: formatPath(path), message, cure };
}

function sorted(problems: readonly Problem[]): Problem[] {
  const unique = new Map<string, Problem>();
  for (const problem of problems) {
    const key = `${problem.place.line}:${problem.place.column}:${problem.message}`;
    if (!unique.has(key)) unique.set(key, problem);
  }
  return [...unique.values()].sort(
    (a, b) =>
      a.place.line - b.place.line || a.place.column - b.place.column || (a.message < b.message ? -1 : 1),
  );
}

/** A parser that gave up by exhaustion says so at every level of the nesting; once is enough. */
function worthTelling(errors: readonly YAMLError[]): readonly YAMLError[] {
  const exhausted = errors.find(({ code }) => code === "RESOURCE_EXHAUSTION");
  return exhausted === undefined ? errors.slice(0, MOST_SYNTAX_ERRORS) : [exhausted];
}

function explained({ code, message }: YAMLError): { message: string; cure: string } {
  const known: Partial<Record<YAMLError["code"], [string, string]>> = {
    MULTIPLE_DOCS: [
      "a second YAML document begins here",
      "write one document per file: take --- and what follows out",
    ],
    TAB_AS_INDENT: ["this is not YAML: a tab stands where spaces must", "indent with spaces"],
    RESOURCE_EXHAUSTION: [
      "lists or mappings are nested too deep to be read",
      "look for a bracket that is never closed",
    ],
    TAG_RESOLVE_FAILED: [`YAML tags mean nothing here (${printable(message)})`, "take the tag, !..., out"],
    BLOCK_AS_IMPLICIT_KEY: [
      "this is not YAML: a second `key: value` begins on one line",
      "put the value in quotes if it holds a colon and a space, or begin a new line",
    ],
  };
  const [what, cure] = known[code] ?? [
    `this is not YAML: ${printable(message.slice(0, 200))}`,
    "look at this place, and at brackets, quotes and indentation before it",
  ];
  return { message: what, cure };
}
