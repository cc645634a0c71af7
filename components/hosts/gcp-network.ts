import { Firewall } from "@pulumi/gcp/compute/firewall";
import { Network } from "@pulumi/gcp/compute/network";
import { Subnetwork } from "@pulumi/gcp/compute/subnetwork";
import type * as pulumi from "@pulumi/pulumi";
import type { GcpPlan } from "../../plan/gcp";

export interface GcpNetwork {
  readonly subnetwork: Subnetwork;
  readonly firewalls: readonly Firewall[];
}

/** A network of the machines' own, and what it lets in; a network of Google Cloud refuses everything else. */
export function gcpNetwork(plan: GcpPlan, parent: pulumi.Resource): GcpNetwork {
  const project = plan.project === undefined ? {} : { project: plan.project };
  const network = new Network(
    "network",
    { ...project, name: plan.network, autoCreateSubnetworks: false },
    { parent },
  );
  const subnetwork = new Subnetwork(
    "subnetwork",
    {
      ...project,
      name: plan.subnetwork.name,
      region: plan.region,
      network: network.id,
      ipCidrRange: plan.subnetwork.range,
    },
    { parent },
  );
  const firewalls = plan.firewalls.map(
    ({ key, name, description, sources, allow }) =>
      new Firewall(
        `firewall-${key}`,
        {
          ...project,
          name,
          description,
          network: network.id,
          direction: "INGRESS",
          sourceRanges: [...sources],
          targetTags: [plan.tag],
          allows: allow.map(({ protocol, ports }) => ({
            protocol,
            ...(ports === undefined ? {} : { ports: [...ports] }),
          })),
        },
        { parent },
      ),
  );
  return { subnetwork, firewalls };
}
