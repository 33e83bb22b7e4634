import { expect, test } from "bun:test";
import type { App } from "../app.ts";
import { addressKey } from "./address-key.ts";
import { beginAttempt } from "./begin-attempt.ts";
import { giveBack, LIMITS, type Limited, take, takeForAddress } from "./take.ts";

function aRequest() {
  const said = new Map<string, string>();
  let now = 1_000_000;
  const clock = { now: () => now };
  const limited = { app: { clock, db: {} } as App, setHeader: said.set.bind(said) };
  return {
    limited: limited as unknown as Limited,
    said,
    pass: (milliseconds: number) => (now += milliseconds),
  };
}

const isRefused = (work: () => unknown): boolean => {
  try {
    work();
    return false;
  } catch (refusal) {
    expect(String(refusal)).toContain("request.too_many");
    return true;
  }
};

test("after a burst one is refused, told when to come again, and then let in", () => {
  const { limited, said, pass } = aRequest();
  const { burst, every } = LIMITS.key_package_claim;
  for (let index = 0; index < burst; index += 1) take(limited, "key_package_claim", "sara");
  expect(isRefused(() => take(limited, "key_package_claim", "sara"))).toBe(true);
  expect(said.get("Retry-After")).toBe(String(every / 1000));
  take(limited, "key_package_claim", "mira");
  take(limited, "look_up", "sara");
  pass(every);
  take(limited, "key_package_claim", "sara");
  expect(isRefused(() => take(limited, "key_package_claim", "sara"))).toBe(true);
});

test("what is given back was not taken", () => {
  const request = { ...aRequest().limited, ip: "192.0.2.1" };
  for (let index = 0; index < 1000; index += 1) {
    takeForAddress(request, "sign_in_failure");
    giveBack(request, "sign_in_failure");
  }
});

test("guessing gets slower and slower, but only for that name from that address", () => {
  const { limited, said, pass } = aRequest();
  for (let index = 0; index < 5; index += 1) beginAttempt(limited, "sara 192.0.2.1");
  expect(isRefused(() => beginAttempt(limited, "sara 192.0.2.1"))).toBe(true);
  beginAttempt(limited, "sara 192.0.2.2");
  beginAttempt(limited, "mira 192.0.2.1");
  for (const seconds of [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]) {
    expect(isRefused(() => beginAttempt(limited, "sara 192.0.2.1"))).toBe(true);
    expect(said.get("Retry-After")).toBe(String(seconds));
    pass(seconds * 1000);
    beginAttempt(limited, "sara 192.0.2.1");
  }
});

test("a hundred guesses at once are no more than five", () => {
  const { limited } = aRequest();
  const refused = Array.from({ length: 100 }, () => isRefused(() => beginAttempt(limited, "sara 192.0.2.1")));
  expect(refused.filter((one) => !one)).toHaveLength(5);
});

test("success clears the count, and so does an hour", () => {
  const { limited, pass } = aRequest();
  for (let index = 0; index < 50; index += 1) beginAttempt(limited, "sara 192.0.2.1").succeeded();
  for (let index = 0; index < 5; index += 1) beginAttempt(limited, "sara 192.0.2.1");
  pass(60 * 60_000);
  for (let index = 0; index < 5; index += 1) beginAttempt(limited, "sara 192.0.2.1");
});

test.each([
  ["192.0.2.7", "192.0.2.7"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
  ["2001:DB8:1:2::9", "2001:db8:1:2"],
  ["2001:db8::1", "2001:db8:0:0"],
  ["::1", "0:0:0:0"],
  ["fe80::1%eth0", "fe80:0:0:0"],
])("%s counts as %s", (ip, key) => expect(addressKey(ip)).toBe(key));
