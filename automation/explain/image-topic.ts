import { findVersion } from "../../mesos/versions";
import { imageTraits, misspeltTag } from "../../mesos/image-quirks";
import { vendorImage, vendorVersions, type ImageVendor } from "../../mesos/images";
import { marathonKnownBad } from "../../mesos/marathon";
import { allVersions } from "../../mesos/versions";
import type { Fact, Subject, Topic } from "./topic";

const vendors: readonly ImageVendor[] = ["mesosphere", "redjack", "mesos"];
const roles = ["master", "agent"] as const;

/** Sources of images that are no registry's. */
const others: Readonly<Record<string, string>> = {
  simulator: "a stand-in for Mesos that is built here: real ZooKeeper, real HTTP, no real Mesos",
  custom: "an image of your own, of a registry or on the engine",
  archive: "a saved image (docker save), which is loaded on every host that needs it",
  build: "a Dockerfile of your own, which is built on this machine",
  installTree: "the folder of your own make install, packed into an image with the libraries that it needs",
};

const howToWrite: Readonly<Record<string, string>> = {
  simulator: "image: simulator",
  custom: 'image: { custom: { repository: my/mesos, tag: "{version}" } }',
  archive: 'image: { archive: "img/mesos-{version}.tar" }',
  build: "image: { build: { context: mesos } }",
  installTree: 'image: { installTree: "builds/{version}" }',
};

/** Images: a vendor (`mesosphere`), a repository (`mesosphere/mesos-master`), or one with its tag. */
export const imageSubject: Subject = {
  kind: "image",
  find(word) {
    const simple = Object.hasOwn(others, word) ? others[word] : undefined;
    if (simple !== undefined) {
      const facts = [{ label: "write", text: howToWrite[word] ?? "", source: "mesos-matrix README.md" }];
      return { kind: "image", name: word, title: simple, facts };
    }
    const vendor = vendors.find((one) => one === word);
    if (vendor !== undefined) return vendorTopic(vendor);
    const [, repository = "", tag = ""] =
      /^(?:docker\.io\/)?([\w.-]+\/[\w.-]+)(?::([\w.-]+))?$/.exec(word) ?? [];
    return repository === "" ? undefined : repositoryTopic(repository, tag);
  },
  names: () => [
    ...vendors,
    ...Object.keys(others),
    ...vendors.flatMap((vendor) => every(vendor).map(({ reference }) => reference)),
  ],
};

function vendorTopic(vendor: ImageVendor): Topic {
  return {
    kind: "image",
    name: vendor,
    title: `images of the registry account that image: ${vendor} stands for`,
    facts: [
      { label: "versions", text: vendorVersions(vendor).join(", ") },
      ...repositoriesOf(vendor).map((text) => ({ label: "repository", text })),
      ...quirks(vendor, newestOf(vendor)),
    ],
  };
}

function repositoryTopic(repository: string, tag: string): Topic | undefined {
  const name = tag === "" ? repository : `${repository}:${tag}`;
  if (repository === "mesosphere/marathon") return marathonTopic(name, tag);
  const meant = misspeltTag(repository, tag);
  if (meant !== undefined) {
    const text = `a slip of its publisher; the right one is ${repository}:${meant}`;
    const source = "https://hub.docker.com/r/mesosphere/mesos-master/tags";
    return { kind: "image", name, title: "a published image", facts: [{ label: "careful", text, source }] };
  }
  for (const vendor of vendors) {
    const here = every(vendor).filter((image) => image.repository === repository);
    const [first] = here.filter((image) => tag === "" || image.tag === tag);
    if (first === undefined) continue;
    const facts: Fact[] =
      tag === ""
        ? [
            { label: "tags", text: here.map((image) => image.tag).join(", ") },
            ...quirks(vendor, newestOf(vendor)),
          ]
        : [{ label: "holds", text: `Mesos ${first.version}` }, ...quirks(vendor, first.version)];
    const write = { label: "write", text: `image: ${vendor}` };
    return { kind: "image", name, title: `an image of ${vendor}`, facts: [...facts, write] };
  }
  return undefined;
}

function marathonTopic(name: string, tag: string): Topic {
  const bad = marathonKnownBad(tag);
  return {
    kind: "image",
    name,
    title: "an image of Marathon, tagged v and its version from 0.13 on",
    facts: [
      ...(bad === undefined
        ? []
        : [{ label: "careful", text: `it cannot start: ${bad.why}`, source: bad.source }]),
      { label: "write", text: "marathon: { version: ..., image: mesosphere }" },
    ],
  };
}

interface Published {
  readonly version: string;
  readonly repository: string;
  readonly tag: string;
  readonly reference: string;
}

function every(vendor: ImageVendor): Published[] {
  return allVersions().flatMap(({ tag: version }) =>
    roles.flatMap((role) => {
      const image = vendorImage(vendor, role, version);
      return image === undefined
        ? []
        : [{ ...image, version, reference: `${image.repository}:${image.tag}` }];
    }),
  );
}

function repositoriesOf(vendor: ImageVendor): string[] {
  return [...new Set(every(vendor).map(({ repository }) => repository))];
}

function newestOf(vendor: ImageVendor): string {
  return every(vendor).at(-1)?.version ?? "master";
}

function quirks(vendor: ImageVendor, version: string): Fact[] {
  if (findVersion(version) === undefined) return [];
  const traits = imageTraits(vendor, "master", version);
  const entry = roles.flatMap((role) => {
    const { entrypoint, cmd } = imageTraits(vendor, role, version);
    return entrypoint === undefined ? [] : [`${role}s ${[entrypoint, ...cmd].join(" ")}`];
  });
  return [
    { label: "fact", text: traits.fact, source: traits.source },
    ...(entry.length === 0
      ? []
      : [{ label: "starts", text: `${entry.join(", ")}; mesos-matrix gives its own words` }]),
    {
      label: "docker",
      text: traits.dockerCli ? "the docker client is in it" : "no docker client is known to be in it",
    },
    ...(traits.schema1
      ? [{ label: "careful", text: "its manifest is of schema 1: see explain image-schema-1" }]
      : []),
  ];
}
