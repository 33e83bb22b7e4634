/** By the role on the server: who reads what people report. */
export function mayModerate(role: string | undefined): boolean {
  return role === "owner" || role === "admin" || role === "moderator";
}
