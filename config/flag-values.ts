import { flagFileForm, flagFileIsSecret } from "../mesos/flag-files";
import { flagStanding } from "../mesos/flag-history";
import { flagType } from "../mesos/flags";
import { flagValueFault } from "../mesos/flag-values";
import { atLeast } from "../mesos/versions";
import type { Finding } from "./fault";
import type { FlagTaker } from "./flag-names";
import { takerName } from "./flag-names";
import { isMapping } from "./view";
import { printable, show } from "./wording";

/** The text that Mesos reads, of a flag's value as YAML gives it; undefined for a file, a secret or nonsense. */
export function flagText(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : undefined;
}

/**
 * What is wrong with a flag's value for the takers that know the flag.
 * @param typed what the user typed, where YAML made a number of it
 */
export function flagValueFinding(
  name: string,
  value: unknown,
  typed: string | undefined,
  takers: readonly FlagTaker[],
): Finding | undefined {
  const knowing = takers.filter(({ role, version }) => flagStanding(role, version, name).kind === "known");
  const text = flagText(value);
  if (text === undefined) return isMapping(value) ? fileFinding(name, knowing) : undefined;
  if (typeof value === "number" && typed !== undefined && typed !== text) {
    return {
      message: `${printable(typed.slice(0, 60))} is a number, which YAML reads as ${text}`,
      cure: `put it in quotes: ${name}: ${printable(JSON.stringify(typed.slice(0, 60)))}`,
    };
  }
  for (const taker of knowing) {
    const finding = textFinding(name, text, taker);
    if (finding !== undefined) return finding;
  }
  return undefined;
}

function textFinding(name: string, text: string, taker: FlagTaker): Finding | undefined {
  const { role, version } = taker;
  if (name === "registry_strict" && /^(?:true|1|)$/.test(text) && atLeast(version, "1.0.0-rc1")) {
    return { message: `registry_strict: true makes ${takerName(taker)} exit`, cure: "take it out" };
  }
  const form = flagFileForm(role, version, name);
  const type = form === "path" ? "path" : (flagType(role, version, name) ?? "string");
  if (name === "whitelist" && text === "*" && flagType(role, version, name) === "string") return undefined;
  const fault = flagValueFault(type, text);
  if (fault === undefined) return undefined;
  // Whoever writes a password where its file belongs must not find it in a log.
  const shown = flagFileIsSecret(name) ? "the value" : show(text);
  const message = `${shown} is ${fault.why}, which --${name} wants`;
  const isName = !flagFileIsSecret(name) && /^[\w./@-]+$/.test(text);
  if (form === "path" || (form === "url" && isName)) {
    const cure = `write ${name}: { file: ${isName ? text.slice(0, 60) : "PATH"} } for a file of this machine`;
    return { message, cure };
  }
  return { message, cure: `write ${name}: ${fault.meant ?? fault.example}` };
}

function fileFinding(name: string, knowing: readonly FlagTaker[]): Finding | undefined {
  const deaf = knowing.find(({ role, version }) => flagFileForm(role, version, name) === undefined);
  if (deaf === undefined) return undefined;
  const type = flagType(deaf.role, deaf.version, name) ?? "string";
  const example = flagValueFault(type, "")?.example ?? "some text";
  return {
    message: `--${name} takes its value itself, not a file with it`,
    cure: `write the value, such as ${name}: ${example}`,
  };
}
