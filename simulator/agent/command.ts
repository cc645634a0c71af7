import { basename } from "node:path";
import type { CommandInfo } from "../wire/messages";

/** Words of a command: a line for the shell, or a program with its arguments. Throws where it names none. */
export function commandWords(command: CommandInfo | undefined): string[] {
  if (command === undefined) throw new Error("the task has no CommandInfo");
  const { value, shell = true, arguments: words } = command;
  if (value === undefined) throw new Error("CommandInfo.value is missing");
  if (shell) return ["/bin/sh", "-c", value];
  const [name = value, ...rest] = words;
  if (name === value || name === basename(value)) return [value, ...rest];
  // A program that goes by its name, such as a shell of many tools, is told the name it is to have.
  return ["/bin/bash", "-c", 'exec -a "$0" "$@"', name, value, ...rest];
}
