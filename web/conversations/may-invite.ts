export function mayInvite(role: string | undefined): boolean {
  return role === "owner" || role === "admin";
}
