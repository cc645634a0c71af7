import type { EnvValue } from "../config/spec";
import type { UploadPlan } from "./types";

/** Environment of a container, and the files that carry its secret values. */
export interface ContainerEnvironment {
  readonly env: Readonly<Record<string, string>>;
  readonly uploads: readonly UploadPlan[];
}

/**
 * A secret value never stands in the environment, where `docker inspect` shows it: it goes into a file, and the
 * variable says `file://...`, which Mesos reads itself (stout fetch.hpp, any flag from 0.22).
 * @param owner unique name of who has this environment, for the names of the secrets: `masters`
 */
export function containerEnvironment(
  values: Readonly<Record<string, EnvValue>>,
  owner: string,
): ContainerEnvironment {
  const env: Record<string, string> = {};
  const uploads: UploadPlan[] = [];
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === "string") {
      env[name] = value;
      continue;
    }
    const path = `/etc/mesos-matrix/${name}`;
    env[name] = `file://${path}`;
    uploads.push({ path, secret: secretName(owner, name) });
  }
  return { env, uploads };
}

/** How a plan calls a secret that stands at `<owner>.env.<name>` in the spec. */
export function secretName(owner: string, name: string): string {
  return `${owner}.env.${name}`;
}
