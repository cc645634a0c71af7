import { nameRule } from "../../config/name";
import { ConfigError } from "../../config/problem";

/** A cluster's name as the user gave it. @throws ConfigError where no cluster can have it */
export function checkedName(name: string): string {
  const fault = nameRule(name);
  if (fault === undefined) return name;
  throw new ConfigError([{ place: { file: "command line", line: 0, column: 0 }, path: "", ...fault }]);
}
