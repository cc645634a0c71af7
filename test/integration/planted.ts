import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { ClusterSpec } from "../../config/spec";
import { resolveImages } from "../../automation/images/resolve";
import { chooseSubnet } from "../../automation/subnet";
import { removeLeftovers } from "../../automation/leftovers";
import { planCluster } from "../../plan/cluster";
import type { PlanInputs } from "../../plan/inputs";
import type { ClusterPlan, ContainerPlan } from "../../plan/types";
import { docker } from "../../readiness/docker";

/** What a container is to have that no plan of ours would give it. */
export interface Fault {
  /** Instead of the plan's words. */
  readonly argv?: (argv: readonly string[]) => readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly image?: string;
  readonly entrypoint?: string;
  /** Words for `docker create`. */
  readonly options?: readonly string[];
  /** Instead of the cluster's network and the plan's address. */
  readonly network?: string;
  /** Volume of another node, instead of its own. */
  readonly volumeOf?: string;
}

/** Containers of a plan, started by the docker client alone, so that a test can put faults into them. */
export class PlantedCluster implements AsyncDisposable {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), "mesos-matrix-test-"));
  readonly plan: ClusterPlan;

  private constructor(
    readonly spec: ClusterSpec,
    readonly inputs: PlanInputs,
  ) {
    this.plan = planCluster(spec, inputs);
  }

  static async of(spec: ClusterSpec, run: string): Promise<PlantedCluster> {
    const say = (): void => undefined;
    const images = await resolveImages(spec, { say, signal: undefined });
    const ownership = { run, cell: spec.name, expires: undefined };
    const inputs = { images, subnet: await chooseSubnet(spec.name), remote: undefined, ownership };
    const cluster = new PlantedCluster(spec, inputs);
    const { network, labels } = cluster.plan;
    const words =
      network === undefined ? [] : ["--subnet", network.subnet, "--gateway", network.gateway, network.name];
    await docker(["network", "create", ...labelWords(labels), ...words]);
    return cluster;
  }

  /** Starts the container of that key. */
  async start(key: string, fault: Fault = {}): Promise<void> {
    const container = this.#container(key);
    const { name, address, network } = container;
    const own = network === "cluster" ? ["--network", this.plan.network?.name ?? "", "--ip", address] : [];
    const env = Object.entries({ ...container.env, ...fault.env }).flatMap(([k, v]) => [
      "--env",
      `${k}=${v}`,
    ]);
    const [entrypoint] = fault.entrypoint === undefined ? container.entrypoint : [fault.entrypoint];
    await docker([
      "create",
      "--name",
      name,
      ...(fault.network === undefined ? [...own, "--hostname", key] : ["--network", fault.network]),
      "--restart",
      "on-failure",
      ...labelWords(container.labels),
      ...env,
      ...(fault.network === undefined ? container.publish : []).flatMap(({ port }) => [
        "--publish",
        `127.0.0.1::${port}`,
      ]),
      ...(await this.#mounts(container, fault)),
      ...(entrypoint === undefined ? [] : ["--entrypoint", entrypoint]),
      ...(fault.options ?? []),
      fault.image ?? container.image,
      ...(fault.argv?.(container.argv) ?? container.argv),
    ]);
    for (const upload of container.uploads) {
      const file = path.join(this.folder, "upload");
      writeFileSync(file, "content" in upload ? upload.content : "");
      await docker(["cp", file, `${name}:${upload.path}`]);
    }
    await docker(["start", name]);
  }

  async #mounts({ key, mounts }: ContainerPlan, { volumeOf }: Fault): Promise<string[]> {
    const words: string[] = [];
    for (const { path: target } of mounts) {
      const volume = `${this.spec.name}-${volumeOf ?? key}-planted`;
      await docker(["volume", "create", ...labelWords(this.plan.labels), volume]);
      words.push("--volume", `${volume}:${target}`);
    }
    return words;
  }

  #container(key: string): ContainerPlan {
    const found = this.plan.containers.find((container) => container.key === key);
    if (found === undefined) throw new Error(`the plan has no ${key}`);
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
    const left = await removeLeftovers(this.spec.name);
    if (left.length > 0) throw new Error(`left: ${left.join(", ")}`);
  }
}

function labelWords(labels: Readonly<Record<string, string>>): string[] {
  return Object.entries(labels).flatMap(([name, value]) => ["--label", `${name}=${value}`]);
}
