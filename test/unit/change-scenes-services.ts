import { type ChangeScene, type Config, scene } from "./change-scenes";

const web = { id: "/web", cmd: "exec sleep 3600", cpus: 0.1, mem: 16, instances: 2 };

export const services: Config = {
  mesos: { version: "1.7.3", image: "simulator" },
  masters: { count: 1 },
  agents: [{ count: 2, resources: "cpus:1;mem:256;ports:[31000-31099]" }],
  marathon: { version: "1.7.216", image: "simulator", count: 1 },
  mesosDns: "0.6.0",
  loadBalancer: { image: "haproxy" },
  apps: [web],
};

export const servicesScenes: readonly ChangeScene[] = [
  scene("nothing where services run", (c) => c, [], [], {}),
  scene(
    "a second Marathon",
    (c) => ({ ...c, marathon: { ...of(c, "marathon"), count: 2 } }),
    [/count 1 -> 2 \(marathon\.count\)/],
    [],
    { create: ["marathon-2"], replace: ["load-balancer"] },
  ),
  scene(
    "a newer Marathon",
    (c) => ({ ...c, marathon: { ...of(c, "marathon"), version: "1.8.222" } }),
    [/1\.7\.216 -> 1\.8\.222/, /applications go on running; the new Marathon takes its state from ZooKeeper/],
    [],
    { replace: ["marathon-1"] },
  ),
  scene(
    "a flag of Marathon",
    (c) => ({ ...c, marathon: { ...of(c, "marathon"), flags: { task_launch_timeout: 60000 } } }),
    [/--task_launch_timeout set to 60000 \(marathon\.flags\.task_launch_timeout\)/],
    [],
    { replace: ["marathon-1"] },
  ),
  scene(
    "another domain of Mesos-DNS",
    (c) => ({ ...c, mesosDns: { version: "0.6.0", domain: "cluster.test" } }),
    [/mesosDns/, /names are not resolved until it is back/],
    [],
    { replace: ["mesos-dns"] },
  ),
  scene(
    "no load balancer any more",
    (c) => ({ ...c, loadBalancer: undefined }),
    [/load-balancer is removed for good/],
    [],
    { delete: ["load-balancer"] },
  ),
  scene(
    "an app of more instances",
    (c) => ({ ...c, apps: [{ ...web, instances: 3 }] }),
    [/instances 2 -> 3 \(apps\[0\]\.instances\)/, /the others run on/],
    [],
    {},
  ),
  scene(
    "another command of an app, and an app more",
    (c) => ({
      ...c,
      apps: [
        { ...web, cmd: "exec sleep 1800" },
        { id: "/more", cmd: "exec sleep 60" },
      ],
    }),
    [/Marathon replaces the tasks of \/web/, /the app \/more \(apps\[1\]\)/],
    [],
    {},
  ),
  scene("no app any more", (c) => ({ ...c, apps: [] }), [/Marathon ends the tasks of \/web/], [], {}),
  scene(
    "a Mesos that Mesos-DNS cannot read",
    (c) => ({ ...c, mesos: { version: "1.8.0", image: "simulator" }, allow: ["mesos-dns-no-state"] }),
    [/1\.7\.3 -> 1\.8\.0/, /^\/state\.json.* are gone from masters$/],
    ["quorum-loss", "tasks-lost"],
    { replace: ["master-1", "agent-1", "agent-2"] },
  ),
  scene(
    "Marathon goes, and with it what it runs",
    (c) => ({ ...c, marathon: undefined, loadBalancer: undefined, apps: undefined }),
    [/marathon-1 is removed for good/, /Marathon ends the tasks of \/web/],
    [],
    { delete: ["marathon-1", "load-balancer"] },
  ),
];

function of(config: Config, key: string): object {
  return config[key] as object;
}
