import { expect, test } from "bun:test";
import { simulateGroup } from "./simulation.ts";

const seeds = process.env["ELAHE_FULL"] === "1" ? 20 : 3;

test.each(Array.from({ length: seeds }, (_, index) => index + 1))(
  "a group that lives through random changes agrees at every epoch, and who is removed reads nothing (seed %i)",
  async (seed) => {
    const suite =
      seed % 3 === 0
        ? "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519"
        : "MLS_256_XWING_AES256GCM_SHA512_Ed25519";
    const survived = await simulateGroup({ seed, changes: 30, suite });
    expect(survived.epochs).toBe(30);
    expect(survived.ghosts).toBeGreaterThan(3);
  },
  120_000,
);
