import { useTranslation } from "react-i18next";
import type { Machine } from "../../contract/portal.ts";
import type { Me } from "./api.ts";
import { ago, moment, useNow } from "./moments.ts";

/** Who is on a machine, or when it was there last. */
export function Presence({ machine, me }: { readonly machine: Machine; readonly me: Me }) {
  const { t, i18n } = useTranslation();
  const now = useNow(30_000);
  const others = machine.present.filter((user) => user !== me.user);
  if (others.length > 0) {
    return (
      <p className="presence">{t("machine.present", { users: new Intl.ListFormat(i18n.language).format(others) })}</p>
    );
  }
  if (machine.online || machine.lastSeen === null) return <p className="presence" />;
  return (
    <p className="presence">
      <time dateTime={machine.lastSeen} title={moment(machine.lastSeen, i18n.language)}>
        {t("machine.lastSeen", { when: ago(machine.lastSeen, now, i18n.language) })}
      </time>
    </p>
  );
}
