import { hasAllocationInfo, stripsAllocationInfo } from "../../mesos/wire";
import { writeAttributes } from "../resources/attributes";
import { writeResources } from "../resources/message";
import { contains, scalar, sum, type Resources } from "../resources/resources";
import type { JsonObject } from "../wire/json";
import { totalOf } from "./agent-resources";
import { allocate, type Taker } from "./allocator";
import {
  frameworkKey,
  freeResources,
  hasCapability,
  newOfferId,
  offersOn,
  rolesOf,
  usedResources,
  type Agent,
  type Framework,
  type MasterState,
  type Offer,
  type Step,
} from "./model";

/** Filters.refuse_seconds where a call does not say. Source: include/mesos/mesos.proto. */
const DEFAULT_REFUSE_SECONDS = 5;

/** Longest a filter lasts. Source: src/master/allocator/mesos/hierarchical.cpp. */
const MAX_REFUSE_SECONDS = 365 * 24 * 3600;

/** Counts how often offers were made. */
export const ALLOCATIONS = "allocator/mesos/allocation_runs";

/** Makes offers of what is free, and says when to look again. */
export function makeOffers(step: Step): void {
  const { state, now } = step;
  const takers = [...state.frameworks.values()].filter(
    (f) => f.connection !== undefined && wantedRoles(f).length > 0,
  );
  const givers = [...state.agents.values()].filter((agent) => agent.connected);
  state.allocateAt = now + state.config.allocationIntervalMs;
  step.count(ALLOCATIONS);
  if (takers.length === 0 || givers.length === 0) return;
  const grants = allocate(
    givers.map((agent) => ({ agentId: agent.id, free: freeResources(state, agent) })),
    takers.map((framework) => asTaker(step, framework)),
    sum(givers.map(totalOf)),
  );
  const made = grants.map((grant): Offer => ({ id: newOfferId(state), madeAt: now, ...grant }));
  for (const offer of made) state.offers.set(offer.id, offer);
  for (const framework of takers) {
    const offers = made.filter((offer) => offer.frameworkId === framework.id);
    if (offers.length === 0) continue;
    step.log(`Sending ${offers.length} offers to framework ${framework.id}`);
    const written = offers.flatMap((offer) => {
      const agent = state.agents.get(offer.agentId);
      return agent === undefined ? [] : [writeOffer(state, framework, agent, offer)];
    });
    step.event(framework, { type: "OFFERS", offers: { offers: written } });
    step.count(`${frameworkKey(framework)}offers/sent`, written.length);
  }
}

/** Takes offers back; the frameworks are told. */
export function rescind(step: Step, offers: readonly Offer[]): void {
  for (const offer of offers) {
    step.state.offers.delete(offer.id);
    const framework = step.state.frameworks.get(offer.frameworkId);
    if (framework !== undefined) {
      step.event(framework, { type: "RESCIND", rescind: { offer_id: { value: offer.id } } });
      step.count(`${frameworkKey(framework)}offers/rescinded`);
    }
  }
}

/** Takes back every offer of an agent. */
export function rescindAgent(step: Step, agent: Agent): void {
  rescind(step, offersOn(step.state, agent.id));
}

/** Takes back offers that were out longer than `--offer_timeout`. */
export function rescindExpired(step: Step): void {
  const timeout = step.state.config.offerTimeoutMs;
  if (timeout === undefined) return;
  rescind(
    step,
    [...step.state.offers.values()].filter((offer) => offer.madeAt + timeout <= step.now),
  );
}

/** Forgets the framework's offers without telling it. */
export function dropOffers(step: Step, framework: Framework): void {
  for (const offer of [...step.state.offers.values()]) {
    if (offer.frameworkId === framework.id) step.state.offers.delete(offer.id);
  }
}

/** Offers the framework does not want: gone, and held back for as long as it says. */
export function decline(
  step: Step,
  framework: Framework,
  offerIds: readonly string[],
  refuseSeconds: number | undefined,
): void {
  step.log(`Processing DECLINE call for offers: [ ${offerIds.join(", ")} ] for framework ${framework.id}`);
  for (const id of offerIds) {
    const offer = step.state.offers.get(id);
    if (offer?.frameworkId !== framework.id) continue;
    step.state.offers.delete(id);
    refuse(step, framework, offer, offer.resources, refuseSeconds);
  }
}

/** Holds resources of an offer's agent back from the role that they were offered to. */
export function refuse(
  step: Step,
  framework: Framework,
  { agentId, role }: Pick<Offer, "agentId" | "role">,
  resources: Resources,
  refuseSeconds = DEFAULT_REFUSE_SECONDS,
): void {
  // In protobuf it may be no number at all.
  const seconds = refuseSeconds >= 0 ? Math.min(refuseSeconds, MAX_REFUSE_SECONDS) : DEFAULT_REFUSE_SECONDS;
  if (seconds === 0 || resources.length === 0) return;
  framework.filters.push({ agentId, role, resources, until: step.now + seconds * 1000 });
}

function asTaker(step: Step, framework: Framework): Taker {
  const { state, now } = step;
  framework.filters = framework.filters.filter((filter) => filter.until > now);
  const offered = [...state.offers.values()].filter((offer) => offer.frameworkId === framework.id);
  return {
    frameworkId: framework.id,
    roles: wantedRoles(framework),
    understands: ({ made }) =>
      (made?.reservations?.length ?? 0) < 2 || hasCapability(framework, "RESERVATION_REFINEMENT"),
    held: sum([usedResources(framework.tasks.values()), ...offered.map((offer) => offer.resources)]),
    accepts: (agentId, role, resources) =>
      (scalar(resources, "gpus") === 0 || hasCapability(framework, "GPU_RESOURCES")) &&
      !framework.filters.some(
        (filter) =>
          filter.agentId === agentId && filter.role === role && contains(filter.resources, resources),
      ),
  };
}

function wantedRoles(framework: Framework): readonly string[] {
  return rolesOf(framework).filter((role) => !framework.suppressed.has(role));
}

function writeOffer(state: MasterState, framework: Framework, agent: Agent, offer: Offer): JsonObject {
  const { hostname, ip, port, attributes } = agent.info;
  const { tag } = state.config;
  const stripped = stripsAllocationInfo(tag) && !hasCapability(framework, "MULTI_ROLE");
  const role = hasAllocationInfo(tag) && !stripped ? offer.role : undefined;
  return {
    id: { value: offer.id },
    framework_id: { value: offer.frameworkId },
    agent_id: { value: agent.id },
    hostname,
    url: { scheme: "http", address: { hostname, ip, port }, path: "/slave(1)" },
    resources: writeResources(offer.resources, role, {
      refined: hasCapability(framework, "RESERVATION_REFINEMENT"),
    }),
    ...(attributes.length === 0 ? {} : { attributes: writeAttributes(attributes) }),
    ...(role === undefined ? {} : { allocation_info: { role } }),
  };
}
