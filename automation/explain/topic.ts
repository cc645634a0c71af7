/** One line of what is known of something. */
export interface Fact {
  /** A word for the left column: `since`, `image`. */
  readonly label: string;
  readonly text: string;
  /** Where it was read. */
  readonly source?: string | undefined;
}

/** What a word of `explain` may mean. */
export type TopicKind =
  | "flag"
  | "variable"
  | "rule"
  | "danger"
  | "version"
  | "image"
  | "endpoint"
  | "metric"
  | "marathon"
  | "mesos-dns"
  | "zookeeper"
  | "load-balancer";

/** Everything known of one thing. */
export interface Topic {
  readonly kind: TopicKind;
  readonly name: string;
  /** One sentence. */
  readonly title: string;
  readonly facts: readonly Fact[];
}

/** What knows the topics of one kind. */
export interface Subject {
  readonly kind: TopicKind;
  /** The topic that a word names; undefined where it names none of this kind. */
  readonly find: (word: string) => Topic | undefined;
  /** Words that name a topic of this kind, for the nearest to one that names none. */
  readonly names: () => readonly string[];
}
