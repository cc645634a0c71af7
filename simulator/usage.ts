import type { Flags } from "./flags/flags";
import { flagNames, flagType } from "../mesos/flags";
import { SIMULATED_USER } from "./identity";

/** Text of `--help`: every flag of this version with its type. */
export function usage(binary: string, flags: Flags): string {
  const lines = flagNames(flags.role, flags.version).map((name) => {
    const type = flagType(flags.role, flags.version, name) ?? "string";
    return type === "bool" ? `  --[no-]${name}` : `  --${name}=VALUE    (${type})`;
  });
  return [`Usage: ${binary} [options]`, "", ...lines, "", `This program is ${SIMULATED_USER}.`, ""].join(
    "\n",
  );
}
