import type { Fault, Path } from "./fault";
import { formatPath } from "./fault";
import { isMapping, valueAt } from "./view";
import { show } from "./wording";

/** What stands for an encrypted value while nobody has decrypted it: enough to check and plan, not to start. */
export const STILL_ENCRYPTED = "[secret]";

/** Paths of the `secure: <ciphertext>` mappings below a value. */
export function sealedIn(value: unknown, path: Path = []): Path[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => sealedIn(item, [...path, i]));
  if (!isMapping(value)) return [];
  const keys = Object.keys(value);
  if (keys.length === 1 && typeof value.secure === "string") return [path];
  return keys.flatMap((key) => sealedIn(value[key], [...path, key]));
}

/**
 * Whether a path of a cluster is the value of a variable of a master's or an agent's env, of a flag, or a registry's
 * password. A variable of Marathon's is none: no Marathon reads one from a file, and docker inspect would show it.
 */
export function maySeal(path: Path): boolean {
  const [role, second] = path;
  if (role === "registry") return path.length === 2 && second === "password";
  if (role === "flags") return path.length === 2;
  if (role === "marathon") return path.length === 3 && second === "flags";
  const rest =
    role === "masters" ? path.slice(1) : role === "agents" && typeof second === "number" ? path.slice(2) : [];
  return rest.length === 2 && (rest[0] === "env" || rest[0] === "flags");
}

/**
 * Why the encrypted value at `path` of the cluster below `key` cannot be used; `decrypted` is the cluster in clear
 * text, if there is one. The secret itself is in no message.
 */
export function sealedFaults(path: Path, key: string, decrypted: unknown): Fault[] {
  const place: Pick<Fault, "path" | "at"> = { path: ["config", key, ...path], at: "value" };
  if (!maySeal(path)) {
    return [{ ...place, ...refusal(path, key) }];
  }
  if (decrypted === undefined || typeof valueAt(decrypted, path) === "string") return [];
  const message = "Pulumi gave no text for this encrypted value";
  const variable = /^\w+$/.test(String(path.at(-1))) ? path : [...path.slice(0, -1), "NAME"];
  return [
    {
      ...place,
      message,
      cure: `set it again: pulumi config set --secret --path '${key}.${formatPath(variable)}'`,
    },
  ];
}

function refusal(path: Path, key: string): Pick<Fault, "message" | "cure"> {
  if (path.length === 0) {
    return {
      message: "the whole cluster is encrypted, so that nobody can read or review it",
      cure: `write the cluster in clear text, and encrypt single values: pulumi config set --secret --path '${key}.masters.env.NAME'`,
    };
  }
  if (path[0] === "marathon" && path[1] === "env") {
    return {
      message: `${show(path.at(-1))} would stand in Marathon's environment, where docker inspect shows it: no Marathon reads a variable from a file`,
      cure: `encrypt a flag that names a file: pulumi config set --secret --path '${key}.marathon.flags.mesos_authentication_secret_file'`,
    };
  }
  return {
    message:
      "only the values of env and flags may be encrypted, and a registry's password: the plan and its preview show everything else",
    cure: "write the value in clear text",
  };
}

/** The cluster with a stand-in for every value that may be encrypted, and without what must not be. */
export function withoutSealed(value: unknown, sealed: readonly Path[]): unknown {
  const isSealed = new Map(sealed.map((path) => [formatPath(path), maySeal(path)]));
  const copy = (at: unknown, path: Path): unknown => {
    const allowed = isSealed.get(formatPath(path));
    // A variable that is refused is not missing as well.
    if (allowed !== undefined) return allowed || path.at(-2) === "env" ? standIn(path) : undefined;
    if (Array.isArray(at)) return at.map((item, i) => copy(item, [...path, i]) ?? {});
    if (!isMapping(at)) return at;
    return Object.fromEntries(Object.entries(at).map(([key, child]) => [key, copy(child, [...path, key])]));
  };
  return copy(value, []) ?? {};
}

/** A flag's secret must be known for one before it is decrypted, as not every flag takes one; a password is nothing else. */
function standIn(path: Path): unknown {
  const mapping = path.at(-2) === "flags" || path[0] === "registry";
  return mapping ? { secret: { file: STILL_ENCRYPTED } } : STILL_ENCRYPTED;
}
