import { run, tolerant } from "./run";

/**
 * The network of lab `n`: a switch in a namespace of its own, where no firewall of this machine's Docker reaches, with
 * 10.77.<n>.0/24. This machine is at .254 and gives the hosts a way out; the switch's own router is at .253.
 */
export class LabNetwork {
  readonly #switch: string;
  readonly #outside: string;
  readonly #station: string;

  constructor(readonly n: number) {
    this.#switch = `mmlab${n}-switch`;
    this.#outside = `mmlab${n}-outside`;
    this.#station = `mmlab${n}`;
  }

  /** Address of a station; hosts count from 1. */
  address(station: number): string {
    return `10.77.${this.n}.${station}`;
  }

  /** This machine's address, as the hosts see it. */
  get caller(): string {
    return this.address(254);
  }

  create(): void {
    run("ip", "netns", "add", this.#switch);
    this.#inSwitch("link", "add", "br0", "type", "bridge");
    this.#inSwitch("addr", "add", `${this.address(253)}/24`, "dev", "br0");
    this.#inSwitch("link", "set", "br0", "up");
    run("ip", "netns", "exec", this.#switch, "sysctl", "-qw", "net.ipv4.ip_forward=1");
    run("ip", "link", "add", this.#station, "type", "veth", "peer", "name", "uplink", "netns", this.#switch);
    this.#inSwitch("link", "set", "uplink", "master", "br0", "up");
    run("ip", "addr", "add", `${this.caller}/24`, "dev", this.#station);
    run("ip", "link", "set", this.#station, "up");
    for (const { table, words } of this.#rules()) run("iptables", "-w", "-t", table, "-I", ...words);
  }

  /** Plugs host `n` in; answers with the name of its network namespace. */
  plug(n: number): string {
    const host = this.hostNamespace(n);
    run("ip", "netns", "add", host);
    this.#inSwitch("link", "add", `h${n}`, "type", "veth", "peer", "name", "eth0", "netns", host);
    this.#inSwitch("link", "set", `h${n}`, "master", "br0", "up");
    run("ip", "-n", host, "link", "set", "lo", "up");
    run("ip", "-n", host, "addr", "add", `${this.address(n)}/24`, "dev", "eth0");
    run("ip", "-n", host, "link", "set", "eth0", "up");
    run("ip", "-n", host, "route", "add", "default", "via", this.caller);
    run("ip", "-n", host, "route", "add", `10.78.${this.n}.0/24`, "via", this.address(253));
    return host;
  }

  /** Pulls host `n`'s cable, or puts it back. */
  cable(n: number, state: "up" | "down"): void {
    this.#inSwitch("link", "set", `h${n}`, state);
  }

  /** A namespace in another network that the switch's router connects; answers with its name. */
  outsider(): string {
    const out = this.#outside;
    run("ip", "netns", "add", out);
    this.#inSwitch("link", "add", "outside", "type", "veth", "peer", "name", "eth0", "netns", out);
    this.#inSwitch("addr", "add", `10.78.${this.n}.1/24`, "dev", "outside");
    this.#inSwitch("link", "set", "outside", "up");
    run("ip", "-n", out, "link", "set", "lo", "up");
    run("ip", "-n", out, "addr", "add", `10.78.${this.n}.2/24`, "dev", "eth0");
    run("ip", "-n", out, "link", "set", "eth0", "up");
    run("ip", "-n", out, "route", "add", "default", "via", `10.78.${this.n}.1`);
    return out;
  }

  /** Removes all of it, and what is left of it after a crash. */
  remove(hosts: number): void {
    for (let n = 1; n <= hosts; n++) tolerant("ip", "netns", "del", this.hostNamespace(n));
    tolerant("ip", "netns", "del", this.#outside);
    tolerant("ip", "netns", "del", this.#switch);
    tolerant("ip", "link", "del", this.#station);
    for (const { table, words } of this.#rules()) tolerant("iptables", "-w", "-t", table, "-D", ...words);
  }

  hostNamespace(n: number): string {
    return `mmlab${this.n}-h${n}`;
  }

  /** Docker closes this machine's forwarding; hosts that install packages need it, as behind any router. */
  #rules(): { table: string; words: string[] }[] {
    const net = `10.77.${this.n}.0/24`;
    const answers = ["-m", "conntrack", "--ctstate", "RELATED,ESTABLISHED"];
    return [
      { table: "filter", words: ["FORWARD", "-i", this.#station, "-j", "ACCEPT"] },
      { table: "filter", words: ["FORWARD", "-o", this.#station, ...answers, "-j", "ACCEPT"] },
      { table: "nat", words: ["POSTROUTING", "-s", net, "!", "-d", net, "-j", "MASQUERADE"] },
    ];
  }

  #inSwitch(...words: readonly string[]): void {
    run("ip", "-n", this.#switch, ...words);
  }
}
