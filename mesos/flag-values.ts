/** Why a text is no value of a flag's type, and what was probably meant. */
export interface ValueFault {
  /** Completes "... is": `no time: a number with its unit (ns, us, ms, secs, mins, hrs, days, weeks)`. */
  readonly why: string;
  /** The value in the spelling that Mesos reads, if it can be told. */
  readonly meant: string | undefined;
  /** A value of the type. */
  readonly example: string;
}

const DURATION = /^(\d+(?:\.\d+)?)(ns|us|ms|secs|mins|hrs|days|weeks)$/;
const BYTES = /^(\d{1,18})(B|KB|MB|GB|TB)$/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

const UNITS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    ns: ["nanos", "nanoseconds"],
    us: ["micros", "microseconds"],
    ms: ["msec", "msecs", "millis", "milliseconds"],
    secs: ["s", "sec", "second", "seconds"],
    mins: ["m", "min", "minute", "minutes"],
    hrs: ["h", "hr", "hour", "hours"],
    days: ["d", "day"],
    weeks: ["w", "week"],
  }).flatMap(([unit, others]) => [unit, ...others].map((other) => [other, unit])),
);

const SMALLER = { KB: "B", MB: "KB", GB: "MB", TB: "GB" } as const;

const checks: Readonly<Record<string, (text: string) => ValueFault | undefined>> = {
  bool: (text) =>
    /^(?:true|false|1|0)$/.test(text)
      ? undefined
      : { why: "neither true nor false", meant: meantBoolean(text), example: "true" },
  int: (text) =>
    /^[+-]?\d{1,19}$/.test(text)
      ? undefined
      : { why: "no whole number", meant: /^\d{1,9}\.0+$/.exec(text)?.[0].split(".")[0], example: "3" },
  double: (text) => (NUMBER.test(text) ? undefined : { why: "no number", meant: undefined, example: "0.5" }),
  duration: (text) =>
    DURATION.test(text)
      ? undefined
      : {
          why: "no time as Mesos reads it: a number with its unit (ns, us, ms, secs, mins, hrs, days, weeks)",
          meant: meantDuration(text),
          example: "10secs",
        },
  bytes: (text) =>
    BYTES.test(text)
      ? undefined
      : {
          why: "no size as Mesos reads it: a whole number with its unit (B, KB, MB, GB, TB)",
          meant: meantBytes(text),
          example: "2GB",
        },
  "int-list": (text) =>
    /^\d{1,9}(?:,\d{1,9})*$/.test(text)
      ? undefined
      : { why: "no list of whole numbers", meant: undefined, example: '"0,1"' },
  json: (text) =>
    isPath(text) || isJson(text)
      ? undefined
      : {
          why: "neither JSON nor the path of a file with JSON",
          meant: undefined,
          example: `'{"key": "value"}'`,
        },
  path: (text) =>
    isPath(text)
      ? undefined
      : { why: "no absolute path of a file in the container", meant: undefined, example: "/etc/file" },
};

/**
 * Whether `text` is a value of a flag type of data/flags.json; undefined where it is. Durations, sizes, booleans as
 * stout's duration.hpp, bytes.hpp and flags/parse.hpp read them.
 */
export function flagValueFault(type: string, text: string): ValueFault | undefined {
  return Object.hasOwn(checks, type) ? checks[type]?.(text) : undefined;
}

function isPath(text: string): boolean {
  return /^(?:file:\/\/)?\/./.test(text);
}

function isJson(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null;
  } catch {
    return false;
  }
}

function meantBoolean(text: string): string | undefined {
  const word = text.toLowerCase();
  if (["true", "yes", "on", "y"].includes(word)) return "true";
  return ["false", "no", "off", "n"].includes(word) ? "false" : undefined;
}

function meantDuration(text: string): string | undefined {
  const [, amount, word = ""] = /^(\d{1,12}(?:\.\d{1,9})?)\s*([A-Za-z]*)$/.exec(text.trim()) ?? [];
  if (amount === undefined) return undefined;
  if (word === "") return `${amount}secs`;
  const unit = Object.hasOwn(UNITS, word.toLowerCase()) ? UNITS[word.toLowerCase()] : undefined;
  return unit === undefined ? undefined : `${amount}${unit}`;
}

function meantBytes(text: string): string | undefined {
  const [, amount, letter = ""] = /^(\d{1,9}(?:\.\d{1,3})?)\s*([KMGT]?)i?B?$/i.exec(text.trim()) ?? [];
  // A bare number may be anything: Mesos counts memory in MB elsewhere, and most others in bytes.
  if (amount === undefined || /^[\d.]+$/.test(text.trim())) return undefined;
  const unit = `${letter.toUpperCase()}B`;
  if (!amount.includes(".")) return `${amount}${unit}`;
  const smaller = Number(amount) * 1024;
  return unit in SMALLER && Number.isInteger(smaller)
    ? `${smaller}${SMALLER[unit as keyof typeof SMALLER]}`
    : undefined;
}
