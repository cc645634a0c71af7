import { readFileSync } from "node:fs";
import type { ClusterSpec, EnvValue, SecretValue } from "../config/spec";
import { secretName } from "../plan/environment";
import { PreconditionError } from "./precondition";

/** Values of all secrets of a cluster's spec, by the names that its plan uses. */
export function clusterSecrets(spec: ClusterSpec): Record<string, string> {
  return Object.fromEntries([
    ...secretsOf(spec.masters.env, "masters"),
    ...spec.agents.flatMap((group, g) => secretsOf(group.env, `agents[${g}]`)),
  ]);
}

/** The plain value: a secret's is read from where the spec says. The caller must not print it. */
export function plainValue(value: EnvValue, where: string): string {
  return typeof value === "string" ? value : secretValue(value, where);
}

function secretsOf(env: Readonly<Record<string, EnvValue>>, owner: string): [string, string][] {
  const secrets: [string, string][] = [];
  for (const [name, value] of Object.entries(env)) {
    if (typeof value === "string") continue;
    secrets.push([secretName(owner, name), secretValue(value, `${owner}.env.${name}`)]);
  }
  return secrets;
}

function secretValue({ secret }: SecretValue, where: string): string {
  if ("value" in secret) return secret.value;
  if ("env" in secret) {
    const value = process.env[secret.env];
    if (value !== undefined && value !== "") return value;
    throw new PreconditionError(
      `${where}: the environment variable ${secret.env} is not set; export it first`,
    );
  }
  try {
    return readFileSync(secret.file, "utf8").replace(/\r?\n$/, "");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new PreconditionError(`${where}: the secret's file cannot be read (${why})`, { cause: error });
  }
}
