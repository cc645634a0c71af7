import type { GcpTargetSpec } from "../../config/gcp-spec";

/** A checked target; change what a test is about. */
export function gcpTarget(change: Partial<GcpTargetSpec> = {}): GcpTargetSpec {
  return {
    kind: "gcp",
    project: "my-project",
    region: "europe-west1",
    zones: ["europe-west1-b", "europe-west1-c", "europe-west1-d"],
    count: 4,
    machineType: "e2-standard-2",
    image: "debian-cloud/debian-12",
    disk: { size: 30, type: "pd-balanced" },
    spot: false,
    labels: { team: "schedulers" },
    sshFrom: ["203.0.113.7/32"],
    firewall: true,
    ttl: 8 * 3600,
    ...change,
  };
}
