import type { Rule } from "./fault";
import { show } from "./wording";

const SYNTAX = /^(?=\d)(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?$/;
const DAY = 24 * 60 * 60;
const MONTH = 30 * DAY;
const HOW = "write it like 30s, 2m, 1m30s or 1h";

/** Seconds of `30s`, `2m`, `1m30s` or `1h`; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const match = SYNTAX.exec(text);
  if (match === null) return undefined;
  const [hours, minutes, seconds] = match
    .slice(1)
    .map((digits) => Number((digits as string | undefined) ?? 0));
  return (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0);
}

/** A deadline: from one second to one day, always with its unit. */
export const durationRule: Rule<string> = (text) => {
  const { fault, seconds } = read(text);
  if (fault !== undefined) return fault;
  if (seconds === 0) return { message: `${show(text)} leaves no time at all`, cure: "write at least 1s" };
  if (seconds > DAY) return { message: `${show(text)} is longer than a day`, cure: "write 24h or less" };
  return undefined;
};

/** How long a cluster may live: from one minute to thirty days, always with its unit. */
export const ttlRule: Rule<string> = (text) => {
  const { fault, seconds } = read(text);
  if (fault !== undefined) return fault;
  if (seconds < 60) return { message: `${show(text)} is shorter than a minute`, cure: "write at least 1m" };
  if (seconds > MONTH)
    return { message: `${show(text)} is longer than thirty days`, cure: "write 720h or less" };
  return undefined;
};

function read(text: string): { readonly fault: ReturnType<Rule<string>>; readonly seconds: number } {
  const seconds = parseDuration(text);
  if (seconds !== undefined) return { fault: undefined, seconds };
  if (/^\d{1,6}$/.test(text)) {
    const fault = {
      message: `${show(text)} has no unit`,
      cure: `write ${text}s for seconds or ${text}m for minutes`,
    };
    return { fault, seconds: 0 };
  }
  const guess = guessed(text);
  const cure = guess === undefined ? HOW : `write ${guess}`;
  const message = `${show(text)} is no time: whole hours, minutes and seconds, in this order`;
  return { fault: { message, cure }, seconds: 0 };
}

/** `2 minutes` -> `2m`, `90 Sec` -> `90s`, `1.5h` -> `1h30m`. */
function guessed(text: string): string | undefined {
  const half = /^(\d{1,6})\.5h$/.exec(text);
  if (half !== null) return `${half[1] ?? ""}h30m`;
  const short = text
    .slice(0, 100)
    .toLowerCase()
    .replace(/\s+|,|and/g, "")
    .replace(/(\d)(?:hours?|hrs?)/g, "$1h")
    .replace(/(\d)(?:minutes?|mins?)/g, "$1m")
    .replace(/(\d)(?:seconds?|secs?)/g, "$1s");
  return short !== text && SYNTAX.test(short) ? short : undefined;
}
