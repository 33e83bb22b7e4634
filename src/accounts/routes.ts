import { answer, type MountedRoute } from "../answer.ts";
import * as wire from "../protocol/accounts.ts";
import { putProfile, readProfiles } from "../protocol/profiles.ts";
import { answerWhoAmI } from "./describe-me.ts";
import { answerDescribeServer } from "./describe-server.ts";
import { answerFindAccount, answerShowAccount } from "./find-account.ts";
import { answerCreateInvite, answerListInvites, answerRevokeInvite } from "./issue-invites.ts";
import { answerPutProfile } from "./keep-profile.ts";
import { answerReadProfiles } from "./read-profiles.ts";
import { answerRegister } from "./register.ts";
import { answerSetUp } from "./set-up.ts";
import { answerSignIn } from "./sign-in.ts";
import { answerSignOut } from "./sign-out.ts";
import { answerCheckInvite } from "./use-invite.ts";

export const accountRoutes: readonly MountedRoute[] = [
  answer(wire.describeServer, answerDescribeServer),
  answer(wire.setUp, answerSetUp),
  answer(wire.register, answerRegister),
  answer(wire.signIn, answerSignIn),
  answer(wire.whoAmI, answerWhoAmI),
  answer(wire.signOut, answerSignOut),
  answer(wire.findAccount, answerFindAccount),
  answer(wire.showAccount, answerShowAccount),
  answer(putProfile, answerPutProfile),
  answer(readProfiles, answerReadProfiles),
  answer(wire.createInvite, answerCreateInvite),
  answer(wire.listInvites, answerListInvites),
  answer(wire.revokeInvite, answerRevokeInvite),
  answer(wire.checkInvite, answerCheckInvite),
];
