import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Failure } from "../../../contract/causes.ts";
import { failureOf } from "../../../contract/causes.ts";
import type { SessionList } from "../../../contract/portal.ts";
import { Button } from "../../../ui/button.tsx";
import { api } from "../api.ts";
import { ago, moment, useNow } from "../moments.ts";
import { useSession } from "../session.ts";
import { Trouble } from "../trouble.tsx";
import { ConfirmDialog } from "./confirm-dialog.tsx";

type Session = SessionList["sessions"][number];
type Device = SessionList["devices"][number];
type Question =
  | { readonly what: "session"; readonly session: Session }
  | { readonly what: "device"; readonly device: Device };

/** Where one is signed in, and where one may be without password and code; each can be ended. */
export function SignedInPlaces() {
  const { t } = useTranslation();
  const signOut = useSession((session) => session.signOut);
  const [list, setList] = useState<SessionList | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const [said, setSaid] = useState("");

  const load = useCallback(async (): Promise<void> => {
    try {
      setList(await api.sessions());
      setFailure(null);
    } catch (error) {
      setFailure(failureOf(error));
    }
  }, []);
  useEffect(() => void load(), [load]);

  const act = async (): Promise<void> => {
    if (question?.what === "session") {
      await api.endSession(question.session.id);
      setSaid(t("places.ended", { name: question.session.device }));
    } else if (question?.what === "device") {
      await api.forgetDevice(question.device.id);
      setSaid(t("places.forgotten", { name: question.device.name }));
    }
    setQuestion(null);
    await load();
  };

  return (
    <section className="sheet" aria-labelledby="places-title" aria-busy={list === null && failure === null}>
      <h2 id="places-title">{t("places.title")}</h2>
      <p className="quiet">{t("places.hint")}</p>
      <p role="status" className="good">
        {said}
      </p>
      {failure !== null && (
        <Trouble failure={failure}>
          <Button onPress={() => void load()}>{t("trouble.again")}</Button>
        </Trouble>
      )}
      {list !== null && (
        <>
          <ul className="places" aria-label={t("places.title")}>
            {list.sessions.map((session) => (
              <SessionItem
                key={session.id}
                session={session}
                onEnd={() => setQuestion({ what: "session", session })}
                onLeave={() => void signOut().catch((error: unknown) => setFailure(failureOf(error)))}
              />
            ))}
          </ul>
          <h3>{t("places.devices")}</h3>
          <p className="quiet">{t(list.devices.length === 0 ? "places.noDevices" : "places.devicesHint")}</p>
          {list.devices.length > 0 && (
            <ul className="places" aria-label={t("places.devices")}>
              {list.devices.map((device) => (
                <DeviceItem key={device.id} device={device} onForget={() => setQuestion({ what: "device", device })} />
              ))}
            </ul>
          )}
        </>
      )}
      {question?.what === "session" && (
        <ConfirmDialog
          title={t("places.endTitle", { name: question.session.device })}
          text={t(question.session.client === "agent" ? "places.endAgentText" : "places.endPageText")}
          action={t("places.end")}
          onAct={act}
          onClose={() => setQuestion(null)}
        />
      )}
      {question?.what === "device" && (
        <ConfirmDialog
          title={t("places.forgetTitle", { name: question.device.name })}
          text={t("places.forgetText")}
          action={t("places.forget")}
          onAct={act}
          onClose={() => setQuestion(null)}
        />
      )}
    </section>
  );
}

type SessionItemProps = { readonly session: Session; readonly onEnd: () => void; readonly onLeave: () => void };

function SessionItem({ session, onEnd, onLeave }: SessionItemProps) {
  const { t, i18n } = useTranslation();
  const { client, device, address, created, current } = session;
  return (
    <li data-current={current}>
      <div>
        <p>
          <strong>{device}</strong> {current && <span className="badge">{t("places.current")}</span>}
        </p>
        <p className="quiet">{t(`places.${client}`, { address, since: moment(created, i18n.language) })}</p>
      </div>
      {current ? (
        <Button onPress={onLeave}>{t("overview.signOut")}</Button>
      ) : (
        <Button onPress={onEnd} aria-label={t("places.endOf", { name: device, since: moment(created, i18n.language) })}>
          {t("places.end")}
        </Button>
      )}
    </li>
  );
}

function DeviceItem({ device, onForget }: { readonly device: Device; readonly onForget: () => void }) {
  const { t, i18n } = useTranslation();
  const now = useNow(60_000);
  const { name, lastUsed, expires } = device;
  return (
    <li>
      <div>
        <p>
          <strong>{name}</strong>
        </p>
        <p className="quiet">
          {t("places.device", { used: ago(lastUsed, now, i18n.language), until: moment(expires, i18n.language) })}
        </p>
      </div>
      <Button onPress={onForget} aria-label={t("places.forgetOf", { name })}>
        {t("places.forget")}
      </Button>
    </li>
  );
}
