import { z } from "zod";
import { gcpFields } from "./gcp-schema";
import { customIssue, field, ruled } from "./hints";
import { nameRule } from "./name";
import { filePathRule } from "./rules";
import {
  addressRule,
  bareTargetRule,
  firewallRule,
  hostKeyRule,
  ipRule,
  loginUserRule,
  missingHosts,
  placementRule,
  portRule,
  targetKeys,
  targetRule,
} from "./target-rules";

const kind = field(ruled(z.string(), targetRule), { wanted: "the kind of a target", example: "ssh" });
const name = (wanted: string, example: string): z.ZodString =>
  field(ruled(z.string(), nameRule), { wanted, example });
const file = (wanted: string, example: string): z.ZodString =>
  field(ruled(z.string(), filePathRule), { wanted, example });

const address = field(ruled(z.string(), addressRule), {
  wanted: "the name or IPv4 address of a host",
  example: "192.0.2.10",
});

/** How ssh gets in; on the target for all hosts, on a host for it alone. */
const login = {
  user: field(ruled(z.string(), loginUserRule), {
    wanted: "a user's name on the hosts",
    example: "root",
  }).optional(),
  port: field(ruled(z.int(), portRule), { wanted: "the port of sshd", example: "22" }).optional(),
  identity: file("the file of a private key", "~/.ssh/id_ed25519").optional(),
  knownHosts: file("a known_hosts file", "known_hosts").optional(),
};

/** A host as a file or a stack's output names it. */
export const hostSchema = field(
  z.union([
    address,
    z.strictObject({
      address,
      name: name("a name for the host in this cluster", "h1").optional(),
      ...login,
      hostKey: field(ruled(z.string(), hostKeyRule), {
        wanted: "the host's public key",
        example: '"ssh-ed25519 AAAA..."',
      }).optional(),
      privateAddress: field(ruled(z.string(), ipRule), {
        wanted: "the IPv4 address at which the other hosts reach it",
        example: "10.0.0.11",
      }).optional(),
      roles: field(
        z.array(
          field(ruled(z.string(), placementRule), { wanted: "what the host may run", example: "agent" }),
        ),
        { wanted: "a list of what the host may run", example: "[agent]" },
      ).optional(),
    }),
  ]),
  { wanted: "an address, or a mapping with it", example: "{ address: 192.0.2.10, user: root }" },
);

/** Where the containers run: a word, or a mapping with the kind and its settings. */
export const targetSchema = field(
  z.union([
    field(ruled(z.string(), bareTargetRule), { wanted: "the kind of a target", example: "local" }),
    z
      .strictObject({
        kind,
        hosts: field(z.array(hostSchema), { wanted: "a list of hosts", example: "[192.0.2.10]" }).optional(),
        hostsFrom: name("the name of the stack that made the hosts", "my-hosts").optional(),
        ...login,
        ...gcpFields,
        prepare: field(z.boolean(), { wanted: "true or false", example: "true" }).optional(),
        firewall: field(ruled(z.string(), firewallRule), {
          wanted: "managed or unmanaged",
          example: "unmanaged",
        }).optional(),
      })
      .superRefine((target, context) => {
        if (context.issues.length > 0) return;
        const known = targetKeys[target.kind] ?? [];
        for (const key of Object.keys(target)) {
          if (key === "kind" || known.includes(key)) continue;
          const message =
            known.length === 0
              ? `target ${target.kind} takes no settings`
              : `target ${target.kind} takes no ${key}`;
          context.addIssue(customIssue({ message, cure: "take this key out" }, [key]));
        }
        const missing = missingHosts(target);
        if (missing !== undefined) context.addIssue(customIssue(missing));
      }),
  ]),
  { wanted: "where the containers run", example: "local" },
);

export type TargetInput = z.output<typeof targetSchema>;
