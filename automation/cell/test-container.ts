import { Addresses } from "../../plan/addresses";
import type { ClusterPlan } from "../../plan/types";
import { docker } from "../../readiness/docker";
import { PreconditionError } from "../precondition";

/** A test's container, as it is to be. */
export interface TestContainer {
  readonly plan: ClusterPlan;
  /** Id of its image. */
  readonly image: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Names in `env` whose values must not stand in an argument list. */
  readonly secret: readonly string[];
  /** Folders of this machine that stand at the same paths inside: where the test starts, and where it writes. */
  readonly folders: { readonly source: string; readonly out: string };
}

/** The container's address in the cluster: where a framework inside can be reached. Undefined on a host's network. */
export function testAddress({ network }: ClusterPlan): string | undefined {
  return network === undefined ? undefined : new Addresses(network.subnet).test();
}

/** Makes the container, on the cluster's own network where it has one. @returns its name */
export async function createTestContainer(container: TestContainer, signal: AbortSignal): Promise<string> {
  const { env, secret } = container;
  const hidden = Object.fromEntries(secret.map((name) => [name, env[name] ?? ""]));
  const name = `${container.plan.cluster}-test`;
  await docker(createWords(name, container), { signal, timeout: 120, env: hidden });
  return name;
}

export async function removeTestContainer(name: string): Promise<void> {
  await docker(["rm", "--force", "--volumes", name]);
}

/** Pure: the words of `docker create`. */
export function createWords(name: string, container: TestContainer): string[] {
  const { plan, image, env, secret, folders } = container;
  const [program = "", ...args] = container.command;
  if (folders.source === "/")
    throw new PreconditionError("test.image: the folder / cannot be mounted; cd elsewhere");
  const labels = { ...plan.labels, "mesos-matrix.role": "test", "mesos-matrix.node": "test" };
  const address = testAddress(plan);
  const network = plan.network?.name ?? "host";
  const mounts = [folders.source, folders.out].map(
    (folder) => `type=bind,${field("source", folder)},${field("target", folder)}`,
  );
  return [
    "create",
    ...["--name", name, "--network", network, ...(address === undefined ? [] : ["--ip", address])],
    ...Object.entries(labels).flatMap(([key, value]) => ["--label", `${key}=${value}`]),
    ...mounts.flatMap((mount) => ["--mount", mount]),
    ...["--workdir", folders.source],
    ...Object.entries(env).flatMap(([key, value]) => [
      "--env",
      secret.includes(key) ? key : `${key}=${value}`,
    ]),
    // The first word is the program, whatever the image would start.
    ...["--entrypoint", program, image, ...args],
  ];
}

/** `--mount` is read as a line of CSV. */
function field(key: string, value: string): string {
  const text = `${key}=${value}`;
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
