import type { RegistrySpec } from "../../config/spec";
import type { ResolvedImage } from "../../plan/inputs";
import { plainValue } from "../secrets";
import { findImage, type EngineImage, type Errand } from "./engine";
import type { Registry } from "./login";
import { pull, type PullFailure } from "./pull";

/** An errand that may go to registries. */
export interface ImageErrand extends Errand {
  /** In place of Docker Hub. */
  readonly registry: Registry | undefined;
  /** Whether registries are asked again for what the engine has already. */
  readonly refresh: boolean;
}

/** The registry of a spec with its password. @throws PreconditionError where the secret is not there */
export function registryOf(spec: RegistrySpec | undefined): Registry | undefined {
  if (spec === undefined) return undefined;
  const { address, login } = spec;
  if (login === undefined) return { address, login: undefined };
  return {
    address,
    login: { username: login.username, password: plainValue(login.password, "registry.password") },
  };
}

/** An image without the question that it answers. */
export type Answer = Omit<ResolvedImage, "asked">;

/** An image before it is known what it needs beside. */
export type Found = Omit<Answer, "env">;

/**
 * The first of several references that can be had: from the engine, then from its registry. Answers with every
 * failure where there is none.
 */
export async function lookUp(
  references: readonly string[],
  errand: ImageErrand,
): Promise<Found | readonly PullFailure[]> {
  const there = errand.refresh ? undefined : await onEngine(references);
  if (there !== undefined) return there;
  const failures: PullFailure[] = [];
  for (const reference of references) {
    const failure = await pull(reference, errand.registry, errand);
    const present = await findImage(reference);
    if (failure === undefined && present !== undefined) return found(reference, present, "registry");
    // What was only ever built here no registry can have moved.
    if (failure !== undefined && failure.why !== "unreachable" && present?.digests.length === 0)
      return found(reference, present, "engine");
    if (failure !== undefined) failures.push(failure);
  }
  return failures;
}

async function onEngine(references: readonly string[]): Promise<Found | undefined> {
  for (const reference of references) {
    const image = await findImage(reference);
    if (image !== undefined) return found(reference, image, "engine");
  }
  return undefined;
}

/** Whether `lookUp` found nothing. */
export function isFailed(answer: Found | readonly PullFailure[]): answer is readonly PullFailure[] {
  return Array.isArray(answer);
}

/** What the engine has, under the reference by which it was found. */
export function found(reference: string, image: EngineImage, source: Found["source"]): Found {
  const repository = reference.replace(/:[^:/]+$/, "");
  const digest = image.digests.find((one) => one.startsWith(`${repository}@`));
  return { reference, id: image.id, digest, platform: image.platform, source };
}

/** What can be made here where no registry gives the published image. */
export interface Fallback {
  /** What the engine made earlier. */
  readonly before: () => Promise<Found | undefined>;
  readonly make: () => Promise<Found>;
}

/**
 * The published image where the engine has it or a registry gives it, else one that is made here. What runs already
 * keeps being used: a registry that comes back, or goes, must not replace it by the other.
 */
export async function publishedOr(
  references: readonly string[],
  fallback: Fallback | undefined,
  errand: ImageErrand,
): Promise<Found | readonly PullFailure[]> {
  const present = (await onEngine(references)) ?? (await fallback?.before());
  if (present !== undefined && !errand.refresh) return present;
  const answer = await lookUp(references, errand);
  if (!isFailed(answer)) return answer;
  if (present !== undefined) return present;
  if (fallback === undefined) return answer;
  errand.say(`no registry gives ${references.join(" or ")}: one is made here`);
  return fallback.make();
}
