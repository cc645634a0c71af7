import { printable } from "../../config/wording";
import { marks } from "../report/summary";
import type { Bisection } from "./bisect";

/** The answer in words, after what it rests on. */
export function bisectionText(result: Bisection): string {
  const { tested, cells } = result;
  const width = Math.max(0, ...tested.map(({ version }) => version.length));
  const rows = tested.map(({ version, verdict, run, reused, reason }) => {
    const where = run === null ? "" : `${reused ? "of the earlier run" : "run"} ${run}`;
    const why = verdict === "passed" ? "" : (reason.split("\n")[0] ?? "");
    return [marks[verdict], version.padEnd(width), verdict.padEnd(9), where, why]
      .filter(Boolean)
      .join("  ")
      .trimEnd();
  });
  const count = `${cells} ${cells === 1 ? "cell" : "cells"} ran for ${result.versions} versions`;
  return [...rows, "", ...answerLines(result), count].map(printable).join("\n");
}

function answerLines({ answer, alike, good, tested }: Bisection): string[] {
  if (answer.kind !== "found")
    return [answer.kind === "interrupted" ? "interrupted" : `no answer: ${answer.why}`];
  const { first, before, uncertain, back } = answer;
  const verdict = (version: string): string => tested.find((one) => one.version === version)?.verdict ?? "";
  const same = alike.length === 0 ? "" : ` (the same commit as ${alike.join(", ")})`;
  const change = `${verdict(good)} becomes ${verdict(first)}`;
  const flaky = uncertain.filter((version) => verdict(version) === "flaky");
  const refused = uncertain.filter((version) => verdict(version) !== "flaky");
  return [
    uncertain.length === 0
      ? `first changed version: ${first}${same}: ${change}; ${before} is the last before it`
      : `the change is after ${before} and not later than ${first}${same}: ${change}`,
    ...(flaky.length === 0
      ? []
      : [`flaky at the edge: ${flaky.join(", ")}; test them more often, with --retry`]),
    ...(refused.length === 0 ? [] : [`could not be tested: ${refused.join(", ")}`]),
    ...(back.length === 0
      ? []
      : [
          `not monotonic: after ${first} the verdict is that of ${good} again in ${back.join(", ")}, so there is more than one change`,
        ]),
  ];
}
