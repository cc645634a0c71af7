import { z } from "zod";
import { repositoryRule, tagRule } from "./docker-names";
import type { Finding } from "./fault";
import { customIssue, field, ruled, ruledKeys } from "./hints";
import { buildArgNameRule, placeholderRule, sourcePathRule } from "./image-rules";
import { imageNameRule, IMAGES } from "./rules";
import { oneOf } from "./wording";

const path = (example: string): z.ZodString =>
  field(ruled(z.string(), sourcePathRule), {
    wanted: "a path in quotes, in which {version} stands for the version",
    example,
  });

const custom = (program: string) =>
  field(
    z.strictObject({
      repository: field(ruled(z.string(), repositoryRule), {
        wanted: `a Docker repository such as my/${program}`,
        example: `my/${program}`,
      }),
      tag: field(ruled(z.string(), tagRule), {
        wanted: "a tag in quotes, in which {version} stands for the version",
        example: '"{version}"',
      }),
    }),
    { wanted: "a repository and a tag", example: `{ repository: my/${program}, tag: "{version}" }` },
  );

const build = field(
  z.strictObject({
    context: path("images/mesos"),
    dockerfile: path('"Dockerfile.{version}"').optional(),
    args: field(
      ruledKeys(
        field(ruled(z.string(), placeholderRule), {
          wanted: "text, in quotes where YAML would read something else",
          example: '"{version}"',
        }),
        buildArgNameRule,
      ),
      {
        wanted: "a mapping from the Dockerfile's ARGs to text",
        example: '{ MESOS_VERSION: "{version}" }',
      },
    ).optional(),
  }),
  {
    wanted: "a folder with a Dockerfile, and what to build it with",
    example: '{ context: images/mesos, args: { MESOS_VERSION: "{version}" } }',
    cureFor: (value) => (typeof value === "string" ? "{ context: ... } with this path" : undefined),
  },
);

const installTree = field(
  z.union([
    path('"builds/{version}"'),
    z.strictObject({
      folder: path('"builds/{version}"'),
      base: field(ruled(z.string(), baseImageRule), {
        wanted: "an image that is there to build on, of the system on which Mesos was built",
        example: '"ubuntu:22.04"',
      }).optional(),
    }),
  ]),
  { wanted: "the folder of a make install", example: '"builds/{version}"' },
);

const own = (program: string) => ({
  custom: custom(program).optional(),
  archive: path(`"img/${program}-{version}.tar"`).optional(),
  build: build.optional(),
});

/** An image of the user's own of one part of a cluster: a registry's, a saved one, or one to build. */
export const ownImageSchema = (program: string) => onlyOne(z.strictObject(own(program)));

const ownMesosImage = onlyOne(z.strictObject({ ...own("mesos"), installTree: installTree.optional() }));

/** Where an image with Mesos in it comes from: the name of a source, or one of the user's own. */
export const mesosImageSchema = field(
  z.union([ruled(z.string(), imageNameRule).meta({ enum: IMAGES }), ownMesosImage]),
  {
    wanted: "an image source such as simulator or mesosphere",
    example: "simulator",
  },
);

/** What `ownImageSchema` lets pass. */
export type OwnImageInput = z.output<ReturnType<typeof ownImageSchema>>;

/** The mapping that `mesosImageSchema` lets pass. */
export type OwnMesosImageInput = z.output<typeof ownMesosImage>;

function onlyOne<S extends z.ZodObject>(schema: S): S {
  const names = Object.keys(schema.shape);
  return schema.superRefine((value, context) => {
    const given = Object.entries(value).flatMap(([name, part]) => (part === undefined ? [] : [name]));
    if (given.length === 1 || context.issues.length > 0) return;
    const message = given.length === 0 ? "the image has no source" : `the image has ${given.length} sources`;
    context.addIssue(customIssue({ message, cure: `write one of ${oneOf(names)}` }));
  });
}

function baseImageRule(reference: string): Finding | undefined {
  const [, repository = reference, tag = "latest"] = /^(.+):([^:/]+)$/.exec(reference) ?? [];
  return repositoryRule(repository) ?? tagRule(tag);
}
