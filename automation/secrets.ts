import { readFileSync } from "node:fs";
import type { ClusterSpec, EnvValue, FileValue, SecretValue, TestSpec } from "../config/spec";
import { credentialsFor, CredentialsError } from "../mesos/credentials";
import { credentialsIn } from "../mesos/flag-files";
import { secretName } from "../plan/environment";
import { marathonFiles } from "../plan/marathon";
import { flagFiles, type FlagFile } from "../plan/user-flags";
import { PreconditionError } from "./precondition";

/** Values of all secrets of a cluster's spec, by the names that its plan uses. */
export function clusterSecrets(spec: ClusterSpec): Record<string, string> {
  return Object.fromEntries([
    ...secretsOf(spec.masters.env, "masters"),
    ...spec.agents.flatMap((group, g) => secretsOf(group.env, `agents[${g}]`)),
    ...contentsOf(flagFiles(spec).filter(({ secret }) => secret)),
    ...marathonContents(spec, true),
  ]);
}

/** Contents of the other files that flags name, by the names that the plan uses. */
export function clusterFiles(spec: ClusterSpec): Record<string, string> {
  return Object.fromEntries([
    ...contentsOf(flagFiles(spec).filter(({ secret }) => !secret)),
    ...marathonContents(spec, false),
  ]);
}

/** Values of the secrets in a test's environment. @throws PreconditionError where one is not there */
export function testSecrets(test: TestSpec): string[] {
  return secretsOf(test.env, "test").map(([, value]) => value);
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

function contentsOf(files: readonly FlagFile[]): [string, string][] {
  return files.map((file) => [file.name, contentOf(file)]);
}

/** Marathon reads a file as it is: a line's end would be a part of the secret. */
function marathonContents({ marathon }: ClusterSpec, secret: boolean): [string, string][] {
  return marathonFiles(marathon)
    .filter((file) => file.secret === secret)
    .map(({ name, source }) => {
      const text = sourceText(source, name);
      return [name, secret ? text.replace(/\r?\n$/, "") : text];
    });
}

/** Credentials are written anew in the format that the version reads; every other file stays as it is. */
function contentOf({ name, flag, version, source }: FlagFile): string {
  const text = sourceText(source, name);
  const count = credentialsIn(flag);
  if (count === undefined) return text;
  try {
    return credentialsFor(version, count, text);
  } catch (error) {
    if (!(error instanceof CredentialsError)) throw error;
    const cure =
      'write {"credentials": [{"principal": ..., "secret": ...}]}, or lines of a principal and a secret';
    throw new PreconditionError(`${name}: ${error.message}; ${cure}`, { cause: error });
  }
}

function sourceText(source: FileValue | SecretValue, where: string): string {
  if ("file" in source) return fileText(source.file, where);
  return "file" in source.secret ? fileText(source.secret.file, where) : secretValue(source, where);
}

function fileText(file: string, where: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(file));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new PreconditionError(`${where}: the file ${file} cannot be read as text (${why})`, {
      cause: error,
    });
  }
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
