import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { ClusterPlan, ContainerPlan } from "../plan/types";
import { docker } from "../readiness/docker";
import { proveReady } from "../readiness/prove";

/**
 * The floor: what a plan costs when the docker client makes the same network, volumes and containers, all containers
 * at once, and the same readiness is waited for. The plan must hold no secrets.
 */
export async function bringUpByDocker(plan: ClusterPlan): Promise<void> {
  const { network } = plan;
  if (network === undefined) throw new Error("the floor is measured on this machine's engine");
  await Promise.all([
    docker([
      "network",
      "create",
      ...labels(plan.labels),
      "--subnet",
      network.subnet,
      "--gateway",
      network.gateway,
      network.name,
    ]),
    ...plan.volumes.map((volume) => docker(["volume", "create", ...labels(plan.labels), volume.name])),
  ]);
  await Promise.all(plan.containers.map((container) => startContainer(plan, network.name, container)));
  const proof = await proveReady(plan.readiness, { onProgress: () => undefined });
  if (!("ready" in proof)) throw new Error(proof.message);
}

async function startContainer(plan: ClusterPlan, network: string, container: ContainerPlan): Promise<void> {
  const volume = (key: string): string => plan.volumes.find((v) => v.key === key)?.name ?? key;
  const [entrypoint] = container.entrypoint;
  await docker([
    "create",
    ...["--name", container.name, "--hostname", container.key, "--restart", container.restart],
    ...["--network", network, "--ip", container.address, "--network-alias", container.key],
    ...labels(container.labels),
    ...Object.entries(container.env).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
    ...container.mounts.flatMap((mount) => ["--volume", `${volume(mount.volume)}:${mount.path}`]),
    ...container.publish.flatMap(({ port, protocol }) => ["--publish", `127.0.0.1::${port}/${protocol}`]),
    ...(entrypoint === undefined ? [] : ["--entrypoint", entrypoint]),
    container.image,
    ...container.argv,
  ]);
  const folder = mkdtempSync(path.join(os.tmpdir(), "mesos-matrix-bench-"));
  try {
    for (const upload of container.uploads) {
      const file = path.join(folder, path.basename(upload.path));
      writeFileSync(file, "content" in upload ? upload.content : "");
      await docker(["cp", file, `${container.name}:${upload.path}`]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  await docker(["start", container.name]);
}

function labels(all: Readonly<Record<string, string>>): string[] {
  return Object.entries(all).flatMap(([name, value]) => ["--label", `${name}=${value}`]);
}
