import { InvalidArgumentError } from "commander";
import { parseShard, type Shard } from "../run/selection";

/** Each of these reads an option's text, or says what it must be; commander then ends with usage and 2. */
export function positive(text: string): number {
  return whole(text, 1);
}

export function count(text: string): number {
  return whole(text, 0);
}

export function concurrency(text: string): number | "auto" {
  return text === "auto" ? text : positive(text);
}

export function shard(text: string): Shard {
  const found = parseShard(text);
  if (found === undefined) throw new InvalidArgumentError("it must be i/n with i from 1 to n, such as 2/3");
  return found;
}

/** An option that may stand several times. */
export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

function whole(text: string, least: number): number {
  const value = Number(text);
  if (/^\d{1,6}$/.test(text) && value >= least) return value;
  throw new InvalidArgumentError(`it must be a whole number from ${least}`);
}
