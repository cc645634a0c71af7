import type { RetirementPlan } from "../plan/types";
import { docker } from "./docker";
import { linkOf, withHosts } from "./hosts";

/** Seconds that a container may take to end before it is killed, and that its engine may take on top. */
const graceSeconds = 10;
const patience = 60;

/**
 * Stops the cluster's containers on a host that are no longer planned. Pulumi removes them only after everything else
 * is done; until then a master too many would count in elections of another quorum, and an agent too many among the
 * agents.
 * @returns names of what was stopped
 * @throws HostError, DockerError
 */
export function retire({ cluster, host, containers }: RetirementPlan): Promise<string[]> {
  return withHosts([host], async (links) => {
    const { engine } = linkOf(links, host.key);
    // Only those that a plan named: tasks may carry the label too, and they go with their agents.
    const filters = [`label=mesos-matrix.cluster=${cluster}`, "label=mesos-matrix.node"];
    const list = ["container", "ls", ...filters.flatMap((filter) => ["--filter", filter])];
    const running = await docker([...list, "--format", "{{.Names}}"], { engine });
    const leaving = running.split("\n").filter((name) => name !== "" && !containers.includes(name));
    if (leaving.length > 0) {
      await docker(["stop", "--time", String(graceSeconds), ...leaving], { engine, timeout: patience });
    }
    return leaving.sort();
  });
}
