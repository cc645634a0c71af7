import { readFileSync } from "node:fs";
import type { MesosRole } from "../mesos/flags";
import { atLeast, type MesosVersion } from "../mesos/versions";
import { hasAgentBinary } from "../mesos/wire";
import { AgentProcess } from "./agent/run";
import { FatalError } from "./fatal";
import { Flags } from "./flags/flags";
import { FlagError, loadFlags } from "./flags/load";
import { SIMULATED_USER, simulatedVersion } from "./identity";
import { stderrLog, type Log } from "./log";
import { loggedToFile } from "./log-file";
import { exitCodeOf, runMarathon } from "./marathon/main";
import { MasterProcess } from "./master/run";
import { usage } from "./usage";

/** Exit codes of a process that a signal ended, as a shell and Docker count them. */
const SIGNAL_CODES = { SIGTERM: 143, SIGINT: 130 } as const;

const ROLES: Readonly<Record<string, MesosRole>> = {
  "mesos-master": "master",
  "mesos-agent": "agent",
  "mesos-slave": "agent",
};

interface Running {
  stop(): void | Promise<void>;
}

/** Runs the binary named by the first word until it fails or is signalled. */
async function main(
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const [binary = "", ...argv] = words;
  try {
    if (binary === "marathon") {
      const log = stderrLog("marathon");
      const starting = runMarathon(argv, env, log);
      stopOnSignal(starting, log);
      await starting;
      return;
    }
    const version = simulatedVersion(env);
    const role = roleOf(binary, version);
    const flags = readFlags(role, version, argv, env);
    if (flags.boolean(false, "help")) return void process.stdout.write(usage(binary, flags));
    if (flags.boolean(false, "version")) {
      process.stdout.write(`mesos ${version.reports}\n${SIMULATED_USER} (tag ${version.tag})\n`);
      return;
    }
    await run(role, version, flags, env);
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    const why = error instanceof Error ? error.message : String(error);
    const hint =
      error instanceof FlagError ? `\nSee \`${binary} --help\` for a list of supported flags.` : "";
    process.stderr.write(`${why}${hint}\n`);
  }
}

async function run(
  role: MesosRole,
  version: MesosVersion,
  flags: Flags,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const log = loggedToFile(stderrLog(role), role, flags);
  log(`This is ${SIMULATED_USER}, in place of Mesos ${version.tag}`);
  const fail = (error: FatalError): void => {
    process.exitCode = 1;
    log(error.message, "E");
  };
  warnOfLaxity(flags, log);
  const starting: Promise<Running> =
    role === "master"
      ? MasterProcess.start(version, flags, env, log, fail)
      : AgentProcess.start(version, flags, env, log, fail);
  stopOnSignal(starting, log);
  await starting;
}

/** Before it is up too: as the first process of a container it would not hear a signal that it has no handler for. */
function stopOnSignal(starting: Promise<Running | undefined>, log: Log): void {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      log(`Received ${signal}`, "W");
      process.exitCode = SIGNAL_CODES[signal];
      starting.then((running) => running?.stop()).catch(() => undefined);
    });
  }
}

/** Flags that the real binary would enforce: whoever relies on them should know. */
function warnOfLaxity(flags: Flags, log: Log): void {
  for (const [name, value] of Object.entries(flags.all())) {
    if (/^authenticate(_|$)/.test(name) && value === "true" && flags.isGiven(name)) {
      log(`--${name} is accepted but not enforced: authentication is not simulated`, "W");
    }
  }
}

function roleOf(binary: string, version: MesosVersion): MesosRole {
  const role = ROLES[binary];
  if (role === undefined) {
    throw new Error(`'${binary}' is no program of Mesos; use ${Object.keys(ROLES).join(", ")} or marathon`);
  }
  if (binary === "mesos-agent" && !hasAgentBinary(version.tag)) {
    throw new Error(`mesos-agent does not exist in Mesos ${version.tag}; use mesos-slave before 1.0`);
  }
  return role;
}

function readFlags(
  role: MesosRole,
  version: MesosVersion,
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Flags {
  const { given, warnings } = loadFlags({ role, version: version.tag, argv, env });
  const log = stderrLog(role);
  for (const warning of warnings) log(warning, "W");
  const read = new Map([...given].map(([name, value]) => [name, contentOf(name, value, version.tag)]));
  return new Flags(role, version.tag, read);
}

/** `file:///path` stands for the file's content: for any flag from 0.22 on, for zk and master before. */
function contentOf(name: string, value: string, tag: string): string {
  const always = name === "zk" || name === "master";
  if (!value.startsWith("file://") || PATHS.has(name) || (!always && !atLeast(tag, "0.22.0-rc1")))
    return value;
  return readFileSync(value.slice("file://".length), "utf8").trim();
}

/** Flags whose value is a path, not content. */
const PATHS = new Set([
  "credentials",
  "credential",
  "http_credentials",
  "whitelist",
  "executor_secret_key",
  "jwt_secret_key",
]);

void main(process.argv.slice(2), process.env);
