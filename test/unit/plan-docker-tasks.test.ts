import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { isSandboxOf } from "../../readiness/task-containers";
import type { AgentGroupSpec } from "../../config/spec";
import { planCluster } from "../../plan/cluster";
import type { ContainerPlan } from "../../plan/types";
import { assertRefused, cluster, clusterFile } from "./config-problems";
import { agentGroup, clusterSpec, planInputs } from "./fixtures";

const inputs = {
  ...planInputs(),
  docker: { roots: { local: "/data/docker" }, clients: { "agents[0]": "/opt/docker" } },
};

function agent(change: Partial<AgentGroupSpec>): ContainerPlan {
  const flags = { containerizers: "docker,mesos", ...change.flags };
  const spec = clusterSpec({ agents: [agentGroup({ count: 1, ...change, flags })] });
  const found = planCluster(spec, inputs).containers.find(({ key }) => key === "agent-1");
  assert.ok(found !== undefined);
  return found;
}

const flag = (plan: ContainerPlan, name: string): string | undefined =>
  plan.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);

describe("agents that run Docker tasks", () => {
  it("have the engine's socket, a client and two capabilities, and see the host's processes", () => {
    const plan = agent({});
    assert.deepEqual(
      plan.hostMounts.map(({ source, path }) => [source, path]),
      [
        ["/var/run/docker.sock", "/var/run/docker.sock"],
        ["/sys/fs/cgroup", "/sys/fs/cgroup"],
        ["/opt/docker", "/usr/bin/docker"],
      ],
    );
    assert.equal(flag(plan, "docker"), "/usr/bin/docker");
    assert.deepEqual(plan.capabilities, ["CAP_SYS_ADMIN", "CAP_SYS_PTRACE"]);
    assert.equal(plan.hostProcesses, true);
  });

  it("have their work_dir at one path on the host and in the container, and an own volume there", () => {
    const plan = agent({});
    const [mount] = plan.mounts;
    assert.match(mount?.path ?? "", /^\/data\/docker\/volumes\/test-agent-1-work-[0-9a-f]{8}\/_data$/);
    assert.equal(flag(plan, "work_dir"), mount?.path);
  });

  it("leave each other's containers alone, in the versions that can", () => {
    assert.equal(flag(agent({}), "docker_kill_orphans"), "false");
    assert.equal(flag(agent({ version: "0.22.2" }), "docker_kill_orphans"), undefined);
    assert.equal(flag(agent({ flags: { docker_kill_orphans: "true" } }), "docker_kill_orphans"), "true");
  });

  it("ask a wrapper where their version takes only a client older than 1.8", () => {
    const plan = agent({ version: "0.22.1" });
    const [wrapper] = plan.uploads;
    assert.ok(wrapper !== undefined && "content" in wrapper && wrapper.executable === true);
    assert.equal(flag(plan, "docker"), wrapper.path);
    const said = execFileSync("sh", ["-c", wrapper.content, "docker", "version"]).toString();
    assert.match(said, /^Client version: 1\.7/);
    assert.deepEqual(agent({ version: "0.22.2" }).uploads, []);
  });

  it("are the only ones that get anything of the host", () => {
    const plan = agent({ flags: { containerizers: "mesos" } });
    assert.deepEqual([plan.hostMounts, plan.capabilities, plan.hostProcesses], [[], [], false]);
  });

  it("can be asked for by a key of the group, which takes what Mesos takes", () => {
    const text = (value: string): string =>
      clusterFile(`mesos: { version: "1.7.3", image: simulator }\nagents: [{ containerizers: ${value} }]`);
    assert.equal(cluster(text('"docker,mesos"')).agents[0]?.flags.containerizers, "docker,mesos");
    assertRefused(cluster, text("«docker mesos"), { message: /no containerizers/, cure: /docker,mesos/ });
  });
});

describe("a task's container", () => {
  it("belongs to the cluster in whose agent's volume its sandbox lies, and to no other", () => {
    const sandbox = "/var/lib/docker/volumes/x-agent-2-1-work-0a1b2c3d/_data/slaves/S0/runs/1";
    assert.equal(isSandboxOf("x", sandbox), true);
    assert.equal(isSandboxOf("x-agent-2", sandbox), false);
    assert.equal(isSandboxOf("y", sandbox), false);
    const other = "/var/lib/docker/volumes/x-agent-1-agent-1-work-0a1b2c3d/_data/slaves/S0/runs/1";
    assert.equal(isSandboxOf("x", other), false);
    assert.equal(isSandboxOf("x-agent-1", other), true);
    assert.equal(isSandboxOf("x", "/home/x-agent-1-work-0a1b2c3d"), false);
    assert.equal(isSandboxOf("x", "/var/lib/docker/volumes/x-master-1-work/_data"), false);
  });
});
