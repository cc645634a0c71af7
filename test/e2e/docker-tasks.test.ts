import assert from "node:assert/strict";
import { docker } from "../../readiness/docker";
import { TestScheduler } from "../integration/simulator-scheduler";
import { TestStack } from "../integration/stack";
import { cli, labelled, Scratch, uniqueName } from "./harness";

interface Printed {
  readonly leader: { readonly published: string };
}

const image = "mesos-matrix/debian:bookworm";

/** Names of the containers, running or not, into which a sandbox of the cluster is mounted. */
async function tasksOf(cluster: string): Promise<string[]> {
  const names = await docker([
    "container",
    "ls",
    "--all",
    "--filter",
    "name=mesos-",
    "--format",
    "{{.Names}}",
  ]);
  const found = await Promise.all(
    names
      .split("\n")
      .filter(Boolean)
      .map(async (name) => {
        const format = "{{range .Mounts}}{{.Source}} {{end}}";
        const mounts = await docker(["inspect", "--format", format, name]).catch(() => "");
        return mounts.includes(`/${cluster}-agent-`) ? [name] : [];
      }),
  );
  return found.flat();
}

describe("Docker tasks", () => {
  it("run as containers of this machine's engine to their end, and are gone with the cluster", async () => {
    using scratch = new Scratch();
    const name = uniqueName("dk");
    const file = scratch.file(
      "cluster.yaml",
      JSON.stringify({
        apiVersion: "mesos-matrix/v1",
        kind: "Cluster",
        cluster: {
          mesos: { version: "1.7.3", image: "simulator" },
          agents: [{ containerizers: "docker,mesos", resources: "cpus:1;mem:256" }],
          timings: "fast",
        },
      }),
    );
    try {
      const up = await cli(["up", file, "--name", name, "--json"]);
      assert.equal(up.code, 0, up.stderr);
      const { leader } = JSON.parse(up.stdout) as Printed;
      using scheduler = await TestScheduler.subscribe({ port: Number(leader.published.split(":")[1]) });
      const container = { type: "DOCKER", docker: { image, network: "HOST" } };
      await scheduler.launch("ends", 'echo written inside > "$MESOS_SANDBOX/who"', 0.1, {
        container,
      });
      await scheduler.reached("ends", "TASK_FINISHED");
      await scheduler.launch("stays", "sleep 600", 0.1, { container });
      await scheduler.reached("stays", "TASK_RUNNING");

      const agent = `${name}-agent-1`;
      const tasks = await tasksOf(name);
      assert.equal(tasks.length, 2);
      // What a container wrote into its sandbox lies where the agent looks for it.
      const format = '{{range .Mounts}}{{if eq .Destination "/mnt/mesos/sandbox"}}{{.Source}}{{end}}{{end}}';
      const sandboxes = (await docker(["inspect", "--format", format, ...tasks])).trim().split("\n");
      const written = await Promise.all(
        sandboxes.map((folder) => docker(["exec", agent, "cat", `${folder}/who`]).catch(() => "")),
      );
      assert.deepEqual(written.join("").trim(), "written inside");
      const { HostConfig: settings } = JSON.parse(
        await docker(["inspect", "--format", "{{json .}}", agent]),
      ) as { HostConfig: { Privileged: boolean; PidMode: string; CapAdd: string[] } };
      assert.equal(settings.Privileged, false);
      assert.equal(settings.PidMode, "host");
      assert.deepEqual(settings.CapAdd, ["CAP_SYS_ADMIN", "CAP_SYS_PTRACE"]);

      const again = await cli(["up", file, "--name", name]);
      assert.equal(again.code, 0, again.stderr);
      assert.doesNotMatch(again.stderr, /containers/, "no container was made");
    } finally {
      const down = await cli(["down", name]);
      assert.equal(down.code, 0, down.stderr);
    }
    assert.deepEqual(await tasksOf(name), []);
    assert.deepEqual(await labelled(`mesos-matrix.cluster=${name}`), []);
  });

  it("are gone with a stack that pulumi itself destroys", async () => {
    await using stack = new TestStack();
    stack.configure({
      mesos: { version: "1.7.3", image: "simulator" },
      agents: [{ containerizers: "docker,mesos", resources: "cpus:1;mem:256" }],
      timings: "fast",
    });
    await stack.init();
    await stack.must("up", "--yes", "--skip-preview");
    const published = await docker(["port", `${stack.name}-master-1`, "5050/tcp"]);
    using scheduler = await TestScheduler.subscribe({ port: Number(published.trim().split(":")[1]) });
    const container = { type: "DOCKER", docker: { image, network: "HOST" } };
    await scheduler.launch("stays", "sleep 600", 0.1, { container });
    await scheduler.reached("stays", "TASK_RUNNING");
    assert.equal((await tasksOf(stack.name)).length, 1);
    await stack.must("destroy", "--yes", "--skip-preview");
    assert.deepEqual(await tasksOf(stack.name), []);
    assert.deepEqual(await labelled(`mesos-matrix.cluster=${stack.name}`), []);
  });
});
