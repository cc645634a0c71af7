import { z } from "zod";
import { parseDuration } from "./duration";
import {
  diskSizeRule,
  diskTypeRule,
  labelNameRule,
  labelTextRule,
  machineCountRule,
  machineImageRule,
  machineTtlRule,
  machineTypeRule,
  projectRule,
  regionRule,
  sourceRangeRule,
  zoneRule,
} from "./gcp-rules";
import type { GcpTargetSpec } from "./gcp-spec";
import { field, ruled, ruledKeys } from "./hints";

/** The keys of `target: { kind: gcp, ... }` beside those that it shares with others. */
export const gcpFields = {
  project: field(ruled(z.string(), projectRule), {
    wanted: "the id of a project of Google Cloud",
    example: "my-project",
  }).optional(),
  region: field(ruled(z.string(), regionRule), {
    wanted: "a region of Google Cloud",
    example: "europe-west1",
  }).optional(),
  zones: field(z.array(field(ruled(z.string(), zoneRule), { wanted: "a zone", example: "europe-west1-b" })), {
    wanted: "a list of zones of the region",
    example: "[europe-west1-b, europe-west1-c]",
  }).optional(),
  count: field(ruled(z.int(), machineCountRule), {
    wanted: "the number of machines",
    example: "3",
  }).optional(),
  machineType: field(ruled(z.string(), machineTypeRule), {
    wanted: "a type of machine",
    example: "e2-standard-2",
  }).optional(),
  machineImage: field(ruled(z.string(), machineImageRule), {
    wanted: "a project and a family of images of Debian",
    example: "debian-cloud/debian-12",
  }).optional(),
  disk: field(
    z.strictObject({
      size: field(ruled(z.int(), diskSizeRule), { wanted: "gigabytes", example: "30" }).optional(),
      type: field(ruled(z.string(), diskTypeRule), {
        wanted: "a type of disk",
        example: "pd-ssd",
      }).optional(),
    }),
    { wanted: "the size and type of every machine's disk", example: "{ size: 30 }" },
  ).optional(),
  spot: field(z.boolean(), { wanted: "true or false", example: "true" }).optional(),
  labels: field(
    ruledKeys(
      field(ruled(z.string(), labelTextRule), { wanted: "text in Google's letters", example: "schedulers" }),
      labelNameRule,
    ),
    { wanted: "a mapping from names to text", example: "{ team: schedulers }" },
  ).optional(),
  sshFrom: field(
    z.array(
      field(ruled(z.string(), sourceRangeRule), { wanted: "an IPv4 range", example: "203.0.113.7/32" }),
    ),
    { wanted: "a list of IPv4 ranges that may reach ssh", example: "[203.0.113.7/32]" },
  ).optional(),
  ttl: field(ruled(z.string(), machineTtlRule), {
    wanted: "the time until Google deletes the machines, with its unit",
    example: "8h",
  }).optional(),
};

export type GcpInput = z.output<z.ZodObject<typeof gcpFields>>;

const HOURS = 3600;

/**
 * A target gcp with every default filled in.
 * @param needed number of machines where nothing is said of it
 */
export function buildGcp(input: GcpInput & { firewall?: string | undefined }, needed: number): GcpTargetSpec {
  const region = input.region ?? "";
  return {
    kind: "gcp",
    project: input.project,
    region,
    zones: input.zones === undefined || input.zones.length === 0 ? zonesOf(region) : input.zones,
    count: input.count ?? needed,
    // Two processors and 8 GB: a master, a ZooKeeper and an agent with tasks beside Docker.
    machineType: input.machineType ?? "e2-standard-2",
    // The newest Debian whose Docker (20.10) runs images of every age, and whose systemd still boots with cgroup v1.
    image: input.machineImage ?? "debian-cloud/debian-12",
    disk: { size: input.disk?.size ?? 30, type: input.disk?.type ?? "pd-balanced" },
    spot: input.spot ?? false,
    labels: input.labels ?? {},
    sshFrom: input.sshFrom,
    firewall: input.firewall !== "unmanaged",
    ttl: parseDuration(input.ttl ?? "") ?? 8 * HOURS,
  };
}

/** Regions whose first three zones are not a, b and c. Source: https://cloud.google.com/compute/docs/regions-zones */
const otherZones: Readonly<Record<string, readonly string[]>> = {
  "europe-west1": ["b", "c", "d"],
  "us-east1": ["b", "c", "d"],
};

function zonesOf(region: string): string[] {
  return (otherZones[region] ?? ["a", "b", "c"]).map((letter) => `${region}-${letter}`);
}
