const MS_PER_UNIT: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  ms: 1,
  secs: 1_000,
  mins: 60_000,
  hrs: 3_600_000,
  days: 86_400_000,
  weeks: 604_800_000,
};

const BYTES_PER_UNIT: Readonly<Record<string, number>> = {
  B: 1,
  KB: 2 ** 10,
  MB: 2 ** 20,
  GB: 2 ** 30,
  TB: 2 ** 40,
};

/** Milliseconds of a duration such as `15secs` or `1.5mins`. Throws where number or unit is missing. */
export function parseDuration(text: string): number {
  const { amount, unit } = split(
    text,
    "a duration such as 15secs (ns, us, ms, secs, mins, hrs, days, weeks)",
  );
  const factor = MS_PER_UNIT[unit];
  if (factor === undefined) throw new Error(`Unknown duration unit '${unit}'`);
  return amount * factor;
}

/** Bytes of a size such as `2GB`. Throws where number or unit is missing. */
export function parseBytes(text: string): number {
  const { amount, unit } = split(text, "a size such as 2GB (B, KB, MB, GB, TB)");
  const factor = BYTES_PER_UNIT[unit];
  if (factor === undefined) throw new Error(`Unknown bytes unit '${unit}'`);
  return amount * factor;
}

/** A Mesos boolean: `true`, `1`, `false` or `0`. */
export function parseBoolean(text: string): boolean {
  if (text === "true" || text === "1") return true;
  if (text === "false" || text === "0") return false;
  throw new Error("Expecting a boolean (e.g., true or false)");
}

/** A whole number. */
export function parseInteger(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new Error(`Failed to convert '${text}' to number`);
  return Number(text);
}

/** Throws, with Mesos' reason, where `text` is no value of the flag type. */
export function checkValue(type: string, text: string): void {
  const check = checks[type];
  if (check !== undefined) check(text);
}

const checks: Readonly<Record<string, (text: string) => unknown>> = {
  bool: parseBoolean,
  int: parseInteger,
  duration: parseDuration,
  bytes: parseBytes,
  double: (text) => {
    if (text.trim() === "" || Number.isNaN(Number(text)))
      throw new Error(`Failed to convert '${text}' to number`);
  },
  json: (text) => {
    if (/^(\/|file:\/\/)/.test(text)) return;
    JSON.parse(text);
  },
};

function split(text: string, expected: string): { amount: number; unit: string } {
  const match = /^([+-]?\d+(?:\.\d+)?)([A-Za-z]+)$/.exec(text.trim());
  if (match === null) throw new Error(`Expecting ${expected}, got '${text}'`);
  return { amount: Number(match[1]), unit: match[2] ?? "" };
}
