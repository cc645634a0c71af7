import type { Finding, Rule } from "./fault";
import { show } from "./wording";

/** The name of an environment variable. */
export const envNameRule: Rule<string> = (name) => {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return undefined;
  const guess = name.replace(/[^A-Za-z0-9_]+/g, "_").replace(/^(?=\d)/, "_");
  return {
    message: `${show(name)} cannot name an environment variable: letters, digits and _, not a digit first`,
    cure:
      guess.length > 60 || guess === "_" || guess === ""
        ? "write it like MESOS_LOGGING_LEVEL"
        : `write ${guess}`,
  };
};

/** A variable for a master or an agent. */
export const mesosEnvNameRule: Rule<string> = (name) =>
  envNameRule(name) ?? fatalForMesos(name, "the process");

/**
 * A variable for a Marathon. How MARATHON_X becomes --x differs between its versions, some of which expand the value
 * in a shell, so flags are given by argv only.
 */
export const marathonEnvNameRule: Rule<string> = (name) => {
  const flag = /^MARATHON_(?:CMD_)?(\w+)$/i.exec(name)?.[1]?.toLowerCase();
  if (flag !== undefined) {
    return {
      message: `${show(name)} is read by some versions of Marathon only, and differently`,
      cure: `write flags: { ${flag}: ... } instead`,
    };
  }
  return envNameRule(name) ?? fatalForMesos(name, "the libmesos in Marathon");
};

/** A variable for the test command. */
export const testEnvNameRule: Rule<string> = (name) => {
  if (name.startsWith("MESOS_MATRIX_")) {
    return {
      message: `${show(name)} is one of the names that mesos-matrix itself gives the test command`,
      cure: "take a name that does not begin with MESOS_MATRIX_",
    };
  }
  return envNameRule(name) ?? fatalForMesos(name, "a framework that uses libmesos");
};

/**
 * Mesos reads MESOS_<FLAG> in any case. `version` and `help` are boolean flags at every tag, so a value makes the
 * flag parser fail or the process print and exit (stout/flags.hpp).
 */
function fatalForMesos(name: string, who: string): Finding | undefined {
  const flag = /^MESOS_(VERSION|HELP)$/i.exec(name)?.[1]?.toLowerCase();
  if (flag === undefined) return undefined;
  return {
    message: `${show(name)} is fatal: Mesos reads it as the flag --${flag}, and ${who} exits at once`,
    cure:
      flag === "version"
        ? "take it out (masters and agents get their version from `version:`), or use a name such as MY_MESOS_VERSION"
        : "take it out, or use another name",
  };
}
