import type { ImageVendor } from "./images";
import type { MesosRole } from "./flags";
import { atLeast } from "./versions";
import type { Fact } from "./fact";

/** What a vendor's image brings along beside the binaries. */
export interface ImageTraits extends Fact {
  /** The program that the image starts by itself; undefined where none is known. */
  readonly entrypoint: string | undefined;
  /** Arguments that it adds where nobody gives others: an empty list must be given in their place. */
  readonly cmd: readonly string[];
  /** Whether the docker client is in it, which the docker containerizer needs. */
  readonly dockerCli: boolean;
  /** Whether it was pushed with a schema-1 manifest, before Docker 1.10. */
  readonly schema1: boolean;
}

const mesosphere = "mesosphere/docker-containers mesos/Makefile, mesos/dockerfile-templates";

/** The first release whose images were pushed by Docker 1.10 or newer; dated by the releases, not by the images. */
const afterSchema1 = "0.27.0-rc1";

/** Tags that exist in a registry under a name that is not the version's. */
const misspelt: readonly { readonly repository: RegExp; readonly tag: RegExp; readonly meant: string }[] = [
  { repository: /^mesosphere\/mesos/, tag: /^1\.0\.11\.0\.1-2\.0\.93/, meant: "1.0.1-2.0.93.ubuntu1404" },
  { repository: /^mesosphere\/mesos/, tag: /^1\.1\.01\.1\.0-2\.0\.107/, meant: "1.1.0-2.0.107.ubuntu1404" },
];

/** What is known of a vendor's image for a role and a known version. */
export function imageTraits(vendor: ImageVendor, role: MesosRole, version: string): ImageTraits {
  switch (vendor) {
    case "mesosphere":
      return {
        entrypoint: role === "master" ? "mesos-master" : "mesos-slave",
        cmd: role === "master" ? ["--registry=in_memory"] : [],
        dockerCli: atLeast(version, "1.0.0-rc1"),
        schema1: !atLeast(version, afterSchema1),
        fact: "mesosphere/mesos-master starts mesos-master with --registry=in_memory unless other arguments are given; the docker client is in its images from 1.0 on (July 2016)",
        source: mesosphere,
      };
    case "redjack":
      return {
        entrypoint: undefined,
        cmd: [],
        dockerCli: false,
        schema1: true,
        fact: "redjack's images hold Mesos 0.21.0 of November 2014",
        source: "https://hub.docker.com/r/redjack/mesos-master",
      };
    case "mesos":
      return {
        entrypoint: undefined,
        cmd: [],
        dockerCli: false,
        schema1: false,
        fact: "mesos/mesos-centos is built from branches by the project's CI, and its tags name branches",
        source: "apache/mesos support/jenkins, support/packaging/centos",
      };
  }
}

/** The tag that was meant, where a published tag is known to be misspelt. */
export function misspeltTag(repository: string, tag: string): string | undefined {
  return misspelt.find((row) => row.repository.test(repository) && row.tag.test(tag))?.meant;
}
