import type { Finding, Rule } from "./fault";
import { nearest } from "./nearest";
import { printable, show } from "./wording";

const SCALAR = /^\d{1,15}(?:\.\d{1,15})?$/;
const RANGES = /^\[\d+-\d+(?:,\d+-\d+)*\]$/;
const SET = /^\{[^{}[\];,]+(?:,[^{}[\];,]+)*\}$/;
const NAME = /^[A-Za-z_][\w.-]*(?:\([\w.*/-]+\))?$/;

/** Names that people write for the ones Mesos knows: an agent would take them for resources of its own. */
const SLIPS: Readonly<Record<string, string>> = {
  cpu: "cpus",
  core: "cpus",
  cores: "cpus",
  memory: "mem",
  ram: "mem",
  disks: "disk",
  gpu: "gpus",
  port: "ports",
};

/**
 * The text form of an agent's `--resources`: `cpus:1;mem:512;ports:[31000-31099]`.
 * Source: docs/attributes-resources.md of Mesos; empty parts are skipped by its parser too.
 */
export const resourcesRule: Rule<string> = (text) => {
  const parts = text
    .split(";")
    .map((part) => part.replace(/\s+/g, ""))
    .filter((part) => part !== "");
  if (parts.length === 0) {
    return {
      message: `${show(text)} names no resource`,
      cure: 'write it like "cpus:1;mem:512", or leave resources out for all that the machine has',
    };
  }
  for (const part of parts) {
    const finding = resourceFault(part);
    if (finding !== undefined) return finding;
  }
  return undefined;
};

/** The name of an attribute. */
export const attributeNameRule: Rule<string> = (name) =>
  /^[A-Za-z_][\w.-]*$/.test(name)
    ? undefined
    : {
        message: `${show(name)} cannot name an attribute: letters, digits, _ . and -, a letter first`,
        cure: "write it like rack or os.release",
      };

/** The value of an attribute: text, a number, ranges or a set, as an agent's `--attributes` takes it. */
export const attributeValueRule: Rule<string> = (value) => {
  if (RANGES.test(value) || SET.test(value)) return undefined;
  if (/^[^\s;[\]{}\p{Cc}]+$/u.test(value)) return undefined;
  const guess = value.trim().replace(/[\s;[\]{}\p{Cc}]+/gu, "-");
  return {
    message:
      value === ""
        ? "the attribute has no value"
        : `${show(value)} cannot be the value of an attribute: Mesos drops spaces and splits at semicolons`,
    cure: guess === "" || guess === "-" ? "write it like rack: a" : `write ${show(guess)}`,
  };
};

function resourceFault(part: string): Finding | undefined {
  const colon = part.indexOf(":");
  if (colon < 0) {
    return {
      message: `${show(part)} has no colon between name and amount`,
      cure: part.includes("=")
        ? `write ${printable(part.replace("=", ":"))}`
        : 'write it like "cpus:1;mem:512"',
    };
  }
  const name = part.slice(0, colon);
  const value = part.slice(colon + 1);
  if (!NAME.test(name)) {
    const cause = value.includes(":") || part.includes(",") ? "; resources are parted by semicolons" : "";
    return {
      message: `${show(name)} cannot name a resource${cause}`,
      cure: 'write it like "cpus:1;mem:512"',
    };
  }
  return slip(name) ?? amountFault(name, value);
}

function slip(name: string): Finding | undefined {
  const meant = Object.hasOwn(SLIPS, name.toLowerCase()) ? SLIPS[name.toLowerCase()] : undefined;
  if (meant === undefined) return undefined;
  return {
    message: `${show(name)} is not what Mesos calls it, and no task would be offered it`,
    cure: `write ${meant}`,
  };
}

function amountFault(name: string, value: string): Finding | undefined {
  const plain = name.replace(/\(.*/, "");
  if (plain === "ports") {
    if (RANGES.test(value)) return backwards(value);
    const port = /^\[?(\d+)\]?$/.exec(value)?.[1];
    return {
      message: `${show(value)} is no list of port ranges`,
      cure: `write ports:[${port === undefined ? "31000-31099" : `${port}-${port}`}]`,
    };
  }
  if (SCALAR.test(value)) return undefined;
  if (["cpus", "mem", "disk", "gpus"].includes(plain)) {
    return {
      message: `${show(value)} is no amount of ${plain}${unitHint(plain)}`,
      cure: amountCure(plain, value),
    };
  }
  if (RANGES.test(value)) return backwards(value);
  if (SET.test(value)) return undefined;
  return {
    message: `${show(value)} is no amount: a number, ranges [1-5] or a set {a,b}`,
    cure: `write it like ${nearest(plain, ["cpus"]) ?? printable(plain)}:1`,
  };
}

function backwards(ranges: string): Finding | undefined {
  const wrong = [...ranges.matchAll(/(\d+)-(\d+)/g)].find(([, low, high]) => Number(low) > Number(high));
  if (wrong === undefined) return undefined;
  const [text, low, high] = wrong;
  return { message: `the range ${text} runs backwards`, cure: `write ${high ?? ""}-${low ?? ""}` };
}

function unitHint(name: string): string {
  return name === "mem" || name === "disk" ? ": Mesos counts megabytes and takes no unit" : "";
}

function amountCure(name: string, value: string): string {
  const [, digits, unit] = /^(\d+)\s*([kmgt])i?b?$/i.exec(value) ?? [];
  if (name !== "mem" && name !== "disk") return `write it like ${name}:1`;
  if (digits === undefined || unit === undefined) return `write it like ${name}:512`;
  const megabytes = { k: 1 / 1024, m: 1, g: 1024, t: 1024 * 1024 }[unit.toLowerCase()] ?? 1;
  return `write ${name}:${Math.max(1, Math.round(Number(digits) * megabytes))}`;
}
