import { rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { tempFolder } from "../housekeeping/temp";

/** A registry as an errand asks it, with the password in clear text: it is printed nowhere. */
export interface Registry {
  readonly address: string;
  readonly login: { readonly username: string; readonly password: string } | undefined;
}

/** `registry.example.com:5000` of an address that may go on with a path. */
export function registryHost(address: string): string {
  return address.split("/")[0] ?? "";
}

/**
 * Lets the docker client log in at a registry without anybody else seeing how: the login stands in a folder that only
 * this user can read, for as long as `work` takes, never in words of a command.
 * @param work gets the folder for `docker --config`, undefined where there is no login
 */
export async function withLogin<T>(
  registry: Registry | undefined,
  work: (config: string | undefined) => Promise<T>,
): Promise<T> {
  if (registry?.login === undefined) return work(undefined);
  const folder = tempFolder("login");
  try {
    const auths = { [registryHost(registry.address)]: { auth: basic(registry.login) } };
    await writeFile(path.join(folder, "config.json"), JSON.stringify({ auths }), { mode: 0o600 });
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** User name and password as HTTP carries them (RFC 7617). */
export function basic({ username, password }: NonNullable<Registry["login"]>): string {
  return Buffer.from(`${username}:${password}`).toString("base64");
}
