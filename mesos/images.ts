import { atLeast } from "./versions";
import type { MesosRole } from "./flags";

/** Registries that carry, or carried, Mesos images. */
export type ImageVendor = "mesosphere" | "redjack" | "mesos";

const vendors: readonly string[] = ["mesosphere", "redjack", "mesos"] satisfies ImageVendor[];

/** Whether a source of images, by its name, is one whose repositories are known. */
export function isVendor(source: string): source is ImageVendor {
  return vendors.includes(source);
}

export interface VendorImage {
  readonly repository: string;
  readonly tag: string;
}

/**
 * Tags of mesosphere/mesos-master and mesosphere/mesos-slave on Docker Hub, by Mesos version.
 * Source: tags used in public files (mesosphere/docker-containers and its users); whether each still exists is
 * found out by asking the registry.
 */
const mesosphereTags: Readonly<Record<string, string>> = {
  "0.20.1": "0.20.1",
  "0.21.0": "0.21.0-1.0.ubuntu1404",
  "0.21.1": "0.21.1-1.1.ubuntu1404",
  "0.22.0": "0.22.0-1.0.ubuntu1404",
  "0.22.1": "0.22.1-1.0.ubuntu1404",
  "0.23.0": "0.23.0-1.0.ubuntu1404",
  "0.24.0": "0.24.0-1.0.27.ubuntu1404",
  "0.24.1": "0.24.1-0.2.35.ubuntu1404",
  "0.25.0": "0.25.0-0.2.70.ubuntu1404",
  "0.26.0": "0.26.0-0.2.145.ubuntu1404",
  "0.27.0": "0.27.0-0.2.190.ubuntu1404",
  "0.28.0": "0.28.0-2.0.16.ubuntu1404",
  "0.28.1": "0.28.1-2.0.20.ubuntu1404",
  "0.28.2": "0.28.2-2.0.27.ubuntu1404",
  "1.0.0-rc1": "1.0.0-1.0.59.rc1.ubuntu1404",
  "1.0.0": "1.0.0-2.0.89.ubuntu1404",
  "1.0.1-rc1": "1.0.1-1.0.90.rc1.ubuntu1404",
  "1.0.1": "1.0.1-2.0.93.ubuntu1404",
  "1.0.2-rc1": "1.0.2-rc1",
  "1.0.3-rc1": "1.0.3-rc1",
  "1.1.0": "1.1.0-2.0.107.ubuntu1404",
  "1.1.1": "1.1.1",
  "1.2.0": "1.2.0",
  "1.2.1": "1.2.1",
  "1.3.0": "1.3.0",
  "1.3.1": "1.3.1",
  "1.3.2": "1.3.2",
  "1.4.1": "1.4.1",
  "1.5.0": "1.5.0",
  "1.6.2": "1.6.2",
  "1.7.0": "1.7.0",
  "1.7.1": "1.7.1",
};

const repositories: Readonly<Record<ImageVendor, Readonly<Record<MesosRole, string>>>> = {
  mesosphere: { master: "mesosphere/mesos-master", agent: "mesosphere/mesos-slave" },
  redjack: { master: "redjack/mesos-master", agent: "redjack/mesos-slave" },
  mesos: { master: "mesos/mesos-centos", agent: "mesos/mesos-centos" },
};

/** The image of a vendor for a version and role, or undefined where the vendor is not known to have one. */
export function vendorImage(vendor: ImageVendor, role: MesosRole, version: string): VendorImage | undefined {
  const repository = repositories[vendor][role];
  const tag = knownTag(vendor, version);
  return tag === undefined ? undefined : { repository, tag };
}

function knownTag(vendor: ImageVendor, version: string): string | undefined {
  switch (vendor) {
    case "mesosphere":
      return mesosphereTags[version];
    case "redjack":
      return version === "0.21.0" ? version : undefined;
    case "mesos": {
      // Built from branches, not tags (support/jenkins): 1.9.x holds the newest 1.9; nothing before 1.7.
      if (version === "master") return version;
      if (!atLeast(version, "1.7.0-rc1")) return undefined;
      const [major, minor] = version.split(".");
      return `${major ?? ""}.${minor ?? ""}.x`;
    }
  }
}

/**
 * Where a vendor's image of a version would be: the tag that is known, else the names that the vendor's other tags
 * follow, likeliest first. Only the registry knows whether one exists.
 */
export function vendorTags(
  vendor: ImageVendor,
  role: MesosRole,
  version: string,
): { readonly repository: string; readonly tags: readonly string[] } {
  const known = vendorImage(vendor, role, version);
  const repository = known?.repository ?? repositories[vendor][role];
  // A tag of mesos/mesos-centos names a release only where the branch stood on it when it was built.
  const exact = vendor === "mesos" || known === undefined ? [version] : [];
  return { repository, tags: [...new Set([...exact, ...(known === undefined ? [] : [known.tag])])] };
}

/**
 * Whether a tag of a vendor is named for this version: `1.4.0`, `1.4.0-2.0.1.ubuntu1404`, a candidate as
 * `1.0.0-1.0.59.rc1.ubuntu1404` or `1.0.2-rc1` (mesosphere); `1.9.x-2020-01-31` (mesos).
 */
export function isTagOf(vendor: ImageVendor, tag: string, version: string): boolean {
  if (tag === version) return true;
  const [release = "", candidate] = version.split("-");
  if (vendor === "mesos") {
    const branch = version === "master" ? version : release.replace(/\.\d+$/, ".x");
    return (
      tag === branch ||
      (tag.startsWith(`${branch}-`) && /^\d{4}-\d\d-\d\d$/.test(tag.slice(branch.length + 1)))
    );
  }
  if (!tag.startsWith(`${release}-`)) return false;
  const found = /(?:^|[-.])(rc\d+)(?:[-.]|$)/.exec(tag.slice(release.length))?.[1];
  return found === candidate;
}

/** The versions for which a vendor is known to have images, oldest first. */
export function vendorVersions(vendor: ImageVendor): string[] {
  if (vendor === "mesosphere") return Object.keys(mesosphereTags);
  return vendor === "redjack" ? ["0.21.0"] : ["1.7.x", "1.8.x", "1.9.x", "1.10.x", "1.11.x", "master"];
}
