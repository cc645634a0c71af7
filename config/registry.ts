import { z } from "zod";
import { isRepository } from "./docker-names";
import type { Finding, Rule } from "./fault";
import { secretSchema } from "./field-schemas";
import { customIssue, field, ruled } from "./hints";
import { processTextRule } from "./rules";
import type { RegistrySpec } from "./spec";
import { secretSource } from "./values";
import { printable, show } from "./wording";

/** `host:port`, and what stands before every repository there: `registry.example.com:5000/mirror`. */
export const registryRule: Rule<string> = (address) => {
  const [host = ""] = address.split("/");
  const hosted = /[.:]/.test(host) || host === "localhost";
  if (hosted && isRepository(`${address}/any`)) return undefined;
  const bare = address.replace(/^[a-z]+:\/\//, "").replace(/\/+$/, "");
  const better = bare !== address && registryRule(bare) === undefined;
  return {
    message: better
      ? `${show(address)} is written like a web address, which no image name is`
      : `${show(address)} names no registry: a host with a dot, a port or the name localhost, then a path if any`,
    cure: `write ${better ? printable(bare) : "it like registry.example.com:5000 or registry.example.com/mirror"}`,
  };
};

const address = field(ruled(z.string(), registryRule), {
  wanted: "the address of a registry, with a path if images stand below one there",
  example: "registry.example.com:5000",
});

const login = z
  .strictObject({
    address,
    username: field(ruled(z.string(), usernameRule), {
      wanted: "the name with which to log in",
      example: "robot",
    }).optional(),
    password: field(z.union([ruled(z.string(), clearTextRule), z.strictObject({ secret: secretSchema })]), {
      wanted: "the place of a secret, since a password stands in no file of ours",
      example: "{ secret: { env: REGISTRY_PASSWORD } }",
    }).optional(),
  })
  .superRefine((value, context) => {
    if ((value.username === undefined) === (value.password === undefined)) return;
    const finding =
      value.username === undefined
        ? { message: "the login has no username", cure: "add username:" }
        : { message: "the login has no password", cure: "add password: { secret: { env: NAME } }" };
    context.addIssue(customIssue(finding));
  });

/** Where the images of registries come from in place of Docker Hub. */
export const registrySchema = field(z.union([address, login]), {
  wanted: "the address of a registry, or its address and a login",
  example: "registry.example.com:5000",
});

/** The registry of a spec; `password` is the secret in clear text, where only the run knows it. */
export function buildRegistry(
  input: z.output<typeof registrySchema> | undefined,
  password: string | undefined,
): RegistrySpec | undefined {
  if (input === undefined) return undefined;
  if (typeof input === "string") return { address: input, login: undefined };
  const { address: at, username, password: sealed } = input;
  if (username === undefined || typeof sealed !== "object") return { address: at, login: undefined };
  const secret = password === undefined ? secretSource(sealed.secret) : { secret: { value: password } };
  return { address: at, login: { username, password: secret } };
}

/** A colon ends the name in the header that carries both (RFC 7617). */
function usernameRule(name: string): ReturnType<Rule<string>> {
  if (name !== "" && !name.includes(":")) return processTextRule(name);
  return { message: `${show(name)} is no name for a login`, cure: "write a name without a colon" };
}

/** The text itself is in no message. */
function clearTextRule(): Finding {
  return {
    message: "the password stands here in clear text, for everybody who sees this file",
    cure: "write password: { secret: { env: NAME } } or { secret: { file: PATH } }, and change the password",
  };
}
