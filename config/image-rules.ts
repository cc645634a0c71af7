import type { Rule } from "./fault";
import { filePathRule, processTextRule } from "./rules";
import { printable, show } from "./wording";

/** Text of an image source with `{version}` filled in. */
export function filled(text: string, version: string): string {
  return text.replaceAll("{version}", version);
}

/** What looks like a placeholder must be `{version}`. */
export const placeholderRule: Rule<string> = (text) => {
  const unknown = /\$?\{\w*\}/.exec(text.replaceAll(/(?<!\$)\{version\}/g, ""))?.[0];
  if (unknown === undefined) return processTextRule(text);
  return {
    message: `${show(text)} holds ${show(unknown)}, and only {version} is filled in`,
    cure: "write {version} where the version belongs",
  };
};

/** A path of a file or folder of this machine, in which `{version}` may stand. */
export const sourcePathRule: Rule<string> = (path) => filePathRule(path) ?? placeholderRule(path);

/** The name of an ARG of a Dockerfile. */
export const buildArgNameRule: Rule<string> = (name) => {
  if (/^[A-Za-z_]\w*$/.test(name)) return undefined;
  return {
    message: `${show(name)} is no name of an ARG: letters, digits and _, no digit first`,
    cure: `write it like ${printable(name.replace(/\W/g, "_").replace(/^(?=\d|$)/, "_"))}`,
  };
};
