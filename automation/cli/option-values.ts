import { InvalidArgumentError } from "commander";
import { durationRule, parseDuration, ttlRule } from "../../config/duration";
import type { Rule } from "../../config/fault";
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

/** Seconds of `30s`, `5m`. */
export function duration(text: string): number {
  return seconds(text, durationRule);
}

/** Seconds that a cluster may live. */
export function ttl(text: string): number {
  return seconds(text, ttlRule);
}

/** A URL that `pulumi login` takes. */
export function backend(text: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\/\S+$/.test(text)) return text;
  throw new InvalidArgumentError(
    "it must be a URL such as file:///var/lib/pulumi, s3://bucket or https://api.pulumi.com",
  );
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

function seconds(text: string, rule: Rule<string>): number {
  const fault = rule(text);
  if (fault === undefined) return parseDuration(text) ?? 0;
  throw new InvalidArgumentError(`${fault.message}; ${fault.cure}`);
}
