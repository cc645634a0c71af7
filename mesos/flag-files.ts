import { flagType, type MesosRole } from "./flags";

/** Flags whose file holds credentials: a list of them, or one. */
const CREDENTIALS: Readonly<Record<string, "list" | "one">> = {
  credentials: "list",
  http_credentials: "list",
  credential: "one",
};

/** Flags whose file nobody may read. */
const SECRET = [...Object.keys(CREDENTIALS), "executor_secret_key", "jwt_secret_key"];

/** Of type `string` until 0.21.2, though Mesos reads the file that they name (src/credentials/credentials.hpp). */
const ALWAYS_PATHS = ["credentials", "credential", "whitelist"];

/**
 * How a flag is told that its value is in a file: by the file's path, or by `file://` before the path where Mesos
 * takes the file's content for the value. Undefined where neither works at `version`, or it makes no sense.
 * Source: stout flags/parse.hpp (JSON, every version), src/{master,slave}/flags.cpp.
 */
export function flagFileForm(role: MesosRole, version: string, name: string): "path" | "url" | undefined {
  const type = flagType(role, version, name);
  if (type === "path" || (type !== undefined && ALWAYS_PATHS.includes(name))) return "path";
  return type === "json" ? "url" : undefined;
}

/** Whether the file that a flag names holds secrets, whatever its owner says of it. */
export function flagFileIsSecret(name: string): boolean {
  return SECRET.includes(name);
}

/** Whether a flag's file holds credentials, and how many. */
export function credentialsIn(name: string): "list" | "one" | undefined {
  return Object.hasOwn(CREDENTIALS, name) ? CREDENTIALS[name] : undefined;
}
