/** By the role on the server: who chooses what holds for everybody on it. */
export function mayAdminister(role: string | undefined): boolean {
  return role === "owner" || role === "admin";
}
