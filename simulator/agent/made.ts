import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Resource, Resources } from "../resources/resources";
import { isObject } from "../wire/json";

/** What operations made of the agent's resources, from its last life. It outlives the agent's id. Source: src/slave/paths.cpp. */
export function recoverMade(workDir: string): Resources {
  const file = storedAt(workDir);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Resources) : [];
}

/** Stores it, makes folders for volumes that are new and removes those of volumes that are gone. */
export function keepMade(workDir: string, resources: Resources): void {
  const wanted = resources.flatMap((resource) => volumePath(workDir, resource) ?? []);
  for (const path of volumesOn(workDir)) {
    if (!wanted.includes(path)) rmSync(path, { recursive: true, force: true });
  }
  for (const path of wanted) mkdirSync(path, { recursive: true });
  const file = storedAt(workDir);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(resources));
  renameSync(`${file}.new`, file);
}

/** Where a persistent volume is; undefined for other resources. Role and id are names of folders, whatever a framework calls them. */
export function volumePath(workDir: string, { role, made }: Resource): string | undefined {
  const persistence = made?.disk?.persistence;
  const id = isObject(persistence) ? persistence.id : undefined;
  if (typeof id !== "string") return undefined;
  return join(roles(workDir), asName(role), asName(id));
}

function volumesOn(workDir: string): string[] {
  const base = roles(workDir);
  if (!existsSync(base)) return [];
  return readdirSync(base).flatMap((role) => readdirSync(join(base, role)).map((id) => join(base, role, id)));
}

function roles(workDir: string): string {
  return join(workDir, "volumes", "roles");
}

function storedAt(workDir: string): string {
  return join(workDir, "meta", "resources", "resources.info");
}

function asName(text: string): string {
  return text.replaceAll(/[/\0]/g, " ").replace(/^\.{1,2}$/, " ");
}
