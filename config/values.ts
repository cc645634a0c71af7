import { flagText } from "./flag-values";
import type { EnvValue, Flags, FlagValue, SecretValue } from "./spec";

/** Where a secret is read, as the schema lets it pass: one of the two. */
interface SecretInput {
  readonly env?: string | undefined;
  readonly file?: string | undefined;
}

type EnvInput = string | { readonly secret: SecretInput };
type FlagInput =
  | string
  | number
  | boolean
  | { readonly file?: string | undefined; readonly secret?: SecretInput | undefined };

/** Environment values as a spec holds them; `secretAt` knows the ones whose text is secret. */
export function buildEnv(
  env: Readonly<Record<string, EnvInput>> = {},
  secretAt: (key: string) => string | undefined = () => undefined,
): Record<string, EnvValue> {
  return Object.fromEntries(
    Object.entries(env).map(([key, value]): [string, EnvValue] => {
      const known = secretAt(key);
      if (known !== undefined) return [key, { secret: { value: known } }];
      return [key, typeof value === "string" ? value : secretSource(value.secret)];
    }),
  );
}

/** Flags as a spec holds them; `secretAt` knows the ones whose value is secret. */
export function buildFlags(
  flags: Readonly<Record<string, FlagInput>> = {},
  secretAt: (key: string) => string | undefined = () => undefined,
): Flags {
  return Object.fromEntries(
    Object.entries(flags).map(([key, value]): [string, FlagValue] => {
      const known = secretAt(key);
      if (known !== undefined) return [key, { secret: { value: known } }];
      if (typeof value !== "object") return [key, flagText(value) ?? ""];
      return [key, value.secret === undefined ? { file: value.file ?? "" } : secretSource(value.secret)];
    }),
  );
}

/** Where a secret is read, as a spec holds it. */
export function secretSource({ env, file }: SecretInput): SecretValue {
  return { secret: env === undefined ? { file: file ?? "" } : { env } };
}
