import { isHosted } from "../../config/docker-names";
import { basic, registryHost, type Registry } from "./login";

/** A registry's answer to the question which tags a repository has, or why there is none. */
export type TagList = { readonly tags: readonly string[] } | { readonly why: string };

/** Seconds for each question, and most pages of an answer. */
const httpTimeout = 10;
const mostPages = 20;
const hub = "registry-1.docker.io";

/**
 * Asks a registry for the tags of a repository, with the login if it is this registry's.
 * Source: https://distribution.github.io/distribution/spec/api/#listing-image-tags and .../spec/auth/token/
 */
export async function listTags(repository: string, registry: Registry | undefined): Promise<TagList> {
  const { host, name } = placeOf(repository);
  const login =
    registry !== undefined && registryHost(registry.address) === host ? registry.login : undefined;
  let why = "";
  // Engines take a registry at this machine's loopback address without TLS, and so does this.
  for (const scheme of isLoopback(host) ? ["https", "http"] : ["https"]) {
    try {
      return await pages(`${scheme}://${host}`, name, login);
    } catch (error) {
      why = reason(error);
    }
  }
  return { why: `${host} does not answer (${why})` };
}

/** The registry's host and the repository's name there. An official image of Docker Hub stands below `library/`. */
export function placeOf(repository: string): { host: string; name: string } {
  if (!isHosted(repository))
    return { host: hub, name: repository.includes("/") ? repository : `library/${repository}` };
  const [host = "", ...rest] = repository.split("/");
  return { host: host === "docker.io" ? hub : host, name: rest.join("/") };
}

async function pages(base: string, name: string, login: Registry["login"]): Promise<TagList> {
  const tags: string[] = [];
  let next: string | undefined = `/v2/${name}/tags/list?n=1000`;
  let authorization = login === undefined ? undefined : `Basic ${basic(login)}`;
  for (let page = 0; next !== undefined && page < mostPages; page++) {
    let response = await ask(base + next, authorization);
    if (response.status === 401) {
      const challenge = response.headers.get("www-authenticate") ?? "";
      authorization = await token(challenge, base, login);
      if (authorization !== undefined) response = await ask(base + next, authorization);
    }
    if (response.status === 404) return { tags: [] };
    if (!response.ok) return { why: `${base} answers ${response.status} for its tags` };
    const body = (await response.json()) as { tags?: unknown };
    if (Array.isArray(body.tags)) tags.push(...body.tags.filter((tag) => typeof tag === "string"));
    next = /<([^>]+)>; *rel="?next"?/
      .exec(response.headers.get("link") ?? "")?.[1]
      ?.replace(/^https?:\/\/[^/]+/, "");
  }
  return { tags };
}

/** What a registry asks for with `Bearer realm="...",service="...",scope="..."`. The login goes to its own realm only. */
async function token(challenge: string, base: string, login: Registry["login"]): Promise<string | undefined> {
  const field = (name: string): string | undefined => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1];
  const realm = field("realm");
  if (!/^bearer /i.test(challenge) || realm === undefined) return undefined;
  const url = new URL(realm);
  const safe = url.protocol === "https:" || base.startsWith("http:");
  if (!safe) return undefined;
  for (const name of ["service", "scope"]) {
    const value = field(name);
    if (value !== undefined) url.searchParams.set(name, value);
  }
  const response = await ask(url.href, login === undefined ? undefined : `Basic ${basic(login)}`);
  if (!response.ok) return undefined;
  const { token, access_token } = (await response.json()) as { token?: string; access_token?: string };
  const found = token ?? access_token;
  return found === undefined ? undefined : `Bearer ${found}`;
}

function ask(url: string, authorization: string | undefined): Promise<Response> {
  return fetch(url, {
    headers: authorization === undefined ? {} : { authorization },
    signal: AbortSignal.timeout(httpTimeout * 1000),
  });
}

function isLoopback(host: string): boolean {
  return /^(?:127\.|localhost(?::|$)|\[::1\])/.test(host);
}

function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
