import { atLeast, inRange } from "./versions";
import type { Fact } from "./fact";

/** How master and agent take their environment, in a range of versions. */
export interface EnvRule extends Fact {
  readonly range: readonly [first: string, last: string];
}

const stout = "apache/mesos 3rdparty/stout/include/stout/flags/flags.hpp";
const parse = "apache/mesos 3rdparty/stout/include/stout/flags/parse.hpp";
const fetch = "apache/mesos 3rdparty/stout/include/stout/flags/fetch.hpp";
const process = "apache/mesos 3rdparty/libprocess/src/process.cpp";
const OLDEST = "0.20.0-rc1";
const NEWEST = "master";

const rules = {
  unknown: rule([OLDEST, NEWEST], "a variable MESOS_X that names no flag is ignored without a word", stout),
  version: rule(
    [OLDEST, NEWEST],
    "version and help are flags of type bool: MESOS_VERSION=1.7.1 cannot be parsed and ends the process, MESOS_VERSION=true prints the version and ends it",
    parse,
  ),
  anyCase: rule(
    [OLDEST, NEWEST],
    "MESOS_FOO and MESOS_foo are one variable; an empty bool means true",
    stout,
  ),
  duplicateFatal: rule(
    [OLDEST, "1.0.1"],
    "a flag in the environment and on the command line ends the process",
    stout,
  ),
  commandLineWins: rule(
    ["1.0.2-rc1", NEWEST],
    "of a flag in the environment and on the command line, the command line's counts",
    stout,
  ),
  aliasFatal: rule(
    ["1.0.0-rc1", NEWEST],
    "a flag and its deprecated alias together end the process; the alias alone works and is warned of in the log",
    stout,
  ),
  fileUrlJson: rule(
    [OLDEST, "0.21.2"],
    "file:///path as a value is read by flags of JSON, zk and master only",
    "apache/mesos 3rdparty/libprocess/3rdparty/stout/include/stout/flags/parse.hpp",
  ),
  fileUrl: rule(
    ["0.22.0-rc1", NEWEST],
    "file:///path as a value is read by every flag but those of a path",
    fetch,
  ),
  portTaken: rule(
    [OLDEST, NEWEST],
    "master and agent overwrite LIBPROCESS_PORT by their port always, LIBPROCESS_IP by their ip where it is given",
    "apache/mesos src/master/main.cpp, src/slave/main.cpp",
  ),
  advertise: rule(["0.24.0-rc1", NEWEST], "LIBPROCESS_ADVERTISE_IP and _PORT are read", process),
  inherited: rule(
    [OLDEST, "0.28.3"],
    "executors inherit the whole environment of their agent",
    "apache/mesos docs/upgrades.md",
  ),
  notInherited: rule(
    ["1.0.0-rc1", NEWEST],
    "executors inherit nothing of their agent's environment but what executor_environment_variables names",
    "apache/mesos docs/upgrades.md",
  ),
  strictRegistry: rule(
    ["1.0.0-rc1", NEWEST],
    "registry_strict=true ends the master",
    "apache/mesos src/master/flags.cpp, docs/upgrades.md",
  ),
  sslOld: rule(["0.23.0-rc1", "0.28.3"], "TLS is set by SSL_*", "apache/mesos docs/ssl.md"),
  sslNew: rule(
    ["1.0.0-rc1", NEWEST],
    "TLS is set by LIBPROCESS_SSL_*; SSL_* are still read, and give way",
    "apache/mesos docs/ssl.md",
  ),
} as const satisfies Record<string, EnvRule>;

/** What holds for the environment of a master or agent of this version. */
export function envRules(version: string): readonly EnvRule[] {
  return Object.values(rules).filter(({ range }) => inRange(version, range));
}

/** Every rule of every version. */
export function everyEnvRule(): readonly EnvRule[] {
  return Object.values(rules);
}

/** Whether a flag in the environment and on the command line is fatal rather than decided by the command line. */
export function duplicateFlagIsFatal(version: string): boolean {
  return inRange(version, rules.duplicateFatal.range);
}

/** Whether LIBPROCESS_ADVERTISE_IP and _PORT are read. */
export function readsAdvertised(version: string): boolean {
  return atLeast(version, rules.advertise.range[0]);
}

function rule(range: EnvRule["range"], fact: string, source: string): EnvRule {
  return { range, fact, source };
}
