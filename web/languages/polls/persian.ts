import type { PartOf } from "../catalogue.ts";
import type { english } from "./english.ts";

export const persian: PartOf<typeof english> = {
  "poll.new": "پرسیدن با نظرسنجی",
  "poll.question": "پرسش",
  "poll.options": "پاسخ‌ها برای انتخاب",
  "poll.option": "پاسخ {at}",
  "poll.option_remove": "برداشتن پاسخ {at}",
  "poll.several": "بیش از یک پاسخ می‌توان برگزید",
  "poll.named": "همهٔ افراد این گفت‌وگو می‌بینند چه کسی چه برگزیده است.",
  "poll.missing": "یک پرسش و دست‌کم دو پاسخ لازم است.",
  "poll.twice": "دو پاسخ یکسان‌اند.",
  "poll.ask": "بپرس",
  "poll.one_answer": "نظرسنجی، یک پاسخ",
  "poll.several_answers": "نظرسنجی، چند پاسخ",
  "poll.count": { other: "{count} رأی، {share}" },
  "poll.mine": "انتخاب شما",
  "poll.voted": { other: "{count} نفر رأی داده‌اند" },
  "poll.nobody": "هنوز کسی رأی نداده است",
  "poll.see": "دیدن رأی‌ها",
  "poll.votes": "چه کسی چه برگزید",
  "poll.none": "هیچ‌کس",
  "poll.take_back": "پس گرفتن رأی من",
  "poll.closed_by": "{name} آن را بسته است",
  "poll.closed_by_you": "شما آن را بسته‌اید",
  "poll.late": "رأی شما پس از بسته شدن رسید و شمرده نمی‌شود.",
};
