/** What a release line of Marathon was built with and asks of Mesos. */
export interface MarathonLine {
  /** Two numbers: `1.4`. */
  readonly line: string;
  /** The libmesos that it was built and shipped with, by the first release that has it; the newest stands last. */
  readonly libmesos: readonly (readonly [since: string, version: string])[];
  /** The oldest master that it works with, where Marathon declares one. */
  readonly minimum: string | undefined;
  /** The oldest master that its documentation recommends, or the one that it was built for. */
  readonly recommended: string;
  /** How a master older than `minimum` shows. */
  readonly failsBy: string | undefined;
  readonly source: string;
}

const builds = "mesosphere/marathon project/Dependencies.scala, project/build.scala, Dockerfile";
const table = "mesosphere/marathon docs/docs/mesos-compatibility.md, project/Dependencies.scala";
const check = "mesosphere/marathon src/main/scala/mesosphere/mesos/LibMesos.scala, docs/docs/exit-codes.md";
const crash =
  "it reads the version in MasterInfo and exits with code 106 (scheduler error), or 109 for its own libmesos";

const lines: readonly MarathonLine[] = [
  row("0.8", [["0.8.2", "0.22.1"]], undefined, "0.22.1", builds),
  row("0.9", [["0.9.0", "0.22.1"]], undefined, "0.22.1", builds),
  row("0.10", [["0.10.0", "0.22.1"]], undefined, "0.22.1", builds),
  row("0.11", [["0.11.0", "0.23.0"]], undefined, "0.23.0", builds),
  row("0.13", [["0.13.0", "0.25.0"]], undefined, "0.25.0", builds),
  row("0.14", [["0.14.0", "0.26.0"]], undefined, "0.26.0", builds),
  row("0.15", [["0.15.0", "0.26.0"]], undefined, "0.26.0", builds),
  row(
    "1.1",
    [
      ["1.1.0", "0.28.0"],
      ["1.1.2", "0.28.2"],
    ],
    undefined,
    "0.28.0",
    builds,
  ),
  row(
    "1.3",
    [
      ["1.3.0", "1.0.0"],
      ["1.3.3", "1.0.1"],
    ],
    "1.0.0",
    "1.0.0",
    table,
  ),
  row(
    "1.4",
    [
      ["1.4.0", "1.1.0"],
      ["1.4.12", "1.1.3"],
    ],
    "1.1.0",
    "1.2.0",
    table,
    crash,
  ),
  row(
    "1.5",
    [
      ["1.5.0", "1.2.0"],
      ["1.5.2", "1.4.0"],
    ],
    "1.1.0",
    "1.3.0",
    table,
    crash,
  ),
  row("1.6", [["1.6.0", "1.5.0"]], "1.1.0", "1.5.0", table, crash),
  row("1.7", [["1.7.0", "1.5.1"]], "1.5.0", "1.5.0", check, crash),
  row("1.8", [["1.8.0", "1.8.0"]], "1.5.0", "1.6.0", check, crash),
  row("1.9", [["1.9.0", "1.9.0"]], "1.5.0", "1.7.0", check, crash),
  row("1.10", [["1.10.0", "1.10.0"]], "1.5.0", "1.8.0", check, crash),
  // Its branch was never made: 1.11.24 is a published image of master at 9ee9f3ceb, with a 1.11 before its release.
  row("1.11", [["1.11.0", "1.11.0"]], "1.5.0", "1.9.0", check, crash),
];

/** Published images of mesosphere/marathon that cannot start. */
const knownBad: readonly { readonly version: string; readonly why: string; readonly source: string }[] = [
  {
    version: "0.15.2",
    why: "its image lacks libgcrypt, which its libmesos needs",
    source: "https://github.com/mesosphere/marathon/issues/3288",
  },
  {
    version: "1.6.322",
    why: "its image's C++ library is older than its libmesos wants (GLIBCXX not found)",
    source: "https://github.com/mesosphere/marathon/issues/6104",
  },
];

/** Every release line that is known, oldest first. Marathon 0.12, 1.0 and 1.2 never got past candidates. */
export function marathonLines(): readonly MarathonLine[] {
  return lines;
}

/** The line of a release (`1.4.12`, `v1.4`), or undefined for one that is not known. */
export function marathonLine(version: string): MarathonLine | undefined {
  const [, line] = /^v?(\d+\.\d+)(?:[.-]|$)/.exec(version) ?? [];
  return lines.find((row) => row.line === line);
}

/** The libmesos in a release of Marathon, or undefined for one that is not known. */
export function marathonLibmesos(version: string): string | undefined {
  return marathonLine(version)?.libmesos.findLast(([since]) => patchOf(version) >= patchOf(since))?.[1];
}

/** Why the published image of this very release cannot start, if it is known that it cannot. */
export function marathonKnownBad(version: string): (typeof knownBad)[number] | undefined {
  return knownBad.find((row) => row.version === version.replace(/^v/, ""));
}

function patchOf(version: string): number {
  return Number(/^v?\d+\.\d+\.(\d+)/.exec(version)?.[1] ?? Number.MAX_SAFE_INTEGER);
}

function row(
  line: string,
  libmesos: MarathonLine["libmesos"],
  minimum: string | undefined,
  recommended: string,
  source: string,
  failsBy?: string,
): MarathonLine {
  return { line, libmesos, minimum, recommended, failsBy, source };
}
