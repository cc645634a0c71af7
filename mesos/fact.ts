/** Something that is known, and where it was read. */
export interface Fact {
  /** One sentence, in the words of the project that it is about. */
  readonly fact: string;
  /** `owner/repository path, path ...` for a file of a public repository, or an https address. */
  readonly source: string;
}
