import type { Log } from "../log";
import { SIMULATED_USER } from "../identity";
import { MarathonExit, marathonUsage, readMarathonFlags } from "./flags";
import { MarathonProcess } from "./run";

/** Runs the Marathon that `SIMULATED_MARATHON` names; answers what stops it, or undefined where it only printed. */
export async function runMarathon(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  log: Log,
): Promise<MarathonProcess | undefined> {
  const version = env.SIMULATED_MARATHON ?? "";
  if (!/^\d+\.\d+\.\d+/.test(version)) {
    throw new Error("SIMULATED_MARATHON is not set; set it to a release of Marathon such as 1.8.222");
  }
  if (argv.includes("--help")) {
    process.stdout.write(marathonUsage(version, SIMULATED_USER));
    return undefined;
  }
  if (argv.includes("--version")) {
    process.stdout.write(`${version}\n${SIMULATED_USER}\n`);
    return undefined;
  }
  const flags = readMarathonFlags(version, argv);
  log(`This is ${SIMULATED_USER}, in place of Marathon ${version}`);
  return MarathonProcess.start(version, flags, log, (error) => {
    process.exitCode = error.code;
    log(error.message, "E");
  });
}

/** The exit code of what ended a Marathon. */
export function exitCodeOf(error: unknown): number {
  return error instanceof MarathonExit ? error.code : 1;
}
