interface TrustedTypePolicyFactory {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL: (url: string) => unknown };
}

/**
 * The page's one Trusted Types policy: lets through exactly the given addresses and refuses all else.
 * What it returns is a TrustedScriptURL where the browser has them, else the address itself.
 */
export function trustScriptUrls(allowed: readonly string[]): (url: string) => string {
  const check = (url: string) => {
    if (!allowed.includes(url)) throw new TypeError(`not a script of this app: ${url}`);
    return url;
  };
  const factory = (globalThis as { trustedTypes?: TrustedTypePolicyFactory }).trustedTypes;
  if (!factory) return check;
  const policy = factory.createPolicy("elahe", { createScriptURL: check });
  return (url) => policy.createScriptURL(url) as string;
}
