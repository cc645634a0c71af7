import { request } from "node:http";
import type { Answer } from "../recorded/answers";
import { readWritten, type Written } from "../recorded/shape";
import { leaderOf, registered, until, type Program, type Programs } from "./simulator-harness";
import { TestScheduler } from "./simulator-scheduler";

const TAG = "master";

/** Five agents, none like another and none like the recorded ones. */
const AGENTS = [
  { resources: "cpus:2;mem:1024;disk:4096;ports:[31000-31999]", attributes: "rack:a;level:3" },
  { resources: "cpus:1.5;mem:768;disk:2048;ports:[21000-21099]", attributes: "rack:b" },
  { resources: "cpus:4;mem:2048;disk:8192;ports:[31000-31099]", attributes: "zone:[1-3]" },
  {
    resources: "cpus:1;mem:512;cpus(dev):1;mem(dev):256;disk:1024;ports:[30000-30009]",
    attributes: "rack:c",
  },
  { resources: "cpus:0.5;mem:256;disk:512;ports:[32000-32001]", attributes: "rack:d" },
];

/** A cluster unlike the recorded one: its frameworks run tasks, and one has come and gone. */
export interface ConformanceCluster {
  readonly leader: Program;
  readonly standby: Program;
  /** An agent that runs a task. */
  readonly agent: Program;
  /** Ids of the frameworks that are subscribed. */
  readonly frameworks: readonly string[];
}

/** Starts it, given the flags that the recorded processes were given. */
export async function conformanceCluster(programs: Programs): Promise<ConformanceCluster> {
  const given = (role: string): string => `--log_dir=${programs.folder}/${role}-log`;
  const masters = await Promise.all(
    [1, 2, 3].map(() =>
      programs.master({ tag: TAG, flags: ["--quorum=2", "--cluster=other", given("master")] }),
    ),
  );
  const agents = await Promise.all(
    AGENTS.map(({ resources, attributes }) =>
      programs.agent({
        tag: TAG,
        flags: [
          ...[`--resources=${resources}`, `--attributes=${attributes}`, given("agent")],
          ...["--launcher=posix", "--isolation=posix/cpu,posix/mem", "--no-systemd_enable_support"],
          ...["--no-switch_user", "--no-docker_kill_orphans"],
        ],
      }),
    ),
  );
  const leader = await leaderOf(masters, AGENTS.length);
  await Promise.all(agents.map(registered));
  const done = await TestScheduler.subscribe(leader, { name: "comes and goes" });
  await done.launch("short", "true");
  await done.reached("short", "TASK_FINISHED");
  await done.call({ type: "TEARDOWN" });
  const one = await TestScheduler.subscribe(leader, { name: "one/framework", role: "dev", checkpoint: true });
  const agentId = await one.launch("t1", "sleep 600");
  await one.reached("t1", "TASK_RUNNING");
  const several = await TestScheduler.subscribe(leader, {
    name: "several roles",
    roles: ["x", "y"],
    capabilities: [{ type: "MULTI_ROLE" }, { type: "PARTITION_AWARE" }],
  });
  const slaves = (await (await fetch(`http://127.0.0.1:${leader.port}/slaves`)).json()) as {
    slaves: { id: string; port: number }[];
  };
  const port = slaves.slaves.find(({ id }) => id === agentId)?.port;
  const agent = agents.find((program) => program.port === port);
  const standby = masters.find((master) => master !== leader);
  if (agent === undefined || standby === undefined)
    throw new Error("no agent runs t1, or no master stands by");
  await Promise.all([leader, standby].map(allocatedTwice));
  return { leader, standby, agent, frameworks: [one.id.value, several.id.value] };
}

/** Timers have statistics from their second value on. */
function allocatedTwice(master: Program): Promise<true> {
  return until("the master's second allocation", async () => {
    const { body } = await ask(master, "GET", "/metrics/snapshot");
    return typeof body === "object" && body !== null && "allocator/mesos/allocation_run_ms/p50" in body
      ? (true as const)
      : undefined;
  });
}

/** Asks without following redirects; a JSON body keeps how its numbers were written. */
export function ask(
  { port }: Pick<Program, "port">,
  method: "GET" | "POST",
  path: string,
  call?: object,
): Promise<Answer & { readonly length: number }> {
  const headers = call === undefined ? {} : { "Content-Type": "application/json" };
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        const names = response.rawHeaders.filter((_, i) => i % 2 === 0);
        const values = response.rawHeaders.filter((_, i) => i % 2 === 1);
        const all = Object.fromEntries(names.map((name, i) => [name, values[i] ?? ""]));
        const isJson = all["Content-Type"] === "application/json";
        const body: Written = isJson ? readWritten(text) : text;
        resolve({
          status: response.statusCode ?? 0,
          headers: all,
          body,
          length: Buffer.byteLength(text),
        });
      });
    });
    asked.on("error", reject);
    asked.end(call === undefined ? "" : JSON.stringify(call));
  });
}
