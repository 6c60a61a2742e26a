import { useTranslation } from "react-i18next";
import type { IconName } from "../../../../ui/icon.tsx";
import { Icon } from "../../../../ui/icon.tsx";
import type { Chain, Link } from "./reach.ts";

type ReachChainProps = {
  readonly chain: Chain;
  readonly machine: string;
  readonly device: string;
  /** The device's address in the tunnel, where it is another one. */
  readonly reachedAs: string | null;
};

/** Laptop, portal, router, device as a chain: which link holds, and whether the whole way does. */
export function ReachChain({ chain, machine, device, reachedAs }: ReachChainProps) {
  const { t } = useTranslation();
  const word = (link: Link): string => t(`panels.reach.link.${link}`);
  const label = t("panels.reach.picture", {
    device,
    portal: word(chain.portal),
    router: word(chain.router),
    deviceLink: word(chain.device),
    whole: word(chain.whole),
  });
  return (
    <figure className="chain" role="img" aria-label={label}>
      <div className="chain-arc" data-link={chain.whole}>
        <span>
          <LinkMark link={chain.whole} /> {t("panels.reach.whole")}
        </span>
      </div>
      <div className="chain-row">
        <Node icon="laptop" name={t("panels.reach.node.laptop")} />
        <Hop link={chain.portal} />
        <Node icon="portal" name={t("panels.reach.node.portal")} />
        <Hop link={chain.router} />
        <Node icon="router" name={t("panels.reach.node.router")} under={machine} />
        <Hop link={chain.device} />
        <Node icon="device" name={device} {...(reachedAs === null ? {} : { under: reachedAs })} />
      </div>
    </figure>
  );
}

function Node({ icon, name, under }: { readonly icon: IconName; readonly name: string; readonly under?: string }) {
  return (
    <div className="chain-node" data-icon={icon}>
      <span className="chain-icon">
        <Icon name={icon} />
      </span>
      <span className="chain-name">{name}</span>
      {under !== undefined && <span className="chain-under">{under}</span>}
    </div>
  );
}

function Hop({ link }: { readonly link: Link }) {
  return (
    <div className="chain-hop" data-link={link}>
      <LinkMark link={link} />
    </div>
  );
}

function LinkMark({ link }: { readonly link: Link }) {
  return (
    <span className="chain-mark" data-link={link}>
      <Icon name={link === "works" ? "check" : link === "broken" ? "close" : "question"} />
    </span>
  );
}
