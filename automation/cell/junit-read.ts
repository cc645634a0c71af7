import { SaxesParser, type SaxesTagPlain } from "saxes";
import type { TestCase } from "../report/run-report";
import { clip } from "../report/text";

const longestName = 300;
const longestMessage = 500;
const longestDetail = 4000;

const outcomes: Readonly<Record<string, TestCase["outcome"]>> = {
  failure: "failed",
  error: "error",
  skipped: "skipped",
};

/**
 * The test cases of a JUnit file, as Ant, Maven, Gradle, pytest, Go and JavaScript's tools write it: `testcase`
 * elements in `testsuite` ones, however these are nested. Entities of a document's own are not followed.
 * @throws Error where it is no well-formed XML, or of another kind
 */
export function readJunit(bytes: Uint8Array): TestCase[] {
  const cases: TestCase[] = [];
  const suites: string[] = [];
  let root: string | undefined;
  let current: { -readonly [Key in keyof TestCase]: TestCase[Key] } | undefined;
  let inside: string | undefined;
  const parser = new SaxesParser<{ xmlns: false }>({ xmlns: false });
  parser.on("error", (error) => {
    throw new Error(`is no well-formed XML (${error.message})`);
  });
  parser.on("opentag", ({ name, attributes }: SaxesTagPlain) => {
    root ??= name;
    if (root !== "testsuites" && root !== "testsuite")
      throw new Error(`is no JUnit file: its root is ${clip(name, 60)}, not testsuites or testsuite`);
    const { [name]: outcome } = outcomes;
    if (name === "testsuite") suites.push(clip(attributes.name ?? "", longestName));
    else if (name === "testcase") {
      current = {
        suite: suites.at(-1) ?? "",
        classname: clip(attributes.classname ?? "", longestName),
        name: clip(attributes.name ?? "", longestName),
        outcome: "passed",
        seconds: secondsIn(attributes.time),
        message: "",
        detail: "",
      };
    } else if (current !== undefined && outcome !== undefined) {
      inside = name;
      current.outcome = outcome;
      current.message = clip(attributes.message ?? attributes.type ?? "", longestMessage);
    }
  });
  const text = (piece: string): void => {
    if (current === undefined || inside === undefined) return;
    current.detail = clip(current.detail + piece, longestDetail);
  };
  parser.on("text", text);
  parser.on("cdata", text);
  parser.on("closetag", ({ name }) => {
    if (name === inside) inside = undefined;
    if (name === "testsuite") suites.pop();
    if (name !== "testcase" || current === undefined) return;
    cases.push({ ...current, detail: current.detail.trim() });
    current = undefined;
  });
  parser.write(decoded(bytes)).close();
  return cases;
}

/** XML says in its first line how it is encoded; without a word it is UTF-8. */
function decoded(bytes: Uint8Array): string {
  const start = Buffer.from(bytes.subarray(0, 200)).toString("latin1");
  const label = /^<\?xml[^>]*\sencoding=["']([\w.:-]+)["']/.exec(start)?.[1] ?? "utf-8";
  try {
    return new TextDecoder(label).decode(bytes);
  } catch (error) {
    throw new Error(`is in the encoding ${label}, which is not known here`, { cause: error });
  }
}

/** `1.5`, or `1,234.5` as some tools write it; anything else counts as no time. */
function secondsIn(text = ""): number {
  const seconds = Number(text.replaceAll(",", ""));
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 0;
}
