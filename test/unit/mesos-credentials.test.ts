import assert from "node:assert/strict";
import { credentialsFor, CredentialsError, parseCredentials } from "../../mesos/credentials";

const two = [
  { principal: "agent", secret: "s1" },
  { principal: "marathon", secret: "s2" },
];
const TEXT = "agent s1\nmarathon s2\n";
const JSON_TEXT = JSON.stringify({ credentials: two });

describe("credentials", () => {
  it("are read from text, from JSON, and from a single one in JSON", () => {
    assert.deepEqual(parseCredentials(TEXT), two);
    assert.deepEqual(parseCredentials("\r\n  agent   s1\r\nmarathon s2"), two);
    assert.deepEqual(parseCredentials(JSON_TEXT), two);
    assert.deepEqual(parseCredentials(JSON.stringify(two[0])), two.slice(0, 1));
  });

  it("are written as text for every version up to 1.10 and as JSON from 1.11 on, whichever was given", () => {
    for (const given of [TEXT, JSON_TEXT]) {
      for (const version of ["0.20.0", "0.24.0", "0.28.3", "1.10.0"]) {
        assert.equal(credentialsFor(version, "list", given), TEXT, version);
      }
      for (const version of ["1.11.0-rc1", "1.11.0", "master"]) {
        assert.deepEqual(JSON.parse(credentialsFor(version, "list", given)), { credentials: two }, version);
      }
    }
  });

  it("of an agent are a single one", () => {
    assert.equal(credentialsFor("1.4.3", "one", '{"principal":"agent","secret":"s1"}'), "agent s1\n");
    assert.deepEqual(JSON.parse(credentialsFor("1.11.0", "one", "agent s1\n")), two[0]);
    assert.throws(() => credentialsFor("1.11.0", "one", TEXT), /holds 2 credentials, and an agent has one/);
  });

  it("with a space are JSON before 1.11 too, in base64 where the secret was a field of bytes", () => {
    const spaced = JSON.stringify({ credentials: [{ principal: "a", secret: "two words" }] });
    const secretAt = (version: string): unknown =>
      (JSON.parse(credentialsFor(version, "list", spaced)) as { credentials: { secret: string }[] })
        .credentials[0]?.secret;
    const encoded = Buffer.from("two words").toString("base64");
    for (const version of ["0.24.0", "0.24.1", "0.25.0"]) assert.equal(secretAt(version), encoded, version);
    for (const version of ["0.23.1", "0.24.2", "0.25.1", "0.26.0", "1.10.0"]) {
      assert.equal(secretAt(version), "two words", version);
    }
  });

  for (const [title, text, message] of [
    ["nothing", "\n", /there are no credentials in it/],
    ["a line of one word", "agent s1\nhunter2\n", /line 2 is not "principal secret"/],
    ["a line of three words", "agent hunter2 x", /line 1 is not/],
    ["broken JSON", '{"principal": "hunter2"', /begins like JSON but is none/],
    ["a list that is none", '{"credentials": "hunter2"}', /`credentials` is no list/],
    ["a credential without its secret", '{"credentials": [{"principal": "hunter2"}]}', /credential 1 lacks/],
    [
      "a secret that is a number",
      '{"principal": "hunter2", "secret": 12}',
      /credential 1 lacks .* or one is no text/,
    ],
  ] as const) {
    it(`are refused, without telling them, where the text is ${title}`, () => {
      assert.throws(
        () => credentialsFor("1.11.0", "list", text),
        (error) =>
          error instanceof CredentialsError &&
          message.test(error.message) &&
          !error.message.includes("hunter2"),
      );
    });
  }
});
