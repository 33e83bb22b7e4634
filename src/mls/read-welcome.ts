import { decodeMessage } from "./decode-message.ts";

/** The refs of the key packages that a Welcome was made for. Refuses `commit.malformed`. */
export function readWelcome(encoded: Uint8Array): { keyPackageRefs: Uint8Array[]; suite: string } {
  const { welcome } = decodeMessage(encoded, "mls_welcome", "commit.malformed");
  return {
    keyPackageRefs: welcome.secrets.map(({ newMember }) => newMember),
    suite: welcome.cipherSuite,
  };
}
