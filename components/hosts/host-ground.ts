import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { hostSuffix } from "../../plan/logical-names";
import type { HostPlan } from "../../plan/types";
import type { HostConnection } from "./connection";
import { ImageDelivery, type ImageDeliveryArgs } from "./image-delivery";

/** sshd's default settings allow ten sessions of one connection, and ten logins at one moment. */
const mostAtOnce = 8;

/** How images get to hosts. */
export type Delivery = Pick<ImageDeliveryArgs, "program" | "registry">;

/** One host of a cluster, as the resources on it use it. */
export class HostGround {
  readonly provider: docker.Provider;
  /** Options of everything on the host. */
  readonly options: Pick<pulumi.CustomResourceOptions, "provider" | "deletedWith">;
  readonly #suffix: string;
  readonly #containers: docker.Container[] = [];
  readonly #images = new Map<string, ImageDelivery>();

  constructor(
    readonly plan: HostPlan,
    readonly connection: HostConnection,
    readonly delivery: Delivery | undefined,
    readonly parent: pulumi.Resource,
  ) {
    const { engine, sshOptions, dependsOn = [], deletedWith } = connection;
    this.#suffix = hostSuffix(plan);
    const settings = {
      ...(engine === undefined ? {} : { host: engine }),
      ...(sshOptions === undefined ? {} : { sshOpts: sshOptions }),
    };
    const after = dependsOn.length === 0 ? {} : { dependsOn: [...dependsOn] };
    this.provider = new docker.Provider(this.name("engine"), settings, { parent, ...after });
    this.options = { provider: this.provider, ...(deletedWith === undefined ? {} : { deletedWith }) };
  }

  /** Logical name of something on the host. */
  name(key: string): string {
    return `${key}${this.#suffix}`;
  }

  /** What a container and its volumes wait for, so that never more than a few things are made at once on the host. */
  turn(): pulumi.Resource[] {
    const earlier = this.#containers.at(-mostAtOnce);
    return this.plan.kind === "local" || earlier === undefined ? [] : [earlier];
  }

  /** Counts a container that waited for its turn. */
  took(container: docker.Container): void {
    this.#containers.push(container);
  }

  /** What brings the image to the host; this machine's engine has it. */
  image(id: string, reference: string): pulumi.Resource[] {
    const { plan, delivery, connection, parent } = this;
    if (plan.kind === "local" || delivery === undefined) return [];
    const known = this.#images.get(id);
    if (known !== undefined) return [known];
    const name = this.name(`image-${id.replace("sha256:", "").slice(0, 12)}`);
    const made = new ImageDelivery(name, { ...delivery, id, reference, host: plan, connection }, { parent });
    this.#images.set(id, made);
    return [made];
  }
}
