import { readFileSync } from "node:fs";
import * as path from "node:path";
import { shellVariables } from "../../plan/shell";

/** A script of ours for a host. */
export type ScriptName = "check" | "firewall" | "prepare" | "reboot" | "rebooted" | "started" | "startup";

/** Scripts stay where they are when the program is compiled: dist/components/hosts -> components/hosts. */
const folder = path.join(__dirname, "..", "..", "..", "components", "hosts", "scripts");

/** The text of these scripts, one after the other, below the values of their variables: input of a shell. */
export function script(
  names: readonly [ScriptName, ...ScriptName[]],
  variables: Readonly<Record<string, string>>,
): string {
  const texts = names.map((name) => readFileSync(path.join(folder, `${name}.sh`), "utf8"));
  return shellVariables(variables) + texts.join("");
}

/** Runs the script on standard input as the user who logs in. `words` are the script's own. */
export function asUser(...words: string[]): string {
  return ["sh", "-s", ...words].join(" ");
}

/** As root; the second word of it is what `sshPort` stands for. */
export function asRoot(...words: string[]): string {
  const shell = asUser(...words);
  return `if [ "$(id -u)" = 0 ]; then ${shell}; else sudo -n ${shell}; fi`;
}

/** A word of `asRoot`: the port at which sshd answers here, as sshd tells its sessions. */
export const sshPort = '"${SSH_CONNECTION##* }"';
