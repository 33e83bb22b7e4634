import type { PartOf } from "../catalogue.ts";
import type { english } from "./english.ts";

export const persian: PartOf<typeof english> = {
  "safety.with": "شمارهٔ امنیتی با {name}",
  "safety.text":
    "این ۶۰ رقم را با آنچه {name} می‌بیند مقایسه کنید، رودررو یا تلفنی، نه در اینجا. اگر یکی باشند با خود {name} می‌نویسید و هیچ‌کس میان شما نیست، حتی کارساز.",
  "safety.stays":
    "با پیوند دادن دستگاه تازه عوض نمی‌شوند. اگر روزی کلید {name} عوض شود نشان برداشته می‌شود، به شما هشدار داده می‌شود و چیزی فرستاده نمی‌شود.",
  "safety.digits": "۶۰ رقم",
  "safety.qr": "همان رقم‌ها برای خواندن با دوربین",
  "safety.verify": "نشان زدن به‌عنوان تأییدشده",
  "safety.unverify": "برداشتن نشان",
  "safety.is_verified": "{name} را تأییدشده نشان زده‌اید.",
  "safety.verified": "تأییدشده: شماره‌های امنیتی را مقایسه کرده‌اید",
  "failure.identity_unknown": "این دستگاه هنوز کلیدی از او ندیده است. نخست برایش بنویسید.",
};
