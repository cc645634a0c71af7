import { flagStanding } from "../../mesos/flag-history";
import { acceptsFlag, flagNames } from "../../mesos/flags";
import type { MesosRole } from "../../mesos/flags";
import { nearest } from "../nearest";

/** Names that people write for a flag and that are too far from it to be found by their letters. */
export const SLIPS: Readonly<Record<string, string>> = {
  isolator: "isolation",
  isolators: "isolation",
  zookeeper: "zk",
  log_level: "logging_level",
};

/** What a user may have meant by a name that is no flag of the role at this version, as a cure. */
export function meantFlag(role: MesosRole, version: string, name: string): string {
  const standing = flagStanding(role, version, name);
  if (standing.kind === "renamed") return `write ${variable(standing.to)}, as this version calls it`;
  if (standing.kind === "absent") {
    const { before, after } = standing;
    if (before === undefined) return `take it out: --${name} came with ${after ?? "a later version"}`;
    return `take it out: the last version with --${name} before this one is ${before}`;
  }
  const other: MesosRole = role === "master" ? "agent" : "master";
  if (acceptsFlag(other, version, name)) {
    return `write it under ${other}s: --${name} is a flag of the ${other}`;
  }
  const slip = Object.hasOwn(SLIPS, name) ? SLIPS[name] : undefined;
  const near =
    slip !== undefined && acceptsFlag(role, version, slip) ? slip : nearest(name, flagNames(role, version));
  return near === undefined ? "take it out" : `did you mean ${variable(near)}?`;
}

function variable(flag: string): string {
  return `MESOS_${flag.toUpperCase()}`;
}
