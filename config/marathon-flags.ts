import {
  everyMarathonFlag,
  marathonFlagIsSecret,
  marathonFlagNames,
  marathonFlagNeighbours,
  marathonFlagType,
} from "../mesos/marathon-flags";
import type { Fault, Finding } from "./fault";
import { absenceOf } from "./flag-names";
import { flagText } from "./flag-values";
import { nearest } from "./nearest";
import { marathonVersionRule } from "./service-rules";
import { isMapping, valueAt } from "./view";
import type { View } from "./view";
import { show } from "./wording";

/** Flags that the plan sets, with what to write instead. */
export const MARATHON_RESERVED: Readonly<Record<string, string>> = {
  master: "take it out: Marathon is told where the masters' ZooKeeper is",
  zk: "take it out: Marathon's state stands in the cluster's ZooKeeper, at /marathon",
  zk_hosts: "take it out: Marathon's state stands in the cluster's ZooKeeper",
  zk_state: "take it out: Marathon's state stands in the cluster's ZooKeeper, at /marathon",
  hostname: "take it out: mesos-matrix chooses addresses",
  http_address: "take it out: mesos-matrix chooses addresses and ports",
  http_port: "take it out: mesos-matrix chooses addresses and ports",
};

/**
 * What is wrong with Marathon's flags and environment in a cluster as a user wrote it, whatever its form. Paths are the
 * document's.
 */
export function checkMarathonFlags(view: View): Fault[] {
  const marathon = valueAt(view.value, ["marathon"]);
  if (!isMapping(marathon)) return [];
  const { version, flags, env } = marathon;
  const known =
    typeof version === "string" && marathonVersionRule(version) === undefined ? version : undefined;
  const faults: Fault[] = [];
  for (const [name, value] of isMapping(flags) ? Object.entries(flags) : []) {
    const path = view.toDocument(["marathon", "flags", name]);
    const wrong = nameFinding(name, known);
    if (wrong !== undefined) faults.push({ path, at: "key", ...wrong });
    else if (known !== undefined) {
      const finding = valueFinding(known, name, value, view.textAt(["marathon", "flags", name]));
      if (finding !== undefined) faults.push({ path, at: "value", ...finding });
    }
  }
  for (const [name, value] of isMapping(env) ? Object.entries(env) : []) {
    if (!isMapping(value)) continue;
    faults.push({
      path: view.toDocument(["marathon", "env", name]),
      at: "value",
      message: `${show(name)} would stand in Marathon's environment, where docker inspect shows it: no Marathon reads a variable from a file`,
      cure: "write a flag that names a file, such as flags: { mesos_authentication_secret_file: { secret: ... } }",
    });
  }
  return faults;
}

function nameFinding(name: string, version: string | undefined): Finding | undefined {
  const reserved = Object.hasOwn(MARATHON_RESERVED, name) ? MARATHON_RESERVED[name] : undefined;
  if (reserved !== undefined) return { message: `--${name} is set by mesos-matrix itself`, cure: reserved };
  if (marathonFlagIsSecret(name)) {
    return {
      message: `--${name} holds a secret, and everybody who may list processes or containers can read an argument`,
      cure:
        name === "mesos_authentication_secret"
          ? "write mesos_authentication_secret_file: { secret: { file: PATH } }"
          : "take it out",
    };
  }
  if (version === undefined) {
    return everyMarathonFlag().includes(name)
      ? undefined
      : unknown(name, everyMarathonFlag(), "any Marathon");
  }
  if (marathonFlagType(version, name) !== undefined) return undefined;
  const off = /^disable_(.+)$/.exec(name)?.[1] ?? "";
  if (marathonFlagType(version, off) === "toggle") {
    return { message: `${show(name)} is how ${off} is turned off`, cure: `write ${off}: false` };
  }
  const { before, after } = marathonFlagNeighbours(version, name);
  if (before === undefined && after === undefined) {
    return unknown(name, marathonFlagNames(version), `Marathon ${version}`);
  }
  return {
    message: `Marathon ${version} has no flag ${show(name)}: ${absenceOf({ kind: "absent", before, after })}`,
    cure: `take it out, or take a Marathon that has it`,
  };
}

function unknown(name: string, names: readonly string[], who: string): Finding {
  const near = nearest(name, names);
  return {
    message: `${show(name)} is no flag of ${who}`,
    cure: near === undefined ? "take it out, or look at marathon --help" : `did you mean ${near}?`,
  };
}

function valueFinding(
  version: string,
  name: string,
  value: unknown,
  written: string | undefined,
): Finding | undefined {
  const type = marathonFlagType(version, name);
  const text = flagText(value);
  if (text === undefined) {
    if (!isMapping(value) || type === "string") return undefined;
    return {
      message: `--${name} names no file`,
      cure: type === "int" ? "write a number" : "write true or false",
    };
  }
  const shown = show(written ?? text);
  if (type === "int" && !/^-?\d{1,18}$/.test(text)) {
    const ms = /^(\d{1,9})\s*(?:s|secs?|seconds?)$/.exec(text)?.[1];
    return {
      message: `${shown} for --${name} is no whole number; times are in milliseconds, but for failover_timeout`,
      cure: ms === undefined ? `write ${name}: 1000` : `write ${name}: ${ms}000`,
    };
  }
  if (type !== "bool" && type !== "toggle") return undefined;
  if (text !== "true" && text !== "false")
    return { message: `${shown} for --${name} is neither true nor false`, cure: `write ${name}: true` };
  if (type === "bool" && text === "false") {
    return {
      message: `--${name} of Marathon ${version} can only be turned on`,
      cure: "take it out to leave it as it is by default",
    };
  }
  return undefined;
}
