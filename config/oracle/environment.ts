import { readsAdvertised } from "../../mesos/env-rules";
import { flagValueFault } from "../../mesos/flag-values";
import { acceptsFlag, flagType } from "../../mesos/flags";
import { atLeast } from "../../mesos/versions";
import type { ClusterSpec } from "../spec";
import { show } from "../wording";
import { meantFlag } from "./known-flags";
import type { ClusterRule } from "./rule";
import { nodesOf, variablesOf } from "./settings";
import type { Variable } from "./settings";

/** MESOS_ names that libmesos and executors read, though they are no flags of master or agent. */
const NO_FLAGS = ["native_java_library", "native_library", "sandbox", "directory"];

/** Types whose text the flag parser itself reads; others are looked at later, or never. */
const PARSED = ["bool", "int", "double", "duration", "bytes"];

/** How Mesos takes the environment that a user gives to masters and agents. */
export const environmentRules: readonly ClusterRule[] = [
  {
    id: "env-no-flag",
    title: "a MESOS_ variable that is no flag is ignored",
    verdict: "warn",
    fact: "master and agent pick up only variables that name a flag of theirs and ignore every other without a word",
    source: "apache/mesos 3rdparty/stout/include/stout/flags/flags.hpp",
    check: (spec) =>
      flags(spec).flatMap((given) => {
        const { node, flag } = given;
        if (acceptsFlag(node.role, node.version, flag) || isNegated(given) || NO_FLAGS.includes(flag))
          return [];
        const why = `${show(given.variable)} is no flag of ${node.role}s of Mesos ${node.version}`;
        return [{ path: given.path, at: "key", why, cure: meantFlag(node.role, node.version, flag) }];
      }),
  },
  {
    id: "env-bad-value",
    title: "a MESOS_ variable whose value its flag cannot read ends the process",
    verdict: "refuse",
    fact: "a value that cannot be parsed makes master and agent print their usage and exit, also one that Docker links or Kubernetes put there (MESOS_PORT=tcp://...)",
    source:
      "apache/mesos 3rdparty/stout/include/stout/flags/parse.hpp, src/master/main.cpp, src/slave/main.cpp",
    check: (spec) =>
      flags(spec).flatMap((given) => {
        const fault = valueFault(given);
        if (fault === undefined) return [];
        const { variable, value, path } = given;
        return [
          {
            path,
            why: `${show(value)} for ${variable} is ${fault.why}`,
            cure: fault.meant === undefined ? `write it like ${fault.example}` : `write ${fault.meant}`,
          },
        ];
      }),
  },
  {
    id: "env-registry-strict",
    title: "registry_strict ends masters from 1.0 on",
    verdict: "refuse",
    fact: "masters from 1.0 on exit when registry_strict is true: the strict registry was never finished",
    source: "apache/mesos src/master/flags.cpp, docs/upgrades.md",
    check: (spec) =>
      flags(spec).flatMap(({ node, flag, value, path, variable }) => {
        const strict =
          node.role === "master" && flag === "registry_strict" && /^(?:true|1|)$/.test(value ?? "false");
        if (!strict || !atLeast(node.version, "1.0.0-rc1")) return [];
        return [{ path, why: `${variable} for masters of Mesos ${node.version}`, cure: "take it out" }];
      }),
  },
  {
    id: "env-advertise-too-early",
    title: "no address can be advertised before 0.24",
    verdict: "warn",
    fact: "LIBPROCESS_ADVERTISE_IP and _PORT are read from 0.24 on; older processes advertise the address that they bind, whatever these say",
    source: "apache/mesos 3rdparty/libprocess/src/process.cpp",
    check: (spec) =>
      nodesOf(spec)
        .flatMap((node) => variablesOf(node, "LIBPROCESS"))
        .filter(({ flag, node }) => /^advertise_(?:ip|port)$/.test(flag) && !readsAdvertised(node.version))
        .map(({ path, variable, node }) => ({
          path,
          at: "key",
          why: `${variable} for ${node.label} of Mesos ${node.version}`,
          cure: "take it out: containers of a local cluster have addresses that everyone in it reaches",
        })),
  },
];

function flags(spec: ClusterSpec): Variable[] {
  return nodesOf(spec).flatMap((node) => variablesOf(node, "MESOS"));
}

/** `MESOS_NO-FOO=` turns a bool flag off; hardly a shell can write it. */
function isNegated({ node, flag }: Variable): boolean {
  return flag.startsWith("no-") && acceptsFlag(node.role, node.version, flag.slice("no-".length));
}

/** A secret's text is not known here; `file://` is read by Mesos itself; an empty bool means true. */
function valueFault({ node, flag, value }: Variable): ReturnType<typeof flagValueFault> {
  const type = flagType(node.role, node.version, flag);
  if (value === undefined || type === undefined || !PARSED.includes(type)) return undefined;
  if (value.startsWith("file://") || (type === "bool" && value === "")) return undefined;
  return flagValueFault(type, value);
}
