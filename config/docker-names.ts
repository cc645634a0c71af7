import type { Rule } from "./fault";
import { filled } from "./image-rules";
import { printable, show } from "./wording";

/*
 * Docker's grammar of image references: https://pkg.go.dev/github.com/distribution/reference. The first part is a
 * registry's host when it holds a dot or a colon, or is `localhost`.
 */
const HOST = /^(?:[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9])(?:\.[A-Za-z0-9-]+)*(?::\d{1,5})?$/;
const PART = /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;

/** A repository such as `registry.example.com:5000/team/mesos`, without a tag; `{version}` may stand in it. */
export const repositoryRule: Rule<string> = (repository) => {
  if (isRepository(filled(repository, "1.0.0"))) return undefined;
  const [, scheme] = /^([a-z]+:\/\/)/.exec(repository) ?? [];
  if (scheme !== undefined) {
    return {
      message: `${show(repository)} begins with ${scheme}, which no image name does`,
      cure: `write ${printable(repository.slice(scheme.length))}`,
    };
  }
  const colon = repository.lastIndexOf(":");
  if (colon > repository.lastIndexOf("/") && isRepository(repository.slice(0, colon))) {
    return {
      message: `${show(repository)} holds a tag`,
      cure: `write repository: ${repository.slice(0, colon)} and tag: ${show(repository.slice(colon + 1))}`,
    };
  }
  const lower = repository.toLowerCase();
  return {
    message: `${show(repository)} is a repository name that Docker refuses: lower-case words joined by / . _ or -, after a registry's host if any`,
    cure: isRepository(lower)
      ? `write ${lower}`
      : "write it like my/mesos or registry.example.com:5000/my/mesos",
  };
};

/** A tag, in which `{version}` stands for the Mesos version. */
export const tagRule: Rule<string> = (tag) => {
  const unknown = /\{[^}]*\}?/.exec(tag.replaceAll("{version}", ""))?.[0];
  if (unknown !== undefined) {
    return {
      message: `${show(tag)} holds ${show(unknown)}, and only {version} is filled in`,
      cure: 'write "{version}" where the Mesos version belongs',
    };
  }
  if (TAG.test(filled(tag, "1.0.0"))) return undefined;
  return {
    message: `${show(tag)} is a tag that Docker refuses: letters, digits, _ . and -, at most 128 of them, no . or - first`,
    cure: 'write it like "{version}" or "{version}-ubuntu"',
  };
};

/** A whole reference such as `node:24`, `registry.example.com:5000/team/tests@sha256:...` or `sha256:...`. */
export const referenceRule: Rule<string> = (reference) => {
  const digest = /(?:^|@)sha256:[0-9a-f]{64}$/;
  const named = reference.replace(digest, "");
  const colon = named.lastIndexOf(":");
  const tagged = colon > named.lastIndexOf("/");
  const [repository, tag] = tagged ? [named.slice(0, colon), named.slice(colon + 1)] : [named, "latest"];
  const good = named === "" ? digest.test(reference) : isRepository(repository) && TAG.test(tag);
  return good
    ? undefined
    : { message: `${show(reference)} is an image name that Docker refuses`, cure: 'write it like "node:24"' };
};

/** Whether Docker takes it as a repository, with or without a registry's host before it. */
export function isRepository(repository: string): boolean {
  if (repository.length > 255) return false;
  const parts = repository.split("/");
  const hosted = isHosted(repository);
  return (
    (!hosted || HOST.test(parts[0] ?? "")) && parts.slice(hosted ? 1 : 0).every((part) => PART.test(part))
  );
}

/** Whether a repository names the host of its registry. */
export function isHosted(repository: string): boolean {
  const [first = "", ...rest] = repository.split("/");
  return rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
}
