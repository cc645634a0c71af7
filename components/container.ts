import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { serviceAddress } from "../plan/cluster";
import type { ContainerPlan, UploadPlan } from "../plan/types";
import type { ClusterGround } from "./ground";

/**
 * Changes of these arguments are shown as updates by the Docker provider but never reach the container, and a
 * named container can only be replaced after it is gone.
 */
const containerOptions: pulumi.CustomResourceOptions = {
  replaceOnChanges: ["mounts", "tmpfs", "healthcheck", "init"],
  deleteBeforeReplace: true,
};

/** Makes one container exactly as planned, in the spelling that the provider reads back without a difference. */
export function planContainer(
  plan: ContainerPlan,
  ground: ClusterGround,
  parent: pulumi.Resource,
): docker.Container {
  const host = ground.host(plan.host);
  const turn = host.turn();
  const volumes = plan.mounts.map(({ volume, path }) => ({ made: ground.volume(volume, turn), path }));
  const after = [
    ground.retired(plan.host),
    ...turn,
    ...host.image(plan.image, plan.labels["mesos-matrix.image"] ?? plan.image),
    ...ground.tasks(
      plan,
      volumes.map(({ made }) => made),
    ),
  ];
  const container = new docker.Container(
    host.name(plan.key),
    {
      name: plan.name,
      image: plan.image,
      hostname: plan.key,
      ...(plan.entrypoint.length > 0 ? { entrypoints: [...plan.entrypoint] } : {}),
      ...(plan.argv.length > 0 ? { command: [...plan.argv] } : {}),
      envs: Object.entries(plan.env).map(([name, value]) => `${name}=${value}`),
      labels: labelList(plan.labels),
      ...networkOf(plan, ground),
      ...(plan.publish.length === 0 ? {} : { ports: portsOf(plan) }),
      ...(plan.capabilities.length === 0 ? {} : { capabilities: { adds: [...plan.capabilities] } }),
      ...(plan.hostProcesses ? { pidMode: "host" } : {}),
      volumes: [
        ...volumes.map(({ made, path }) => ({ volumeName: made.name, containerPath: path })),
        ...plan.hostMounts.map(({ source, path, readOnly }) => ({
          hostPath: source,
          containerPath: path,
          ...(readOnly ? { readOnly } : {}),
        })),
      ],
      uploads: plan.uploads.map((upload) => ({
        file: upload.path,
        content: contentOf(upload, ground),
        permissions: "executable" in upload ? "0755" : "0644",
      })),
      restart: plan.restart,
      destroyGraceSeconds: plan.stopGraceSeconds,
      // Whether the process lives is judged by the readiness resource, which can also say why it does not.
      mustRun: true,
    },
    {
      ...containerOptions,
      ...host.options,
      parent,
      dependsOn: after,
    },
  );
  host.took(container);
  return container;
}

/** Labels in the form the provider takes. */
export function labelList(labels: Readonly<Record<string, string>>): { label: string; value: string }[] {
  return Object.entries(labels).map(([label, value]) => ({ label, value }));
}

/** Where the container's service is found: at the loopback port that it publishes, else at its host's address. */
export function serviceUrl(plan: ContainerPlan, container: docker.Container): pulumi.Output<string> {
  return plan.network === "host"
    ? pulumi.output(`http://${serviceAddress(plan)}`)
    : publishedUrl(container, plan.listen[0] ?? 0);
}

function networkOf(
  plan: ContainerPlan,
  ground: ClusterGround,
): Pick<docker.ContainerArgs, "networkMode" | "networksAdvanced"> {
  if (plan.network === "host") return { networkMode: "host" };
  if (ground.network === undefined)
    throw new Error(`${plan.key} is on a network that the plan does not have`);
  return {
    networksAdvanced: [{ name: ground.network.name, aliases: [plan.key], ipv4Address: plan.address }],
  };
}

/** In the order in which the provider reads them back: any other shows as a change. */
function portsOf({ publish }: ContainerPlan): docker.types.input.ContainerPort[] {
  const sorted = [...publish].sort((a, b) => a.port - b.port || (a.protocol < b.protocol ? -1 : 1));
  return sorted.map(({ port, protocol }) => ({
    internal: port,
    ip: "127.0.0.1",
    ...(protocol === "udp" ? { protocol } : {}),
  }));
}

function publishedUrl(container: docker.Container, port: number): pulumi.Output<string> {
  return container.ports.apply((ports) => {
    const external = ports?.find(
      ({ internal, protocol }) => internal === port && protocol !== "udp",
    )?.external;
    if (external === undefined) throw new Error(`the container does not publish port ${port}`);
    return `http://127.0.0.1:${external}`;
  });
}

function contentOf(upload: UploadPlan, ground: ClusterGround): pulumi.Input<string> {
  if ("content" in upload) return upload.content;
  return "file" in upload ? ground.file(upload.file) : ground.secret(upload.secret);
}
