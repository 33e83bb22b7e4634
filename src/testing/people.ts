import { setupLink } from "../accounts/setup-link.ts";
import { createInvite, type Me, register, setUp, signIn } from "../protocol/accounts.ts";
import type { Answered, TestApp } from "./test-app.ts";

export const PASSWORD = "correct horse battery";

/** Somebody signed in. */
export interface Person {
  readonly username: string;
  readonly cookie: string;
  readonly me: Me;
}

export async function setUpOwner(test: TestApp, username = "olivia"): Promise<Person> {
  const link = await setupLink(test.app);
  if (link === undefined) throw new Error("the server has an owner already");
  const token = link.slice(link.lastIndexOf("/") + 1);
  return signedIn(username, await test.call(setUp, { token, username, password: PASSWORD }));
}

export async function invitePerson(test: TestApp, owner: Person, username: string): Promise<Person> {
  const { output } = await test.call(createInvite, {}, owner);
  const typed = { username, password: PASSWORD, inviteCode: output.code };
  return signedIn(username, await test.call(register, typed));
}

/** The same person in another browser. */
export async function signInAgain(test: TestApp, { username }: Person): Promise<Person> {
  return signedIn(username, await test.call(signIn, { username, password: PASSWORD }));
}

function signedIn(username: string, { status, cookie, output }: Answered<Me>): Person {
  if (status !== 200 || cookie === undefined) throw new Error(`${username} was not let in: ${status}`);
  return { username, cookie, me: output };
}
