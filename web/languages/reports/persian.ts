import type { PartOf } from "../catalogue.ts";
import type { english } from "./english.ts";

export const persian: PartOf<typeof english> = {
  "report.title": "گزارش {name}",
  "report.why": "دلیل",
  "report.spam": "هرزنامه",
  "report.threats": "تهدید",
  "report.illegal": "غیرقانونی",
  "report.other": "چیز دیگر",
  "report.messages": "پیام‌هایی که خواهند دید",
  "report.no_messages": "پیامی از {name} اینجا نیست. فقط نوشتهٔ شما به ناظران می‌رسد.",
  "report.unprovable": "خیلی پیش رسیده است و کارساز نمی‌تواند درستی آن را بسنجد",
  "report.files": { one: "{count} پرونده", other: "{count} پرونده" },
  "report.public":
    "آنچه در کانال عمومی است بی‌گواه به ناظران می‌رسد: این نقل‌قول را می‌گیرند و تا وقتی در کانال هست همان‌جا می‌بینند.",
  "report.public_none": "آنچه در کانال عمومی است بی‌گواه به ناظران می‌رسد. بگویید کجاست تا در کانال ببینند.",
  "report.in_post": "نوشته در {channel}، {when}:",
  "report.in_comment": "نظر در {channel}، {when}:",
  "report.comment": "آنچه باید بدانند",
  "report.discloses":
    "پیام‌هایی که برمی‌گزینید، بدون رمز، و آنچه پرونده‌هایشان را باز می‌کند، همراه نام شما به ناظران این کارساز می‌رسد. به {name} چیزی گفته نمی‌شود.",
  "report.discloses_words":
    "آنچه می‌نویسید همراه نام شما به ناظران این کارساز می‌رسد. به {name} چیزی گفته نمی‌شود.",
  "report.block": "{name} مسدود هم شود",
  "report.send": "فرستادن گزارش",
  "report.sent": "گزارش شما به ناظران رسید.",
  "report.empty": "پیامی برگزینید یا بنویسید چه شده است.",
  "reports.open": "باز",
  "reports.dismissed": "کنارگذاشته",
  "reports.acted": "رسیدگی‌شده",
  "reports.empty": "چیزی اینجا نیست.",
  "reports.more": "قدیمی‌ترها",
  "reports.about": "{reporter} دربارهٔ {reported}",
  "reports.gone": "حسابی پاک‌شده",
  "reports.evidence": "پیام‌های {name}",
  "reports.evidence_text":
    "کارساز سنجیده است که {name} هر یک از اینها را واژه به واژه و در زمانی که کنارش آمده فرستاده است.",
  "reports.evidence_none": "پیامی پیوست نیست: هیچ چیز اینجا ثابت نشده است.",
  "reports.changed_to": "پیام پیشین را به این تغییر داد:",
  "reports.comment": "نوشتهٔ {name}",
  "reports.note": "یادداشت برای ناظران",
  "reports.state": "وضعیت",
  "reports.keep": "نگه داشتن",
  "reports.kept": "نگه داشته شد.",
  "reports.decided": "آخرین تغییر از {name}",
  "reports.kept_for": "گزارش رسیدگی‌شده پس از نیم سال پاک می‌شود.",
  "failure.report.not_proven":
    "کارساز نمی‌تواند تأیید کند که این پیام‌ها چنین فرستاده شده‌اند. چیزی گزارش نشد. قدیمی‌ترها را کنار بگذارید و دوباره بیازمایید.",
  "failure.report.too_many":
    "گزارش‌های زیادی از شما هنوز در انتظار ناظر است. چیزی گزارش نشد. وقتی چندتا خوانده شد دوباره بیازمایید.",
  "failure.report.not_found": "این گزارش دیگر نیست.",
};
