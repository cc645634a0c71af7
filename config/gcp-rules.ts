import { parseDuration } from "./duration";
import type { Finding, Rule } from "./fault";
import { nearest } from "./nearest";
import { oneOf, show } from "./wording";

const HOUR = 3600;
/** What Google takes as maxRunDuration. Source: https://cloud.google.com/compute/docs/instances/limit-vm-runtime */
const LONGEST_TTL = 120 * 24 * HOUR;
const SHORTEST_TTL = 10 * 60;
const MOST_MACHINES = 100;

/** Source: https://cloud.google.com/resource-manager/docs/creating-managing-projects */
export const projectRule: Rule<string> = (id) =>
  /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(id)
    ? undefined
    : {
        message: `${show(id)} is no project id: 6 to 30 of a-z, 0-9 and hyphens, beginning with a letter`,
        cure: "write what `gcloud projects list` shows as PROJECT_ID, or leave it out for the project of your own settings",
      };

export const regionRule: Rule<string> = (region) => {
  if (/^[a-z]+-[a-z]+\d{1,2}$/.test(region)) return undefined;
  const zone = /^([a-z]+-[a-z]+\d{1,2})-[a-z]$/.exec(region);
  return {
    message: `${show(region)} is ${zone === null ? "no region of Google Cloud" : "a zone, not a region"}`,
    cure:
      zone === null
        ? "write one such as europe-west1"
        : `write region: ${zone[1] ?? ""} and zones: [${region}]`,
  };
};

export const zoneRule: Rule<string> = (zone) =>
  /^[a-z]+-[a-z]+\d{1,2}-[a-z]$/.test(zone)
    ? undefined
    : { message: `${show(zone)} is no zone of Google Cloud`, cure: "write one such as europe-west1-b" };

export const machineCountRule: Rule<number> = (count) =>
  count >= 1 && count <= MOST_MACHINES
    ? undefined
    : { message: `${count} machines cannot be made`, cure: `write a number from 1 to ${MOST_MACHINES}` };

/** Families whose processors are Arm. Source: https://cloud.google.com/compute/docs/instances/arm-on-compute */
const arm = ["t2a", "c4a", "n4a"];
/** Types with less memory than a master, ZooKeeper and an agent need beside Docker. */
const small = ["e2-micro", "e2-small", "f1-micro", "g1-small"];

/** What of the types of machines is known not to work; which ones there are, Google says. */
export const machineTypeRule: Rule<string> = (type) => {
  const cure = "write e2-standard-2, or leave it out";
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)+$/.test(type))
    return { message: `${show(type)} is no type of a machine of Google Cloud`, cure };
  if (arm.includes(type.split("-")[0] ?? ""))
    return { message: `${show(type)} has an Arm processor, and images of Mesos are for amd64`, cure };
  if (small.includes(type))
    return {
      message: `${show(type)} has no more than 2 GB of memory, too little for a node of a cluster`,
      cure,
    };
  return undefined;
};

/** The startup script knows Debian; which images there are, Google says. */
export const machineImageRule: Rule<string> = (image) =>
  /^(?:[a-z][a-z0-9-]*[a-z0-9])\/[a-z][a-z0-9-]*$/.test(image)
    ? undefined
    : {
        message: `${show(image)} is no image of Google Cloud: a project, a slash, a family or an image`,
        cure: "write debian-cloud/debian-12, or leave it out",
      };

const diskTypes = ["pd-balanced", "pd-ssd", "pd-standard", "hyperdisk-balanced"];

export const diskTypeRule: Rule<string> = (type) => {
  if (diskTypes.includes(type)) return undefined;
  const near = nearest(type, diskTypes);
  const cure = near === undefined ? `write ${oneOf(diskTypes)}` : `did you mean ${near}?`;
  return { message: `${show(type)} is no type of a disk`, cure };
};

export const diskSizeRule: Rule<number> = (size) =>
  size >= 10 && size <= 2000
    ? undefined
    : {
        message: `${size} GB is ${size < 10 ? "less than the image of the system" : "more than a node needs"}`,
        cure: "write a number of gigabytes from 10 to 2000, such as 30",
      };

/** Source: https://cloud.google.com/compute/docs/labeling-resources#requirements */
export const labelNameRule: Rule<string> = (name) => {
  if (name.startsWith("mesos-matrix"))
    return {
      message: `labels that begin with mesos-matrix are set by mesos-matrix`,
      cure: "take another name",
    };
  if (/^[a-z][a-z0-9_-]{0,62}$/.test(name)) return undefined;
  return {
    message: `${show(name)} is no name of a label that Google takes: up to 63 of a-z, 0-9, _ and -, beginning with a letter`,
    cure: "write one such as team",
  };
};

export const labelTextRule: Rule<string> = (text) =>
  /^[a-z0-9_-]{0,63}$/.test(text)
    ? undefined
    : {
        message: `${show(text)} is no text of a label that Google takes: up to 63 of a-z, 0-9, _ and -`,
        cure: "write one such as schedulers",
      };

/** An IPv4 range that is not everybody. */
export const sourceRangeRule: Rule<string> = (range) => {
  const match = /^((?:\d{1,3}\.){3}\d{1,3})(?:\/(\d{1,2}))?$/.exec(range);
  const parts = match?.[1]?.split(".").map(Number) ?? [];
  const bits = match?.[2] === undefined ? undefined : Number(match[2]);
  if (match === null || parts.some((part) => part > 255) || (bits ?? 0) > 32) {
    const why = range.includes(":") ? "an IPv6 range, and the machines have IPv4 addresses" : "no IPv4 range";
    return { message: `${show(range)} is ${why}`, cure: "write one such as 203.0.113.7/32" };
  }
  if (bits === undefined)
    return { message: `${show(range)} says not how many addresses it means`, cure: `write ${range}/32` };
  if (bits === 0)
    return {
      message: `${show(range)} lets everybody reach ssh`,
      cure: "write the ranges from which you work",
    };
  const value = parts.reduce((sum, part) => sum * 256 + part, 0);
  const first = value - (value % 2 ** (32 - bits));
  if (first === value) return undefined;
  const start = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join(".");
  return { message: `${show(range)} has bits behind its /${bits}`, cure: `write ${start}/${bits}` };
};

/** Time until Google deletes the machines. */
export const machineTtlRule: Rule<string> = (text) => {
  const seconds = parseDuration(text);
  if (seconds === undefined)
    return {
      message: `${show(text)} is no time: whole hours, minutes and seconds, in this order`,
      cure: "write it like 8h",
    };
  if (seconds < SHORTEST_TTL)
    return {
      message: `after ${show(text)} the machines would be gone before a cluster is ready`,
      cure: "write 10m or more",
    };
  if (seconds > LONGEST_TTL)
    return {
      message: `${show(text)} is longer than Google lets a machine live that it is to delete`,
      cure: "write 2880h (120 days) or less",
    };
  return undefined;
};

interface Places {
  readonly region?: string | undefined;
  readonly zones?: readonly string[] | undefined;
}

/** What is wrong between the region and the zones of a target gcp. */
export function placesFinding({ region, zones = [] }: Places): Finding | undefined {
  if (region === undefined) {
    return { message: "target gcp names no region", cure: "write one such as region: europe-west1" };
  }
  const far = zones.find((zone) => !zone.startsWith(`${region}-`));
  if (far !== undefined)
    return {
      message: `zone ${show(far)} is not in region ${region}`,
      cure: `write zones of ${region}, or leave them out`,
    };
  const twice = zones.find((zone, i) => zones.indexOf(zone) !== i);
  if (twice !== undefined) return { message: `zone ${show(twice)} is given twice`, cure: "name it once" };
  return undefined;
}
