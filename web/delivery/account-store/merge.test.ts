import { describe, expect, test } from "bun:test";
import { merge } from "./merge.ts";
import { areSame, decodeContent, encodeContent, type Fields, type Mirrored } from "./shapes.ts";

/** Whoever of the two merges, the same comes of it. */
function both<Name extends Mirrored>(
  store: Name,
  agreed: Fields<Name>,
  one: { at: number; fields: Fields<Name> },
  other: { at: number; fields: Fields<Name> },
): Fields<Name> {
  const merged = merge(store, { agreed, mine: one, theirs: other });
  expect(areSame(merge(store, { agreed, mine: other, theirs: one }), merged)).toBe(true);
  return merged;
}

const root = (byte: number) => new Uint8Array(32).fill(byte);

describe("two devices that changed the same row", () => {
  test("each keep what they alone changed, and of the same field the later change counts", () => {
    const agreed = { pinned: true as const };
    const one = { at: 10, fields: { muted: true as const, folders: ["One"] } };
    const other = { at: 20, fields: { pinned: true as const, folders: ["Other"] } };
    expect(both("conversations", agreed, one, other)).toEqual({ muted: true, folders: ["Other"] });
  });

  test("never lose a block, whichever was later", () => {
    for (const [early, late] of [
      [10, 20],
      [20, 10],
      [10, 10],
    ] as const) {
      const blocked = { at: early, fields: { standing: "blocked" as const } };
      const accepted = { at: late, fields: { standing: "accepted" as const } };
      expect(both("people", { standing: "asking" }, blocked, accepted)).toEqual({ standing: "blocked" });
    }
    const agreed = { standing: "blocked" as const };
    const unchanged = { at: 30, fields: agreed };
    const letIn = { at: 10, fields: { standing: "accepted" as const } };
    expect(both("people", agreed, unchanged, letIn)).toEqual({ standing: "accepted" });
  });

  test("never read less than either has, and keep the longer of two drafts", () => {
    const read = both(
      "conversations",
      { readUpTo: 5 },
      { at: 1, fields: { readUpTo: 9 } },
      { at: 2, fields: { readUpTo: 7 } },
    );
    expect(read).toEqual({ readUpTo: 9 });
    const draft = both(
      "drafts",
      { text: "a" },
      { at: 1, fields: { text: "abc" } },
      { at: 2, fields: { text: "ab" } },
    );
    expect(draft).toEqual({ text: "abc" });
    expect(both("drafts", { text: "a" }, { at: 1, fields: { text: "ab" } }, { at: 2, fields: {} })).toEqual({
      text: "ab",
    });
    expect(both("drafts", { text: "a" }, { at: 1, fields: { text: "a" } }, { at: 2, fields: {} })).toEqual(
      {},
    );
  });

  test("keep the secrets of both their links, without those that either has dropped", () => {
    const link = (byte: number) => ({ publicKey: root(byte), secret: root(byte + 100) });
    const merged = merge("conversations", {
      agreed: { links: [link(1), link(2)] },
      mine: { at: 1, fields: { links: [link(1), link(3)] } },
      theirs: { at: 2, fields: { links: [link(1), link(2), link(4)] } },
    });
    expect(merged.links?.map(({ publicKey }) => publicKey[0]).toSorted()).toEqual([1, 3, 4]);
  });

  test("hold on to having made sure of somebody", () => {
    const pin = { username: "ben", root: root(1), seenAt: 5 };
    const sure = { at: 1, fields: { pin: { ...pin, firstUse: false } } };
    const unsure = { at: 2, fields: { pin: { ...pin, seenAt: 3, firstUse: true } } };
    expect(both("pins", {}, sure, unsure)).toEqual({ pin: { ...pin, seenAt: 3, firstUse: false } });
  });
});

test("what a row says is read back as it was written, and nothing is made of what is not understood", () => {
  const fields = { pinned: true as const, folders: ["Work"], readUpTo: 7 };
  const content = encodeContent<"conversations">({ at: 5, fields });
  expect(decodeContent("conversations", content)).toEqual({ at: 5, fields });
  expect(decodeContent("emoji", encodeContent<"drafts">({ at: 5, fields: { text: "x" } }))?.fields).toEqual(
    {},
  );
  expect(decodeContent("drafts", content.subarray(1))).toBeUndefined();
});
